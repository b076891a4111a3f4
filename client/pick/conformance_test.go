package pick

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/registry/registrytest"
)

// The conformance suite: what every picker must be, whoever wrote it. It is enough
// to be registered to be tested here, with its defaults and with any settings its
// tags allow. See docs/strategies.md.

func TestConformance(t *testing.T) {
	registrytest.Check(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			t.Run("names what there is", rapid.MakeCheck(func(r *rapid.T) { picksOnlyCandidates(r, s) }))
			t.Run("the same with an index", rapid.MakeCheck(func(r *rapid.T) { picksTheSameWithIndex(r, s) }))
			t.Run("the same again", rapid.MakeCheck(func(r *rapid.T) { isRepeatable(r, s) }))
			t.Run("gets there", func(t *testing.T) { completesTheDownload(t, s) })
			t.Run("allocations", func(t *testing.T) { allocatesNothing(t, s) })
		})
	}
}

// settings draws a strategy's settings, or returns its defaults.
func settings(r *rapid.T, s Strategy) any {
	if rapid.Bool().Draw(r, "defaults") {
		return s.Defaults()
	}
	return registrytest.Settings(r, s)
}

// situation draws a view: any number of pieces, any state of them, with and
// without a player, an oracle, suggestions and an order of one's own.
func drawView(r *rapid.T) *View {
	n := rapid.OneOf(rapid.SampledFrom([]int{1, 2, 63, 64, 65, 128, 129}), rapid.IntRange(1, 200)).Draw(r, "pieces")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
	v := newView(n)
	v.PlayPosition = rapid.IntRange(-1, n-1).Draw(r, "play")
	// From nothing wanted to all, so that edges come up.
	here, wanted, theirs := rng.Float64(), rapid.SampledFrom([]float64{0, 0.1, 0.5, 1}).Draw(r, "wanted"), rng.Float64()
	for i := range n {
		switch {
		case rng.Float64() < here:
			set(v.Have, i)
			v.NumHave++
		case rng.Float64() < wanted:
			set(v.Wanted, i)
		}
		if rng.Float64() < theirs {
			set(v.PeerHas, i)
			v.Copies[i] = uint16(1 + rng.IntN(4))
		}
	}
	if rapid.Bool().Draw(r, "oracle") {
		v.SwarmCopies = make([]int32, n)
		for i := range v.SwarmCopies {
			v.SwarmCopies[i] = rng.Int32N(5)
		}
	}
	if rapid.Bool().Draw(r, "ranked") {
		for _, i := range rng.Perm(n) {
			v.Rank = append(v.Rank, uint32(i))
		}
	}
	for range rapid.IntRange(0, 5).Draw(r, "suggested") {
		v.Suggested = append(v.Suggested, rng.Uint32N(uint32(n)))
	}
	return v
}

// fresh is the view of a peer that has nothing, of a neighbour likewise.
func newView(n int) *View {
	w := (n + 63) / 64
	return &View{NumPieces: n, PlayPosition: -1, Wanted: make([]uint64, w), PeerHas: make([]uint64, w), Have: make([]uint64, w), Copies: make([]uint16, n)}
}

func set(b []uint64, i int)   { b[i/64] |= 1 << (i % 64) }
func unset(b []uint64, i int) { b[i/64] &^= 1 << (i % 64) }

func (v *View) hasCandidate() bool {
	for i, w := range v.Wanted {
		if w&v.PeerHas[i] != 0 {
			return true
		}
	}
	return false
}

func (v *View) clone() *View {
	c := *v
	for _, s := range []*[]uint64{&c.Wanted, &c.PeerHas, &c.Have} {
		*s = slices.Clone(*s)
	}
	c.Copies, c.SwarmCopies, c.Rank, c.Suggested = slices.Clone(v.Copies), slices.Clone(v.SwarmCopies), slices.Clone(v.Rank), slices.Clone(v.Suggested)
	return &c
}

// A piece that is wanted and that the neighbour has, or none exactly if there
// is none, unless the strategy says that it may decline; and the view is as it
// was.
func picksOnlyCandidates(r *rapid.T, s Strategy) {
	p, v := s.New(settings(r, s)), drawView(r)
	_, declines := p.(Decliner)
	before := v.clone()
	piece, ok := p.Pick(v, rand.New(rand.NewPCG(1, 2)))
	if !reflect.DeepEqual(v, before) {
		r.Fatalf("the view was changed")
	}
	if ok && (piece < 0 || piece >= v.NumPieces || !v.pickable(piece)) {
		r.Fatalf("piece %d is not wanted or not there", piece)
	}
	if !ok && v.hasCandidate() && !declines {
		r.Fatalf("there is a piece and none was named")
	}
}

