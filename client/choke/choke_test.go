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

func interestedPeers(n int) []Candidate {
	out := make([]Candidate, n)
	for i := range out {
		out[i] = Candidate{ID: i, Key: uint64(i + 1), Interested: true}
	}
	return out
}

// apply does to the candidates what a peer does after a round.
func apply(cs []Candidate, now time.Duration, chosen []int) {
	for i := range cs {
		if unchoked := slices.Contains(chosen, i); unchoked != cs[i].Unchoked {
			cs[i].Unchoked, cs[i].ChokeChangedAt = unchoked, now
		}
	}
}

// Those that give all their slots leave none free while somebody waits.
func TestNoSlotIsLeftFree(t *testing.T) {
	for _, name := range []string{"tit-for-tat", "round-robin", "random", "optimistic-only", "fastest", "fair-time", "longest-waiting", "anti-leech"} {
		rapid.Check(t, func(r *rapid.T) {
			s := newSwarm(r, strategy(t, name))
			for range 10 {
				got, wanting := s.round(r)
				if len(got) != min(4, wanting) {
					r.Fatalf("%s: %d slots given, %d want one", name, len(got), wanting)
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
		t.Errorf("unchoked %v; 17, 16, 15 and one more have earned it", got)
	}
}

// The optimistic slot stays 30 s and then goes to somebody else; over a long
// time everybody has it about as often, and one who has just connected gets it
// three times as easily.
func TestOptimisticSlot(t *testing.T) {
	c := newChoker(t, "tit-for-tat")
	rng := rand.New(rand.NewPCG(3, 1))
	cs := interestedPeers(23)
	for i := range 3 {
		cs[i].DownRate = 100 // take the earned slots
	}
	count := make([]int, len(cs))
	last := -1
	for round := range 3000 {
		now := time.Duration(round+10) * 10 * time.Second
		for i := range cs {
			cs[i].ConnectedAt = 0
		}
		cs[22].ConnectedAt = now - time.Second // always new
		got := c.Unchoke(Round{Now: now, Periodic: true, Rand: rng}, cs, nil)
		optimist := got[3]
		if round%3 != 0 && optimist != last {
			t.Fatalf("round %d: the slot moved from %d to %d within 30 s", round, last, optimist)
		}
		if round%3 == 0 && optimist == last {
			t.Fatalf("round %d: the slot stayed with %d", round, last)
		}
		if last = optimist; round%3 == 0 {
			count[optimist]++
		}
	}
	for i := 3; i < 22; i++ {
		if count[i] < 20 || count[i] > 75 {
			t.Errorf("neighbour %d had the slot %d times of 1000; about 45 would be fair", i, count[i])
		}
	}
	if count[22] < 90 || count[22] > 160 {
		t.Errorf("one that had just connected had it %d times; three shares would be about 125", count[22])
	}
}

// A seed gives everybody the same time.
func TestRoundRobinIsFair(t *testing.T) {
	c := newChoker(t, "round-robin")
	cs := interestedPeers(17)
	held := make([]time.Duration, len(cs))
	for round := range 1700 {
		now := time.Duration(round) * 10 * time.Second
		got := c.Unchoke(Round{Now: now, Periodic: true}, cs, nil)
		apply(cs, now, got)
		for _, i := range got {
			held[i] += 10 * time.Second
			cs[i].Uploaded += 1000
		}
	}
	fair := 17000 * time.Second * 4 / 17
	for i, h := range held {
		if h < fair*98/100 || h > fair*102/100 {
			t.Errorf("neighbour %d held a slot for %v; %v would be fair", i, h, fair)
		}
	}
}

// surplus: a neighbour may be 100 KiB ahead, and is served again once it has
// given something.
func TestSurplus(t *testing.T) {
	c := newChoker(t, "surplus")
	cs := []Candidate{{ID: 1, Interested: true, Interesting: true, Uploaded: 100 << 10}, {ID: 2, Interesting: true, Uploaded: 1<<20 + 99<<10, Downloaded: 1 << 20}}
	if got := c.Unchoke(Round{}, cs, nil); !slices.Equal(got, []int{1}) {
		t.Errorf("unchoked %v, want only the second", got)
	}
	cs[0].Downloaded = 1
	if got := c.Unchoke(Round{}, cs, nil); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("unchoked %v, want both", got)
	}
}

// libtorrent: nine share eight slots, and nobody waits for most of the time.
func TestLibtorrentQuota(t *testing.T) {
	c := newChoker(t, "libtorrent")
	cs := interestedPeers(9)
	held := make([]time.Duration, len(cs))
	for round := range 400 {
		now := time.Duration(round) * 15 * time.Second
		got := c.Unchoke(Round{Now: now, Periodic: true}, cs, nil)
		apply(cs, now, got)
		for _, i := range got {
			held[i] += 15 * time.Second
			cs[i].Uploaded += 2 << 20
		}
	}
	for i, h := range held {
		if share := h.Seconds() / (400 * 15); share < 0.5 {
			t.Errorf("neighbour %d held one of 8 slots for %.0f %% of the time; 9 share them", i, 100*share)
		}
	}
}

// Transmission's optimistic slot is beside the others: who holds it is left out
// of account until its rounds are over.
func TestTransmissionOptimist(t *testing.T) {
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
	lucky := got[14]
	cs[lucky].DownRate = 100 // it pays
	for range 4 {
		if got := c.Unchoke(r, slices.Clone(cs), nil); len(got) != 15 || got[14] != lucky || slices.Index(got, 13) < 0 {
			t.Fatalf("unchoked %v, want the fastest 14 of the others and %d", got, lucky)
		}
	}
	if got := c.Unchoke(r, slices.Clone(cs), nil); got[0] != lucky || got[14] == lucky {
		t.Errorf("unchoked %v, want %d first, on its merits, and a new optimist", got, lucky)
	}
}

// libtorrent: with as many neighbours as slots one is left out by the first
// regular round, and taken in by the next optimistic one.
func TestLibtorrentClocks(t *testing.T) {
	c := newChoker(t, "libtorrent")
	c.Unchoke(Round{Periodic: true}, nil, nil) // nobody is there yet
	cs := interestedPeers(8)
	at := func(now time.Duration, regular bool) int {
		got := c.Unchoke(Round{Now: now, Periodic: regular}, cs, nil)
		apply(cs, now, got)
		return len(got)
	}
	if n := at(500*time.Millisecond, false); n != 8 {
		t.Errorf("%d of 8 got a free slot at once", n)
	}
	for second := 1; second < 60; second++ {
		want := 7
		if second >= 30 {
			want = 8
		}
		if n := at(time.Duration(second)*time.Second, true); n != want {
			t.Fatalf("%d hold slots after %d s, want %d", n, second, want)
		}
	}
}
