package stats

import (
	"hash/fnv"
	"math/rand/v2"
)

// NamedRand returns a PRNG seeded from the hash of its name, so that recomputing a result from the
// same values reproduces it byte for byte.
func NamedRand(name ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range name {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(h.Sum64(), 0x9e3779b97f4a7c15))
}
