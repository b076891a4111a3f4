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

// TestConformance is what every choker must fulfil, with its default settings and with any
// settings a scenario could give it. A choker is tested as soon as it is in the list of
// registry.go; nothing is added here for it. The requirements are:
//
//   - the entry is well-formed (registrytest.Check);
//   - only indices of candidates are returned, each at most once, and never that of a seed;
//   - they are appended to what the caller has in out;
//   - the candidates are not changed;
//   - two chokers made alike return the same for the same calls: nothing but the arguments, Rand
//     and earlier calls decides;
//   - if the settings are a SlotLimiter, no more interested neighbours are unchoked than that;
//   - a RateAllocator has a rate for each unchoked neighbour, none of them negative, and their sum
//     does not exceed a known uplink rate;
//   - without candidates, or with seeds only, no neighbour is unchoked;
//   - in the long run no call allocates.
//
// The candidates connect, leave, become interested, send and receive at random.
func TestConformance(t *testing.T) {
	registrytest.Check(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			t.Run("default settings", rapid.MakeCheck(func(r *rapid.T) { playRounds(r, s, s.Defaults()) }))
			t.Run("any settings", rapid.MakeCheck(func(r *rapid.T) { playRounds(r, s, registrytest.Settings(r, s)) }))
			t.Run("no neighbour to unchoke", func(t *testing.T) { unchokesNoSeed(t, s) })
			t.Run("allocations", func(t *testing.T) { allocatesNothing(t, s) })
		})
	}
}

func playRounds(r *rapid.T, s Strategy, settings any) {
	w := newSwarm(r, s, settings)
	for range rapid.IntRange(1, 10).Draw(r, "rounds") {
		w.round(r)
	}
}

// swarm is two chokers of a kind, made alike, and the neighbours they are asked about.
type swarm struct {
	a, b       Choker
	aRand      *rand.Rand
	bRand      *rand.Rand
	maxSlots   func(Round) int // nil for no limit
	now        Round           // of the present call
	candidates []Candidate
	nextID     int
}

func newSwarm(r *rapid.T, s Strategy, settings any) *swarm {
	w := &swarm{
		a:     s.New(settings),
		b:     s.New(settings),
		aRand: rand.New(rand.NewPCG(1, 1)),
		bRand: rand.New(rand.NewPCG(1, 1)),
		now: Round{
			Key:          1000,
			ContentBytes: 100 << 18,
			PieceBytes:   1 << 18,
			BlockBytes:   1 << 14,
			UplinkRate:   rapid.SampledFrom([]int64{0, 1000, 50_000, 1 << 20}).Draw(r, "uplink"),
		},
	}
	if l, ok := settings.(SlotLimiter); ok {
		w.maxSlots = l.MaxSlots
	}
	for range rapid.IntRange(0, 30).Draw(r, "neighbours") {
		w.connect(0)
	}
	return w
}

// connect adds a neighbour.
func (w *swarm) connect(now time.Duration) {
	w.nextID++
	w.candidates = append(w.candidates, Candidate{
		ID:             w.nextID,
		Key:            uint64(w.nextID),
		ConnectedAt:    now,
		ChokeChangedAt: now,
		LastBlockAt:    now,
	})
}

