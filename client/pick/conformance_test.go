package pick

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/registry/registrytest"
)

// TestConformance is what every picker must fulfil, with its default settings and with any settings
// a scenario could give it. A picker is tested as soon as it is in the list of registry.go; nothing
// is added here for it. The requirements are:
//
//   - the entry is well-formed (registrytest.Check);
//   - a candidate is returned, a piece in both Wanted and PeerHas, and none only if there is none
//     (or the picker is a Decliner);
//   - neither the view nor, by an Oracle, the copies in the swarm are changed;
//   - with the fields that save looking at every piece, the Index among them, the picker returns
//     the same piece and draws the same random numbers as without;
//   - the same views and random numbers lead to the same pieces, and two pickers do not influence
//     each other;
//   - a download from one seed picks every piece once and then ends;
//   - no call allocates.
//
// The views have from 1 to more than IndexThreshold pieces, in any state, with and without a
// viewer, suggestions and ranks. An Oracle is tested with and without the copies in the swarm.
func TestConformance(t *testing.T) {
	registrytest.Check(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			t.Run("picks candidates only", rapid.MakeCheck(func(r *rapid.T) { picksOnlyCandidates(r, s) }))
			t.Run("picks the same with an index", rapid.MakeCheck(func(r *rapid.T) { picksTheSameWithIndex(r, s) }))
			t.Run("is repeatable", rapid.MakeCheck(func(r *rapid.T) { isRepeatable(r, s) }))
			t.Run("completes a download", func(t *testing.T) { completesTheDownload(t, s) })
			t.Run("allocations", func(t *testing.T) { allocatesNothing(t, s) })
		})
	}
}

// settings returns the default settings of a strategy, or draws any.
func settings(r *rapid.T, s Strategy) any {
	if rapid.Bool().Draw(r, "defaults") {
		return s.Defaults()
	}
	return registrytest.Settings(r, s)
}

// drawView draws a view: any number of pieces in any state, with and without a viewer, suggestions
// and ranks.
func drawView(r *rapid.T) *View {
	n := rapid.OneOf(rapid.SampledFrom([]int{1, 2, 63, 64, 65, 128, 129}), rapid.IntRange(1, 200)).Draw(r, "pieces")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
	v := newView(n)
	v.PlayPosition = rapid.IntRange(-1, n-1).Draw(r, "play position")
	have, peerHas := rng.Float64(), rng.Float64()
	wanted := rapid.SampledFrom([]float64{0, 0.1, 0.5, 1}).Draw(r, "wanted") // none and all included
	for i := range n {
		switch {
		case rng.Float64() < have:
			set(v.Have, i)
			v.NumHave++
		case rng.Float64() < wanted:
			set(v.Wanted, i)
		}
		if rng.Float64() < peerHas {
			set(v.PeerHas, i)
			v.Copies[i] = uint16(1 + rng.IntN(4))
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

// drawSwarm draws the copies of n pieces in the whole swarm; nil if they are unknown.
func drawSwarm(r *rapid.T, n int) []int32 {
	if !rapid.Bool().Draw(r, "oracle") {
		return nil
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "copies"), 0))
	copies := make([]int32, n)
	for i := range copies {
		copies[i] = rng.Int32N(5)
	}
	return copies
}

// useSwarm gives the copies in the swarm to a picker that is an Oracle.
func useSwarm(p Picker, copies []int32, index *Index) Picker {
	if o, ok := p.(Oracle); ok {
		o.UseSwarm(copies, index)
	}
	return p
}

// newView returns the view of a peer without pieces, of a neighbour without pieces.
func newView(n int) *View {
	w := (n + 63) / 64
	return &View{
		NumPieces:    n,
		PlayPosition: -1,
		Wanted:       make([]uint64, w),
		PeerHas:      make([]uint64, w),
		Have:         make([]uint64, w),
		Copies:       make([]uint16, n),
	}
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
	c.Copies, c.Rank, c.Suggested = slices.Clone(v.Copies), slices.Clone(v.Rank), slices.Clone(v.Suggested)
	return &c
}

func picksOnlyCandidates(r *rapid.T, s Strategy) {
	p, v := s.New(settings(r, s)), drawView(r)
	_, declines := p.(Decliner)
	swarm := drawSwarm(r, v.NumPieces)
	useSwarm(p, swarm, nil)
	before, swarmBefore := v.clone(), slices.Clone(swarm)
	piece, ok := p.Pick(v, rand.New(rand.NewPCG(1, 2)))
	if !reflect.DeepEqual(v, before) {
		r.Fatalf("the view was changed")
	}
	if !slices.Equal(swarm, swarmBefore) {
		r.Fatalf("the copies in the swarm were changed")
	}
	if ok && (piece < 0 || piece >= v.NumPieces || !v.pickable(piece)) {
		r.Fatalf("piece %d is not a candidate", piece)
	}
	if !ok && v.hasCandidate() && !declines {
		r.Fatalf("there is a candidate, and none was picked")
	}
}

func picksTheSameWithIndex(r *rapid.T, s Strategy) {
	set, v := settings(r, s), drawView(r)
	if rapid.Bool().Draw(r, "many pieces") {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
		v = enlarge(v, IndexThreshold+rapid.IntRange(1, 5000).Draw(r, "more"), rng)
	}
	swarm := drawSwarm(r, v.NumPieces)
	rng := rand.New(rand.NewPCG(1, 2))
	piece, ok := useSwarm(s.New(set), swarm, nil).Pick(v, rng)
	indexed := v.clone()
	addIndex(indexed)
	indexedRNG := rand.New(rand.NewPCG(1, 2))
	indexedPiece, indexedOK := useSwarm(s.New(set), swarm, indexSwarm(swarm)).Pick(indexed, indexedRNG)
	if piece != indexedPiece || ok != indexedOK {
		r.Fatalf("without an index %d, %v; with one %d, %v", piece, ok, indexedPiece, indexedOK)
	}
	if rng.Uint64() != indexedRNG.Uint64() {
		r.Fatalf("with an index another number of random numbers is drawn")
	}
}

// enlarge returns a view with n pieces, each in the state of a random piece of v.
func enlarge(v *View, n int, r *rand.Rand) *View {
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
	}
	if v.Rank != nil {
		for _, i := range r.Perm(n) {
			w.Rank = append(w.Rank, uint32(i))
		}
	}
	return w
}

