package choke

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/registry/registrytest"
)

// The conformance suite: what every choker in the registry must do, whatever it
// is handed, with its defaults and with any settings that a scenario could give
// it. A strategy that is added is tested without a word here. See
// docs/strategies.md.

func TestConformance(t *testing.T) {
	registrytest.Check(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			t.Run("defaults", rapid.MakeCheck(func(r *rapid.T) { conforms(r, newSwarm(r, s)) }))
			t.Run("any settings", rapid.MakeCheck(func(r *rapid.T) {
				conforms(r, newSwarmWith(r, s, registrytest.Settings(r, s)))
			}))
			t.Run("nobody", func(t *testing.T) { servesNobody(t, s) })
			t.Run("allocations", func(t *testing.T) { allocatesNothing(t, s) })
		})
	}
}

// conforms plays rounds.
func conforms(r *rapid.T, s *swarm) {
	for range rapid.IntRange(1, 10).Draw(r, "rounds") {
		s.round(r)
	}
}

// swarm is two chokers of a kind, made alike, and the neighbours they see.
type swarm struct {
	a, b   Choker
	ra, rb *rand.Rand
	most   func(Round) int // interested neighbours served at most; nil for no limit
	set    Round
	cs     []Candidate
	next   int // ID
}

func newSwarm(r *rapid.T, s Strategy) *swarm { return newSwarmWith(r, s, s.Defaults()) }

func newSwarmWith(r *rapid.T, s Strategy, settings any) *swarm {
	w := &swarm{a: s.New(settings), b: s.New(settings), ra: rand.New(rand.NewPCG(1, 1)), rb: rand.New(rand.NewPCG(1, 1))}
	if l, ok := settings.(SlotLimiter); ok {
		w.most = l.MaxSlots
	}
	w.set = Round{Key: 1000, ContentBytes: 100 << 18, PieceBytes: 1 << 18, BlockBytes: 1 << 14,
		UplinkRate: rapid.SampledFrom([]int64{0, 1000, 50_000, 1 << 20}).Draw(r, "uplink")}
	for range rapid.IntRange(0, 30).Draw(r, "neighbours") {
		w.come(0)
	}
	return w
}

func (w *swarm) come(now time.Duration) {
	w.next++
	w.cs = append(w.cs, Candidate{ID: w.next, Key: uint64(w.next), ConnectedAt: now, ChokeChangedAt: now, LastBlockAt: now})
}

// round lets time pass, calls the chokers, and does what the peer would. It
// returns who is served, and how many wished to be.
func (w *swarm) round(r *rapid.T) (got []int, wanting int) {
	w.set.Now += time.Duration(rapid.IntRange(0, 20_000).Draw(r, "pause")) * time.Millisecond
	w.set.Periodic = rapid.Bool().Draw(r, "regular")
	if len(w.cs) > 0 && rapid.IntRange(0, 4).Draw(r, "somebody leaves") == 0 {
		at := rapid.IntRange(0, len(w.cs)-1).Draw(r, "who")
		w.cs = slices.Delete(w.cs, at, at+1)
	}
	if rapid.IntRange(0, 4).Draw(r, "somebody comes") == 0 {
		w.come(w.set.Now)
	}
	mood := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "moods"), 1))
	for i := range w.cs {
		w.live(mood, &w.cs[i])
		if w.cs[i].Interested {
			wanting++
		}
	}
	const before = -7 // what the caller has there already stays
	ra, rb := w.set, w.set
	ra.Rand, rb.Rand = w.ra, w.rb
	cs := slices.Clone(w.cs)
	got = w.a.Unchoke(ra, cs, []int{before})
	if again := w.b.Unchoke(rb, slices.Clone(w.cs), []int{before}); !slices.Equal(got, again) {
		r.Fatalf("not repeatable: %v, then %v", got, again)
	}
	if !slices.Equal(cs, w.cs) {
		r.Fatalf("it changed the candidates")
	}
	if got[0] != before {
		r.Fatalf("it does not append")
	}
	got = got[1:]
	w.check(r, got)
	apply(w.cs, w.set.Now, got)
	return got, wanting
}

