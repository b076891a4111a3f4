package choke

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// PropShare divides what is not reserved for idle peers in proportion to what each neighbour
// sent in the last round.
func TestPropShareIsProportional(t *testing.T) {
	c := newChoker(t, "propshare").(*propShareChoker)
	cs := interestedPeers(5)
	r := Round{Periodic: true, Rand: rand.New(rand.NewPCG(1, 1)), UplinkRate: 1e6}
	c.Unchoke(r, cs, nil)
	for i, kB := range []int64{0, 100, 200, 700, 0} {
		cs[i].Downloaded += kB * 1000
	}
	cs[4].Interested = false
	r.Now = 10 * time.Second
	got := c.Unchoke(r, cs, nil)
	rates := c.Rates(nil)
	for i, want := range []float64{0.2, 0.08, 0.16, 0.56} {
		at := slices.Index(got, i)
		if at < 0 || math.Abs(rates[at]-want*contentRate(1e6)) > 1 {
			t.Errorf("neighbours %v have the rates %v; neighbour %d should have %.0f %%", got, rates, i, 100*want)
		}
	}
}

// With explore 1 idle peers have the whole uplink. A neighbour that sent something has no slot then: a rate
// of 0 would let it download without a limit.
func TestPropShareLimitsEveryNeighbour(t *testing.T) {
	c := propShare.New(&PropShare{Explore: 1, IdlePeers: 2, Rotate: 30 * time.Second}).(*propShareChoker)
	cs := interestedPeers(4)
	r := Round{Periodic: true, Rand: rand.New(rand.NewPCG(1, 1)), UplinkRate: 1e6}
	c.Unchoke(r, cs, nil)
	for _, step := range []struct{ senders, slots int }{{2, 2}, {3, 1}, {4, 4}} {
		for i := range step.senders {
			cs[i].Downloaded += 100_000
		}
		r.Now += 10 * time.Second
		got := c.Unchoke(r, cs, nil)
		rates := c.Rates(nil)
		sum := 0.0
		for _, rate := range rates {
			sum += rate
		}
		if len(got) != step.slots || len(rates) != step.slots || slices.Contains(rates, 0) ||
			math.Abs(sum-contentRate(1e6)) > 1 {
			t.Errorf("%d of 4 neighbours sent something: %v have the rates %v; %d should share the uplink",
				step.senders, got, rates, step.slots)
		}
	}
}

// BitTyrant (NSDI 2007, figure 5): the cost of a neighbour that does not unchoke us rises by 20 %
// in each round; that of one which has unchoked us for three rounds falls by 10 %. The best ratio
// comes first, until the uplink is spent.
func TestBitTyrantEstimates(t *testing.T) {
	c := newChoker(t, "bittyrant").(*bitTyrantChoker)
	c.set.InitialRate = 100_000
	cs := interestedPeers(30)
	r := Round{Periodic: true, UplinkRate: 1e6, ContentBytes: 1 << 30, PieceBytes: 1 << 18}
	for i := range cs {
		cs[i].Interesting = true
	}
	cs[0].UnchokesUs = true
	cost := func(i int) float64 { return c.estimates.at(i).cost }
	for round := range 8 {
		r.Now = time.Duration(round) * 10 * time.Second
		got := c.Unchoke(r, cs, nil)
		sum := 0.0
		for _, rate := range c.Rates(nil) {
			sum += rate
		}
		if sum > contentRate(1e6) {
			t.Fatalf("the rates add up to %v on an uplink of 1 MB/s", sum)
		}
		if round == 1 && (len(got) != 9 || math.Abs(cost(1)-120_000) > 1) {
			t.Errorf("%d neighbours are unchoked, and the second costs %.0f B/s; want 9, and 120 kB/s", len(got), cost(1))
		}
		if round > 1 && got[0] != 0 {
			t.Errorf("round %d: neighbour %d is ranked before the one that unchokes us", round, got[0])
		}
		apply(cs, r.Now, got)
		cs[0].Downloaded += 2_000_000
	}
	if want := 100_000 * math.Pow(0.9, 5); math.Abs(cost(0)-want) > 1 {
		t.Errorf("the neighbour that unchokes us costs %.0f B/s, want %.0f", cost(0), want)
	}
}
