package choke

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// PropShare: what a neighbour gave in the last round is its part of what is not
// kept for strangers.
func TestPropShareIsProportional(t *testing.T) {
	c := newChoker(t, "propshare").(*propShareChoker)
	cs := interestedPeers(5)
	r := Round{Periodic: true, Rand: rand.New(rand.NewPCG(1, 1)), UplinkRate: 1e6}
	c.Unchoke(r, cs, nil)
	for i, gave := range []int64{0, 100, 200, 700, 0} {
		cs[i].Downloaded += gave * 1000
	}
	cs[4].Interested = false
	r.Now = 10 * time.Second
	got := c.Unchoke(r, cs, nil)
	rates := c.Rates(nil)
	for i, want := range []float64{0.2, 0.08, 0.16, 0.56} {
		at := slices.Index(got, i)
		if at < 0 || math.Abs(rates[at]-want*contentRate(1e6)) > 1 {
			t.Errorf("%v have %v; neighbour %d should have %.0f %% of the uplink", got, rates, i, 100*want)
		}
	}
}

// BitTyrant: who gives nothing for an offer is offered 1.2 times as much, who has
// given for three rounds 0.9 times as much, and what is cheapest comes first until
// the uplink is spent.
func TestBitTyrantOffers(t *testing.T) {
	c := newChoker(t, "bittyrant").(*bitTyrantChoker)
	c.set.Start = 100_000
	cs := interestedPeers(30)
	r := Round{Periodic: true, UplinkRate: 1e6, ContentBytes: 1 << 30, PieceBytes: 1 << 18}
	for i := range cs {
		cs[i].Interesting = true
	}
	cs[0].UnchokesUs = true
	needs := func(i int) float64 { return c.estimates.rows[i].value.cost }
	for round := range 8 {
		r.Now = time.Duration(round) * 10 * time.Second
		got := c.Unchoke(r, cs, nil)
		if sum := 0.0; len(got) > 0 {
			for _, rate := range c.Rates(nil) {
				sum += rate
			}
			if sum > contentRate(1e6) {
				t.Fatalf("%v offered on an uplink of 1 MB/s", sum)
			}
		}
		if round == 1 && (len(got) != 9 || math.Abs(needs(1)-120_000) > 1) {
			t.Errorf("%d are offered something, and %.0f the second; want 9, and 120 kB/s", len(got), needs(1))
		}
		if round > 1 && got[0] != 0 {
			t.Errorf("round %d: %v comes before the one that gives", round, got[0])
		}
		apply(cs, r.Now, got)
		cs[0].Downloaded += 2_000_000
	}
	if want := 100_000 * math.Pow(0.9, 5); math.Abs(needs(0)-want) > 1 {
		t.Errorf("who gives is offered %.0f, want %.0f", needs(0), want)
	}
}