// live is what a neighbour did since the last round.
func (w *swarm) live(mood *rand.Rand, c *Candidate) {
	yes := func() bool { return mood.IntN(2) == 0 }
	if c.Complete { // for good
		return
	}
	if c.Pieces = min(100, c.Pieces+mood.IntN(12)); c.Pieces == 100 {
		c.Complete, c.Interested = true, false
		return
	}
	c.Interested, c.Interesting, c.Snubbed, c.UnchokesUs = yes(), yes(), yes(), yes()
	c.DownRate, c.UpRate = 0, 0
	if yes() {
		c.Downloaded += mood.Int64N(100_000)
		c.LastBlockAt, c.DownRate = w.set.Now, float64(mood.IntN(4))*1000
	}
	if c.Unchoked {
		c.Uploaded += mood.Int64N(100_000)
		c.UpRate = float64(mood.IntN(4)) * 1000
	}
}

// check looks at an answer.
func (w *swarm) check(r *rapid.T, got []int) {
	served := 0
	for n, i := range got {
		switch {
		case i < 0 || i >= len(w.cs):
			r.Fatalf("%d is not a candidate; there are %d", i, len(w.cs))
		case slices.Contains(got[:n], i):
			r.Fatalf("%d is unchoked twice: %v", i, got)
		case w.cs[i].Complete:
			r.Fatalf("%d has everything and holds a slot", i)
		case w.cs[i].Interested:
			served++
		}
	}
	if w.most != nil && served > w.most(w.set) {
		r.Fatalf("%d slots given, %d allowed", served, w.most(w.set))
	}
	s, ok := w.a.(RateAllocator)
	if !ok {
		return
	}
	rates, sum := s.Rates(nil), 0.0
	for _, rate := range rates {
		if rate < 0 || math.IsNaN(rate) {
			r.Fatalf("a rate of %v", rate)
		}
		sum += rate
	}
	if len(rates) != len(got) {
		r.Fatalf("%d are unchoked and %d have a rate", len(got), len(rates))
	}
	if w.set.UplinkRate > 0 && sum > float64(w.set.UplinkRate) {
		r.Fatalf("rates add up to %v on an uplink of %d", sum, w.set.UplinkRate)
	}
}

// servesNobody: where there is nobody to serve nobody is served.
func servesNobody(t *testing.T, s Strategy) {
	complete := make([]Candidate, 20)
	for i := range complete {
		complete[i] = Candidate{ID: i, Key: uint64(i), Complete: true, Pieces: 100}
	}
	c, rng := s.New(s.Defaults()), rand.New(rand.NewPCG(1, 1))
	for n := range 10 {
		r := Round{Now: time.Duration(n) * 10 * time.Second, Periodic: true, Rand: rng, ContentBytes: 1 << 20, PieceBytes: 1 << 18, BlockBytes: 1 << 14, UplinkRate: 1e6}
		if got := c.Unchoke(r, nil, nil); len(got) > 0 {
			t.Errorf("unchoked %v of no candidates", got)
		}
		if got := c.Unchoke(r, complete, nil); len(got) > 0 {
			t.Errorf("unchoked %v of those who have everything", got)
		}
		for i := range complete {
			if i%2 == 1 { // some have left since, others have come
				complete[i].ID += 20
			}
		}
	}
}

// allocatesNothing: in the long run a choker makes no garbage.
func allocatesNothing(t *testing.T, s Strategy) {
	c, rng := s.New(s.Defaults()), rand.New(rand.NewPCG(1, 1))
	cs := make([]Candidate, 30)
	for i := range cs {
		cs[i] = Candidate{ID: i, Key: uint64(i), Pieces: i, Interesting: true, Interested: i%3 > 0, DownRate: float64(i % 7)}
	}
	now, out := time.Duration(0), make([]int, 0, 100)
	sharer, _ := c.(RateAllocator)
	rates := make([]float64, 0, 100)
	play := func() {
		now += 5 * time.Second
		for i := range cs {
			cs[i].Downloaded += int64(i % 7)
		}
		out = c.Unchoke(Round{Now: now, Periodic: now%(10*time.Second) == 0, Rand: rng, ContentBytes: 1 << 24, PieceBytes: 1 << 18, BlockBytes: 1 << 14, UplinkRate: 1e6}, cs, out[:0])
		if sharer != nil {
			rates = sharer.Rates(rates[:0])
		}
		apply(cs, now, out)
	}
	for range 1000 {
		play()
	}
	if n := testing.AllocsPerRun(20, func() {
		for range 100 { // the count is rounded down
			play()
		}
	}); n > 0 {
		t.Errorf("%v allocations in 100 rounds", n)
	}
}