// round changes the neighbours at random, calls the chokers, checks the result and applies it. It
// returns the indices of the unchoked neighbours and the number of interested ones.
func (w *swarm) round(r *rapid.T) (chosen []int, interested int) {
	w.now.Now += time.Duration(rapid.IntRange(0, 20_000).Draw(r, "milliseconds")) * time.Millisecond
	w.now.Periodic = rapid.Bool().Draw(r, "periodic")
	if len(w.candidates) > 0 && rapid.IntRange(0, 4).Draw(r, "a neighbour leaves") == 0 {
		at := rapid.IntRange(0, len(w.candidates)-1).Draw(r, "index")
		w.candidates = slices.Delete(w.candidates, at, at+1)
	}
	if rapid.IntRange(0, 4).Draw(r, "a neighbour connects") == 0 {
		w.connect(w.now.Now)
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
	for i := range w.candidates {
		w.change(rng, &w.candidates[i])
		if w.candidates[i].Interested {
			interested++
		}
	}
	chosen = w.call(r)
	w.check(r, chosen)
	apply(w.candidates, w.now.Now, chosen)
	return chosen, interested
}

// change is what a neighbour has done since the last round.
func (w *swarm) change(rng *rand.Rand, c *Candidate) {
	maybe := func() bool { return rng.IntN(2) == 0 }
	if c.Complete {
		return
	}
	if c.Pieces = min(100, c.Pieces+rng.IntN(12)); c.Pieces == 100 {
		c.Complete, c.Interested = true, false
		return
	}
	c.Interested, c.Interesting, c.Snubbed, c.UnchokesUs = maybe(), maybe(), maybe(), maybe()
	c.DownRate, c.UpRate = 0, 0
	if maybe() {
		c.Downloaded += rng.Int64N(100_000)
		c.LastBlockAt, c.DownRate = w.now.Now, float64(rng.IntN(4))*1000
	}
	if c.Unchoked {
		c.Uploaded += rng.Int64N(100_000)
		c.UpRate = float64(rng.IntN(4)) * 1000
	}
}

// call calls both chokers and compares their results.
func (w *swarm) call(r *rapid.T) []int {
	const before = -7 // in out before the call
	aRound, bRound := w.now, w.now
	aRound.Rand, bRound.Rand = w.aRand, w.bRand
	candidates := slices.Clone(w.candidates)
	chosen := w.a.Unchoke(aRound, candidates, []int{before})
	if again := w.b.Unchoke(bRound, slices.Clone(w.candidates), []int{before}); !slices.Equal(chosen, again) {
		r.Fatalf("not repeatable: %v, then %v", chosen, again)
	}
	if !slices.Equal(candidates, w.candidates) {
		r.Fatalf("the candidates were changed")
	}
	if chosen[0] != before {
		r.Fatalf("what was in out is lost")
	}
	return chosen[1:]
}

func (w *swarm) check(r *rapid.T, chosen []int) {
	interested := 0
	for n, i := range chosen {
		switch {
		case i < 0 || i >= len(w.candidates):
			r.Fatalf("index %d is returned for %d candidates", i, len(w.candidates))
		case slices.Contains(chosen[:n], i):
			r.Fatalf("index %d is returned twice: %v", i, chosen)
		case w.candidates[i].Complete:
			r.Fatalf("candidate %d is a seed and was unchoked", i)
		case w.candidates[i].Interested:
			interested++
		}
	}
	if w.maxSlots != nil && interested > w.maxSlots(w.now) {
		r.Fatalf("%d interested neighbours are unchoked, at most %d are promised", interested, w.maxSlots(w.now))
	}
	if a, ok := w.a.(RateAllocator); ok {
		w.checkRates(r, a.Rates(nil), len(chosen))
	}
}

func (w *swarm) checkRates(r *rapid.T, rates []float64, unchoked int) {
	if len(rates) != unchoked {
		r.Fatalf("%d neighbours are unchoked and %d rates are returned", unchoked, len(rates))
	}
	sum := 0.0
	for _, rate := range rates {
		if rate < 0 || math.IsNaN(rate) {
			r.Fatalf("a rate of %v", rate)
		}
		sum += rate
	}
	if w.now.UplinkRate > 0 && sum > float64(w.now.UplinkRate) {
		r.Fatalf("the rates add up to %v on an uplink of %d", sum, w.now.UplinkRate)
	}
}

func unchokesNoSeed(t *testing.T, s Strategy) {
	seeds := make([]Candidate, 20)
	for i := range seeds {
		seeds[i] = Candidate{ID: i, Key: uint64(i), Complete: true, Pieces: 100}
	}
	c, rng := s.NewDefault(), rand.New(rand.NewPCG(1, 1))
	for n := range 10 {
		r := testRound(time.Duration(n)*10*time.Second, rng)
		if got := c.Unchoke(r, nil, nil); len(got) > 0 {
			t.Errorf("without candidates %v are unchoked", got)
		}
		if got := c.Unchoke(r, seeds, nil); len(got) > 0 {
			t.Errorf("of 20 seeds %v are unchoked", got)
		}
		for i := range seeds {
			if i%2 == 1 { // half of them leave, and others connect
				seeds[i].ID += 20
			}
		}
	}
}

func allocatesNothing(t *testing.T, s Strategy) {
	c, rng := s.NewDefault(), rand.New(rand.NewPCG(1, 1))
	cs := make([]Candidate, 30)
	for i := range cs {
		cs[i] = Candidate{
			ID:          i,
			Key:         uint64(i),
			Pieces:      i,
			Interesting: true,
			Interested:  i%3 > 0,
			DownRate:    float64(i % 7),
		}
	}
	now, out, rates := time.Duration(0), make([]int, 0, 100), make([]float64, 0, 100)
	allocator, _ := c.(RateAllocator)
	call := func() {
		now += 5 * time.Second
		for i := range cs {
			cs[i].Downloaded += int64(i % 7)
		}
		out = c.Unchoke(testRound(now, rng), cs, out[:0])
		if allocator != nil {
			rates = allocator.Rates(rates[:0])
		}
		apply(cs, now, out)
	}
	for range 1000 {
		call()
	}
	if n := testing.AllocsPerRun(20, func() {
		for range 100 { // AllocsPerRun rounds down
			call()
		}
	}); n > 0 {
		t.Errorf("%v allocations in 100 calls", n)
	}
}

// testRound returns a round that is periodic every 10 seconds, for a content of 16 MiB.
func testRound(now time.Duration, rng *rand.Rand) Round {
	return Round{
		Now:          now,
		Periodic:     now%(10*time.Second) == 0,
		Rand:         rng,
		ContentBytes: 1 << 24,
		PieceBytes:   1 << 18,
		BlockBytes:   1 << 14,
		UplinkRate:   1e6,
	}
}
