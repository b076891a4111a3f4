package choke

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The optimistic slot is beside the others: its neighbour is not ranked with the others until its
// rounds are over.
func TestTransmissionOptimisticSlot(t *testing.T) {
	c := newChoker(t, "transmission")
	cs := interestedPeers(20)
	for i := range cs {
		cs[i].DownRate = float64(20 - i)
	}
	r := Round{Periodic: true, Rand: rand.New(rand.NewPCG(1, 1))}
	got := c.Unchoke(r, slices.Clone(cs), nil)
	if len(got) != 15 || got[14] < 14 {
		t.Fatalf("unchoked %v, want the fastest 14 and one of the others", got)
	}
	optimistic := got[14]
	cs[optimistic].DownRate = 100 // it sends us blocks, faster than all others
	for range 4 {
		got := c.Unchoke(r, slices.Clone(cs), nil)
		if len(got) != 15 || got[14] != optimistic || !slices.Contains(got, 13) {
			t.Fatalf("unchoked %v, want the fastest 14 of the others and %d", got, optimistic)
		}
	}
	got = c.Unchoke(r, slices.Clone(cs), nil)
	if got[0] != optimistic || got[14] == optimistic {
		t.Errorf("unchoked %v, want %d in an earned slot and another in the optimistic one", got, optimistic)
	}
}