// What saves looking at many pieces changes no pick and no draw.
func picksTheSameWithIndex(r *rapid.T, s Strategy) {
	set, v := settings(r, s), drawView(r)
	if rapid.Bool().Draw(r, "many") {
		v = widen(v, IndexThreshold+rapid.IntRange(1, 5000).Draw(r, "more"), rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0)))
	}
	without, rng := s.New(set), rand.New(rand.NewPCG(1, 2))
	piece, ok := without.Pick(v, rng)
	shorter := v.clone()
	addIndex(shorter)
	with, again := s.New(set), rand.New(rand.NewPCG(1, 2))
	piece2, ok2 := with.Pick(shorter, again)
	if piece != piece2 || ok != ok2 {
		r.Fatalf("%d, %v without an index and %d, %v with one", piece, ok, piece2, ok2)
	}
	if rng.Uint64() != again.Uint64() {
		r.Fatalf("another number of draws")
	}
}

// widen repeats a view, varied a little each time, up to a number of pieces.
func widen(v *View, n int, r *rand.Rand) *View {
	w := newView(n)
	w.PlayPosition = v.PlayPosition
	all := r.IntN(3) == 0
	for i := range n {
		from := r.IntN(v.NumPieces)
		switch {
		case v.Have[from/64]>>(from%64)&1 != 0:
			set(w.Have, i)
			w.NumHave++
		case v.Wanted[from/64]>>(from%64)&1 != 0:
			set(w.Wanted, i)
		}
		if all || v.PeerHas[from/64]>>(from%64)&1 != 0 {
			set(w.PeerHas, i)
			w.Copies[i] = 1 + v.Copies[from]
		}
		if v.SwarmCopies != nil {
			w.SwarmCopies = append(w.SwarmCopies, v.SwarmCopies[from])
		}
	}
	if v.Rank != nil {
		for _, i := range r.Perm(n) {
			w.Rank = append(w.Rank, uint32(i))
		}
	}
	return w
}

// shorten adds to a view all that saves looking at many pieces.
func addIndex(v *View) {
	theirs := 0
	v.Index, v.FirstWanted, v.FirstMissing = NewIndex(v.NumPieces, v.Rank), v.NumPieces, v.NumPieces
	if v.SwarmCopies != nil {
		v.SwarmIndex = NewIndex(v.NumPieces, nil)
	}
	for i := v.NumPieces - 1; i >= 0; i-- {
		if v.Wanted[i/64]>>(i%64)&1 != 0 {
			v.Index.Add(i, int(v.Copies[i]))
			v.FirstWanted = i &^ 63
		}
		if v.Have[i/64]>>(i%64)&1 == 0 {
			v.FirstMissing = i &^ 63
		}
		if v.PeerHas[i/64]>>(i%64)&1 != 0 {
			theirs++
		}
		if v.SwarmIndex != nil {
			v.SwarmIndex.Add(i, int(v.SwarmCopies[i]))
		}
	}
	v.PeerIsSeed, v.PeerHasIndexed = theirs == v.NumPieces, theirs == v.NumPieces
}

// The same seed names the same pieces, and no state is shared between peers.
func isRepeatable(r *rapid.T, s Strategy) {
	set := settings(r, s)
	views := []*View{drawView(r), drawView(r), drawView(r)}
	again := func() (out []int) {
		p, other, rng := s.New(set), s.New(set), rand.New(rand.NewPCG(3, 4))
		for i := range 9 {
			piece, ok := p.Pick(views[i%3], rng)
			if !ok {
				piece = -1
			}
			out = append(out, piece)
			if i%2 == 0 {
				other.Pick(views[i%3], rand.New(rand.NewPCG(5, 6)))
			}
		}
		return out
	}
	if a, b := again(), again(); !slices.Equal(a, b) {
		r.Fatalf("with the same seed %v and %v", a, b)
	}
}

// A download with one neighbour that has all: every piece is named once and
// then it is complete.
func completesTheDownload(t *testing.T, s Strategy) {
	for _, n := range []int{1, 64, 65, 300} {
		p, v, rng := s.New(s.Defaults()), newView(n), rand.New(rand.NewPCG(1, 2))
		if _, declines := p.(Decliner); declines {
			t.Skip("it may decline")
		}
		for i := range n {
			set(v.Wanted, i)
			set(v.PeerHas, i)
		}
		for range n {
			piece, ok := p.Pick(v, rng)
			if !ok {
				t.Fatalf("of %d pieces it stops at %d", n, v.NumHave)
			}
			unset(v.Wanted, piece)
			set(v.Have, piece)
			v.NumHave++
		}
		if piece, ok := p.Pick(v, rng); ok {
			t.Errorf("names piece %d of %d when all are here", piece, n)
		}
	}
}

// In steady state a pick makes no garbage.
func allocatesNothing(t *testing.T, s Strategy) {
	p, v, rng := s.New(s.Defaults()), newView(300), rand.New(rand.NewPCG(1, 2))
	v.NumHave, v.SwarmCopies, v.Suggested = 100, make([]int32, 300), []uint32{7}
	for i := range v.NumPieces {
		set(v.PeerHas, i)
		if i < v.NumHave {
			set(v.Have, i)
		} else {
			set(v.Wanted, i)
		}
	}
	if n := testing.AllocsPerRun(100, func() { p.Pick(v, rng) }); n > 0 {
		t.Errorf("%v allocations a pick", n)
	}
}
