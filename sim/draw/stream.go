package draw

import "math/rand/v2"

// Purpose is what a stream of random numbers is used for.
type Purpose uint64

// The values of purposes are part of what a seed means: changing one changes every record.
const (
	Arrival  Purpose = 1 // by group
	Link     Purpose = 2 // by peer
	Lifetime Purpose = 3 // by peer: how long it stays and whether it crashes or is behind a NAT
	Event    Purpose = 4 // by event
	Latency  Purpose = 5 // by pair of hosts
	Host     Purpose = 7 // what a host draws in the course of the run
	Path     Purpose = 8 // loss and jitter

	Misbehaviour Purpose = 9 // by peer
)

// mix is SplitMix64's finalizer (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Seed returns the seed of a purpose.
func Seed(seed uint64, p Purpose) uint64 { return mix(seed ^ mix(uint64(p))) }

// Stream returns the stream of a purpose and an index.
func Stream(seed uint64, p Purpose, index uint64) *rand.Rand {
	a := Seed(seed, p)
	return rand.New(rand.NewPCG(a, mix(a^mix(index))))
}
