package reveal

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/client/pick"
	"swarmsim/client/pieces"
	"swarmsim/registry/registrytest"
)

// TestConformance is what every strategy must fulfil, with its default settings and with any
// settings a scenario could give it. A strategy is tested as soon as it is in the list of
// registry.go; nothing is added here for it. The requirements are:
//
//   - the entry is well-formed (registrytest.Check);
//   - a piece is announced only to a connected neighbour that lacks it, and once;
//   - an awaited piece has been announced to the neighbour;
//   - the view is not changed;
//   - all pieces are announced once neighbours have announced every piece to the seed;
//   - so they are if neighbours download all announced pieces and pass none on;
//   - the same events and random numbers lead to the same announcements, and two strategies do not
//     influence each other.
//
// Neighbours join, leave, announce pieces and are served at random, with few pieces and with more
// than pick.IndexThreshold.
func TestConformance(t *testing.T) {
	registrytest.Check(t, Strategies())
	for _, e := range Strategies() {
		t.Run(e.Name, func(t *testing.T) {
			t.Run("announces what is missing, once", rapid.MakeCheck(func(r *rapid.T) { announcesOnce(r, e) }))
			t.Run("announces all in the end", rapid.MakeCheck(func(r *rapid.T) { announcesAll(r, e) }))
			t.Run("needs no exchange", rapid.MakeCheck(func(r *rapid.T) { needsNoExchange(r, e) }))
			t.Run("is repeatable", rapid.MakeCheck(func(r *rapid.T) { isRepeatable(r, e) }))
		})
	}
}

// settings returns the default settings of a strategy, or draws any.
func settings(r *rapid.T, e Entry) any {
	if rapid.Bool().Draw(r, "defaults") {
		return e.Defaults()
	}
	return registrytest.Settings(r, e)
}

func pieceCount() *rapid.Generator[int] {
	return rapid.OneOf(rapid.IntRange(1, 130), rapid.Just(pick.IndexThreshold+90))
}

func drawRandom(r *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0))
}

func announcesOnce(r *rapid.T, e Entry) {
	s := newSeed(pieceCount().Draw(r, "pieces"), e.New(settings(r, e)), random())
	s.checkAnnouncements(r)
	rng := drawRandom(r)
	for range 300 {
		s.shake(rng)
		if s.all {
			return
		}
		for _, id := range s.ids {
			if piece, ok := s.strategy.Awaited(id); ok && !s.state[id].Announced.Has(piece) {
				r.Fatalf("piece %d is awaited of neighbour %d, and was not announced to it", piece, id)
			}
		}
	}
}

// checkAnnouncements has every announcement checked.
func (s *seed) checkAnnouncements(r *rapid.T) {
	s.check = func(before []pieces.Bitset, out []Announcement) {
		if !reflect.DeepEqual(before, s.sets()) {
			r.Fatal("the strategy has changed the view")
		}
		seen := map[Announcement]bool{}
		for _, a := range out {
			switch {
			case !slices.Contains(s.ids, a.Neighbour):
				r.Fatalf("announced to %d, which is not connected", a.Neighbour)
			case a.Piece < 0 || a.Piece >= s.table.Count():
				r.Fatalf("announced piece %d of %d", a.Piece, s.table.Count())
			case s.table.NeighbourHas(a.Neighbour, a.Piece):
				r.Fatalf("announced piece %d to %d, which has it", a.Piece, a.Neighbour)
			case s.state[a.Neighbour].Announced.Has(a.Piece) || seen[a]:
				r.Fatalf("announced piece %d to %d twice", a.Piece, a.Neighbour)
			}
			seen[a] = true
		}
	}
}

// shake plays a random event.
func (s *seed) shake(r *rand.Rand) []Announcement {
	if s.all {
		return nil
	}
	id := r.IntN(len(s.state))
	n := &s.state[id]
	switch x := r.IntN(20); {
	case !slices.Contains(s.ids, id):
		return s.join(id)
	case x == 0:
		return s.leave(id)
	case x == 1:
		return s.wait(time.Duration(r.IntN(90)) * time.Second)
	case x < 4:
		n.Unchoked, n.ChokeChangedAt = !n.Unchoked, s.view.Now
		return s.do(Event{Kind: Rechoked})
	case x < 6:
		n.Uploading = !n.Uploading
	case x < 12:
		if piece := r.IntN(s.table.Count()); !s.table.NeighbourHas(id, piece) {
			return s.has(id, piece)
		}
	default:
		if piece, ok := s.strategy.Awaited(id); ok {
			return s.send(id, piece)
		}
	}
	return nil
}

func announcesAll(r *rapid.T, e Entry) {
	s := newSeed(pieceCount().Draw(r, "pieces"), e.New(settings(r, e)), random())
	s.checkAnnouncements(r)
	rng := drawRandom(r)
	for id := range 3 {
		s.join(id)
	}
	for _, piece := range rng.Perm(s.table.Count()) {
		s.has(rng.IntN(3), piece)
	}
	if !s.all {
		r.Fatal("every piece has been seen at a neighbour, and not all are announced")
	}
}

// needsNoExchange plays neighbours that download all that is announced to them, have no connections
// among one another, and wait.
func needsNoExchange(r *rapid.T, e Entry) {
	s := newSeed(rapid.IntRange(1, 130).Draw(r, "pieces"), e.New(settings(r, e)), random())
	s.checkAnnouncements(r)
	neighbours := rapid.IntRange(1, len(s.state)).Draw(r, "neighbours")
	for id := range neighbours {
		s.join(id)
		s.unchoke(id)
	}
	for range 3 * s.table.Count() {
		for id := range neighbours {
			for piece := range s.table.Count() {
				if s.all {
					return
				}
				if s.state[id].Announced.Has(piece) && !s.table.NeighbourHas(id, piece) {
					s.send(id, piece)
					s.send(id, piece)
					s.has(id, piece)
				}
			}
		}
		s.wait(time.Minute)
	}
	r.Fatal("not all pieces are announced")
}

func isRepeatable(r *rapid.T, e Entry) {
	count, set := pieceCount().Draw(r, "pieces"), settings(r, e)
	a, b := newSeed(count, e.New(set), random()), newSeed(count, e.New(set), random())
	seed := rapid.Uint64().Draw(r, "seed")
	x, y := rand.New(rand.NewPCG(seed, 0)), rand.New(rand.NewPCG(seed, 0))
	for range 100 {
		if first, second := a.shake(x), b.shake(y); !reflect.DeepEqual(first, second) {
			r.Fatalf("announced %v and %v after the same events", first, second)
		}
	}
}
