package reveal

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"swarmsim/client/pieces"
)

// seed is a seed that drives a strategy as package client does.
type seed struct {
	strategy Strategy
	table    *pieces.Table
	view     View
	ids      []int // of the neighbours, in the order in which they connected
	state    []Neighbour
	hasCount []int
	all      bool // everything is announced

	// check, unless it is nil, gets the sets of the view before an event and what is announced.
	check func(before []pieces.Bitset, out []Announcement)
}

// newSeed returns a seed with pieces of two blocks, for neighbours 0 to 9.
func newSeed(count int, s Strategy, r *rand.Rand) *seed {
	const neighbours = 10
	layout := &pieces.Layout{Length: int64(count) * 2 * pieces.BlockSize, PieceLength: 2 * pieces.BlockSize}
	x := &seed{
		strategy: s,
		table:    pieces.New(layout, pieces.Options{Complete: true}),
		state:    make([]Neighbour, neighbours),
		hasCount: make([]int, neighbours),
	}
	x.table.Slots(neighbours)
	x.view = View{
		Layout: layout, Copies: x.table.Copies(), Neighbours: neighboursOf{x}, SnubTimeout: time.Minute, Rand: r,
	}
	x.do(Event{Kind: Begin})
	if w, ok := s.(pieces.CopiesWatcher); ok {
		x.table.WatchCopies(w)
	}
	return x
}

// neighboursOf are the neighbours of a seed.
type neighboursOf struct{ *seed }

func (n neighboursOf) Count() int { return len(n.ids) }

func (n neighboursOf) ID(i int) int { return n.ids[i] }

func (n neighboursOf) Get(id int) Neighbour {
	out := n.state[id]
	out.Has = n.table.Neighbour(id)
	return out
}

// do hands an event to the strategy and notes what is announced.
func (s *seed) do(e Event) []Announcement {
	if s.all {
		return nil
	}
	var before []pieces.Bitset
	if s.check != nil {
		before = s.sets()
	}
	out, all := s.strategy.On(&s.view, e, nil)
	if s.check != nil {
		s.check(before, out)
	}
	for _, a := range out {
		s.state[a.Neighbour].Announced.Set(a.Piece)
	}
	s.all = all
	return out
}

// sets returns copies of the sets of pieces that a strategy is shown.
func (s *seed) sets() []pieces.Bitset {
	var out []pieces.Bitset
	for _, id := range s.ids {
		out = append(out, slices.Clone(s.table.Neighbour(id)), slices.Clone(s.state[id].Announced))
	}
	return out
}

// join connects a neighbour.
func (s *seed) join(id int) []Announcement {
	s.table.ResetNeighbour(id)
	s.hasCount[id] = 0
	s.ids = append(s.ids, id)
	s.state[id] = Neighbour{Announced: pieces.NewBitset(s.table.Count()), ChokeChangedAt: s.view.Now}
	return s.do(Event{Kind: Joined, Neighbour: id})
}

// leave disconnects a neighbour.
func (s *seed) leave(id int) []Announcement {
	s.ids = slices.DeleteFunc(s.ids, func(x int) bool { return x == id })
	s.table.RemoveNeighbour(id, s.hasCount[id])
	return s.do(Event{Kind: Left, Neighbour: id})
}

// has has a neighbour announce a piece that it lacked.
func (s *seed) has(id, piece int) []Announcement {
	s.table.AddPiece(id, piece)
	s.hasCount[id]++
	return s.do(Event{Kind: PeerHas, Neighbour: id, Piece: piece})
}

// send sends a neighbour a block of a piece.
func (s *seed) send(id, piece int) []Announcement {
	return s.do(Event{Kind: BlockSent, Neighbour: id, Piece: piece, Length: pieces.BlockSize})
}

// wait lets time pass, at the end of which the strategy is asked.
func (s *seed) wait(d time.Duration) []Announcement {
	s.view.Now += d
	return s.do(Event{Kind: Check})
}

// unchoke gives a neighbour an upload slot.
func (s *seed) unchoke(id int) []Announcement {
	s.state[id].Unchoked, s.state[id].ChokeChangedAt = true, s.view.Now
	return s.do(Event{Kind: Rechoked})
}

// one returns the piece that is announced to a neighbour, which must be the only one.
func one(t *testing.T, id int, out []Announcement) int {
	t.Helper()
	if len(out) != 1 || out[0].Neighbour != id {
		t.Fatalf("announced %v, want one piece to neighbour %d", out, id)
	}
	return out[0].Piece
}

// nothing checks that no piece is announced.
func nothing(t *testing.T, out []Announcement) {
	t.Helper()
	if len(out) > 0 {
		t.Errorf("announced %v, want nothing", out)
	}
}

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
