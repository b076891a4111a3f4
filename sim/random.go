package sim

import (
	"math/rand/v2"
	"time"
)

// Streams of randomness. Each purpose and each host has its own, so that what
// one draws moves nobody else: two variants of a scenario with the same seed
// meet the same arrivals, links and latencies.
const (
	streamArrival = 1 + iota
	streamLink
	streamFate
	streamEvent
	streamLatency
	streamContent
	streamHost
	streamPath
)

// mix is SplitMix64's finalizer (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// random is the stream for one purpose and one index.
func random(seed, purpose, index uint64) *rand.Rand {
	a := mix(seed ^ mix(purpose))
	return rand.New(rand.NewPCG(a, mix(a^mix(index))))
}

// pairLatency spreads the latencies of pairs of hosts evenly over a range.
func pairLatency(seed uint64, a, b uint32, low, high time.Duration) time.Duration {
	if a > b {
		a, b = b, a
	}
	x := mix(mix(seed^mix(streamLatency)) ^ mix(uint64(a)<<32|uint64(b)))
	return low + time.Duration(x%uint64(high-low+1))
}