// addIndex sets the fields of a view that save looking at every piece.
func addIndex(v *View) {
	announced := 0
	v.Index, v.FirstWanted, v.FirstMissing = NewIndex(v.NumPieces, v.Rank), v.NumPieces, v.NumPieces
	for i := v.NumPieces - 1; i >= 0; i-- {
		if v.Wanted[i/64]>>(i%64)&1 != 0 {
			v.Index.Add(i, int(v.Copies[i]))
			v.FirstWanted = i &^ 63
		}
		if v.Have[i/64]>>(i%64)&1 == 0 {
			v.FirstMissing = i &^ 63
		}
		if v.PeerHas[i/64]>>(i%64)&1 != 0 {
			announced++
		}
	}
	v.PeerIsSeed, v.PeerHasIndexed = announced == v.NumPieces, announced == v.NumPieces
}

// indexSwarm returns the index of an Oracle; nil if the copies are unknown.
func indexSwarm(copies []int32) *Index {
	if copies == nil {
		return nil
	}
	x := NewIndex(len(copies), nil)
	for i, n := range copies {
		x.Add(i, int(n))
	}
	return x
}

func isRepeatable(r *rapid.T, s Strategy) {
	set := settings(r, s)
	views := []*View{drawView(r), drawView(r), drawView(r)}
	swarm := drawSwarm(r, max(views[0].NumPieces, views[1].NumPieces, views[2].NumPieces))
	play := func() (out []int) {
		p, other, rng := useSwarm(s.New(set), swarm, nil), s.New(set), rand.New(rand.NewPCG(3, 4))
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
	if a, b := play(), play(); !slices.Equal(a, b) {
		r.Fatalf("with the same random numbers %v, and %v", a, b)
	}
}

func completesTheDownload(t *testing.T, s Strategy) {
	for _, n := range []int{1, 64, 65, 300} {
		p, v, rng := s.NewDefault(), newView(n), rand.New(rand.NewPCG(1, 2))
		if _, declines := p.(Decliner); declines {
			t.Skip("it may decline to pick")
		}
		for i := range n {
			set(v.Wanted, i)
			set(v.PeerHas, i)
		}
		for range n {
			piece, ok := p.Pick(v, rng)
			if !ok {
				t.Fatalf("no piece is picked after %d of %d", v.NumHave, n)
			}
			unset(v.Wanted, piece)
			set(v.Have, piece)
			v.NumHave++
		}
		if piece, ok := p.Pick(v, rng); ok {
			t.Errorf("piece %d is picked after all %d are complete", piece, n)
		}
	}
}

func allocatesNothing(t *testing.T, s Strategy) {
	p, v, rng := s.NewDefault(), newView(300), rand.New(rand.NewPCG(1, 2))
	v.NumHave, v.Suggested = 100, []uint32{7}
	useSwarm(p, make([]int32, v.NumPieces), nil)
	for i := range v.NumPieces {
		set(v.PeerHas, i)
		if i < v.NumHave {
			set(v.Have, i)
		} else {
			set(v.Wanted, i)
		}
	}
	if n := testing.AllocsPerRun(100, func() { p.Pick(v, rng) }); n > 0 {
		t.Errorf("%v allocations for each call", n)
	}
}
