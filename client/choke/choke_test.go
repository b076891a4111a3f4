package choke

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func strategy(t testing.TB, name string) Strategy {
	t.Helper()
	s, ok := Strategies().Find(name)
	if !ok {
		t.Fatalf("no choker %q", name)
	}
	return s
}

func newChoker(t testing.TB, name string) Choker {
	t.Helper()
	return strategy(t, name).NewDefault()
}

// interestedPeers returns n neighbours that are interested in us.
func interestedPeers(n int) []Candidate {
	out := make([]Candidate, n)
	for i := range out {
		out[i] = Candidate{ID: i, Key: uint64(i + 1), Interested: true}
	}
	return out
}

// apply chokes and unchokes the candidates as a peer does after a call.
func apply(cs []Candidate, now time.Duration, chosen []int) {
	for i := range cs {
		if unchoked := slices.Contains(chosen, i); unchoked != cs[i].Unchoked {
			cs[i].Unchoked, cs[i].ChokeChangedAt = unchoked, now
		}
	}
}

// Strategies that fill all their slots leave none free while an interested neighbour is choked.
func TestNoSlotIsLeftFree(t *testing.T) {
	for _, name := range []string{"tit-for-tat", "round-robin", "random", "optimistic-only", "fastest", "fair-time",
		"longest-waiting", "anti-leech"} {
		rapid.Check(t, func(r *rapid.T) {
			s := newSwarm(r, strategy(t, name), strategy(t, name).Defaults())
			for range 10 {
				chosen, interested := s.round(r)
				if len(chosen) != min(4, interested) {
					r.Fatalf("%s: %d neighbours are unchoked, %d are interested", name, len(chosen), interested)
				}
			}
		})
	}
}

func TestTitForTatRewardsUploaders(t *testing.T) {
	c := newChoker(t, "tit-for-tat")
	cs := interestedPeers(20)
	for i := range cs {
		cs[i].DownRate = float64(i)
	}
	cs[19].Snubbed = true
	cs[18].Interested = false
	got := c.Unchoke(Round{Periodic: true, Rand: rand.New(rand.NewPCG(1, 1))}, cs, nil)
	if !slices.Equal(got[:3], []int{17, 16, 15}) || len(got) != 4 {
		t.Errorf("unchoked %v, want 17, 16, 15 and an optimistic one", got)
	}
}

// BEP 3: the optimistic unchoke rotates every 30 seconds, and new connections are three times as
// likely to get it. In the long run every old neighbour gets it about as often.
func TestOptimisticSlotRotates(t *testing.T) {
	c := newChoker(t, "tit-for-tat")
	rng := rand.New(rand.NewPCG(3, 1))
	cs := interestedPeers(23)
	for i := range 3 {
		cs[i].DownRate = 100 // these earn the other slots
	}
	count := make([]int, len(cs))
	last := -1
	for round := range 3000 {
		now := time.Duration(round+10) * 10 * time.Second
		cs[22].ConnectedAt = now - time.Second // new in every round
		optimistic := c.Unchoke(Round{Now: now, Periodic: true, Rand: rng}, cs, nil)[3]
		due := round%3 == 0
		if !due && optimistic != last {
			t.Fatalf("round %d: the slot moved from %d to %d within 30 s", round, last, optimistic)
		}
		if due && optimistic == last {
			t.Fatalf("round %d: the slot stayed with %d", round, last)
		}
		if last = optimistic; due {
			count[optimistic]++
		}
	}
	for i := 3; i < 22; i++ {
		if count[i] < 20 || count[i] > 75 {
			t.Errorf("neighbour %d had the slot %d times of 1000, want about 45", i, count[i])
		}
	}
	if count[22] < 90 || count[22] > 160 {
		t.Errorf("the new neighbour had the slot %d times of 1000, want about 125", count[22])
	}
}

// A seed serves every neighbour for the same time.
func TestRoundRobinIsFair(t *testing.T) {
	c := newChoker(t, "round-robin")
	cs := interestedPeers(17)
	served := make([]time.Duration, len(cs))
	for round := range 1700 {
		now := time.Duration(round) * 10 * time.Second
		got := c.Unchoke(Round{Now: now, Periodic: true}, cs, nil)
		apply(cs, now, got)
		for _, i := range got {
			served[i] += 10 * time.Second
			cs[i].Uploaded += 1000
		}
	}
	fair := 17000 * time.Second * 4 / 17
	for i, d := range served {
		if d < fair*98/100 || d > fair*102/100 {
			t.Errorf("neighbour %d held a slot for %v, want %v within 2 %%", i, d, fair)
		}
	}
}

// surplus: a neighbour that was sent 100 KiB more than it sent us is choked until it sends
// something.
func TestSurplus(t *testing.T) {
	c := newChoker(t, "surplus")
	cs := []Candidate{
		{ID: 1, Interested: true, Interesting: true, Uploaded: 100 << 10},
		{ID: 2, Interesting: true, Uploaded: 1<<20 + 99<<10, Downloaded: 1 << 20},
	}
	if got := c.Unchoke(Round{}, cs, nil); !slices.Equal(got, []int{1}) {
		t.Errorf("unchoked %v, want only the second", got)
	}
	cs[0].Downloaded = 1
	if got := c.Unchoke(Round{}, cs, nil); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("unchoked %v, want both", got)
	}
}
