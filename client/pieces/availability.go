package pieces

import (
	"math/bits"

	"swarmsim/client/pick"
)

// manyPieces is the number of pieces beyond which those that a picker may name are kept sorted.
const manyPieces = pick.IndexThreshold

// availability holds the pieces that a picker may name, sorted by their number of copies, for torrents
// with more than manyPieces pieces: a pick need not look at all of them. The index is built at the
// first pick, so that a seed never builds it, and rebuilt when it is stale.
type availability struct {
	index            *pick.Index // nil until it is needed
	stale            bool        // the index must be rebuilt
	firstWantedWord  int         // no word of wanted before this one has a piece
	firstMissingWord int         // all words of have before this one are full
}

// Pickable returns the pieces that a picker may name if that includes active pieces: the wanted
// pieces and the active ones with open blocks.
func (t *Table) Pickable() Bitset {
	if t.pickable == nil {
		t.pickable = NewBitset(t.Count())
	}
	copy(t.pickable, t.wanted)
	for _, e := range t.ActiveWithOpen() {
		if e.Piece.open > 0 {
			t.pickable.Set(e.Piece.index)
		}
	}
	return t.pickable
}

// PickableFrom returns the pieces of Pickable without those on parole with other connections.
func (t *Table) PickableFrom(serial uint32) Bitset {
	if t.PickIndex() != nil { // the index keeps pickable up to date
		return t.pickable
	}
	t.Pickable()
	for _, e := range t.ActiveWithOpen() {
		if !e.Piece.MayDownload(serial) {
			t.pickable.Unset(e.Piece.index)
		}
	}
	return t.pickable
}

// PickIndex returns the pieces that a picker may name, sorted and up to date. It returns nil if there
// are few pieces, and if the picker may name active pieces and some piece has ever been on parole,
// because the index is the same for all neighbours.
func (t *Table) PickIndex() *pick.Index {
	if t.availability == nil || t.pickActive && t.parole {
		return nil
	}
	s := t.availability
	if s.index == nil {
		s.index, s.stale = pick.NewIndex(t.Count(), t.ranks), true
	}
	if s.stale {
		s.stale = false
		s.index.Clear()
		shown := t.wanted
		if t.pickActive {
			shown = t.Pickable()
		}
		for i, w := range shown {
			for ; w != 0; w &= w - 1 {
				piece := i*64 + bits.TrailingZeros64(w)
				s.index.Add(piece, int(t.copies[piece]))
			}
		}
	}
	return s.index
}

// liveIndex returns the index if it exists and is current, so that it must be updated with each
// change; nil if it is absent or will be rebuilt.
func (t *Table) liveIndex() *pick.Index {
	if s := t.availability; s != nil && !s.stale {
		return s.index
	}
	return nil
}

// addCandidate notes that a picker may name a piece.
func (t *Table) addCandidate(piece int) {
	if t.availability == nil {
		return
	}
	t.availability.firstWantedWord = min(t.availability.firstWantedWord, piece>>6)
	if x := t.liveIndex(); x != nil {
		x.Add(piece, int(t.copies[piece]))
		if t.pickable != nil {
			t.pickable.Set(piece)
		}
	}
	if !t.pickActive {
		t.scope.addWanted(piece, int(t.copies[piece]))
	}
}

// removeCandidate notes that a picker may not name a piece.
func (t *Table) removeCandidate(piece int) {
	if x := t.liveIndex(); x != nil {
		x.Remove(piece, int(t.copies[piece]))
		if t.pickable != nil {
			t.pickable.Unset(piece)
		}
	}
	if !t.pickActive {
		t.scope.removeWanted(piece, int(t.copies[piece]))
	}
}

// AddShortcuts adds to a picker's view what saves it looking at all of many pieces. hasAllInScope
// says that v.PeerHas contains every piece in scope.
func (t *Table) AddShortcuts(v *pick.View, hasAllInScope bool) {
	a := t.availability
	if a == nil {
		return
	}
	v.PeerHasIndexed = hasAllInScope
	v.PeerIsSeed = hasAllInScope && !t.scopeLimited
	for a.firstMissingWord < len(t.have) && t.have[a.firstMissingWord] == ^uint64(0) {
		a.firstMissingWord++
	}
	v.FirstMissing = min(a.firstMissingWord<<6, t.Count())
	if x := t.scope.wantedIndex(); t.scopeLimited && x != nil && !t.pickActive {
		v.Index = x
	} else if v.Index = t.PickIndex(); v.Index == nil {
		return
	} else if t.scopeLimited {
		v.PeerHasIndexed = false
	}
	for a.firstWantedWord < len(v.Wanted)-1 && v.Wanted[a.firstWantedWord] == 0 {
		a.firstWantedWord++
	}
	v.FirstWanted = a.firstWantedWord << 6
}
