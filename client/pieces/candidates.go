package pieces

import (
	"math/bits"

	"swarmsim/client/pick"
)

// manyPieces is the number of pieces beyond which those that a picker may name are kept sorted.
const manyPieces = pick.IndexThreshold

// candidates saves a picker looking at all of many pieces: those that it may name are kept
// sorted by their copies. The index is made at the first pick, so that seeds do without, and is
// rebuilt after much has changed at once.
type candidates struct {
	index     *pick.Index // nil until it is needed
	stale     bool        // the index must be rebuilt
	firstWant int         // no word of wanted before this one has a piece
	firstGap  int         // all words of have before this one are full
}

// Choices returns the pieces that a picker is shown where it may name active pieces as well: the
// wanted pieces and the active ones with open blocks.
func (t *Table) Choices() Bitset {
	if t.choices == nil {
		t.choices = NewBitset(t.Count())
	}
	copy(t.choices, t.wanted)
	for _, e := range t.ActiveWithOpen() {
		if e.Piece.open > 0 {
			t.choices.Set(e.Piece.index)
		}
	}
	return t.choices
}

// ChoicesFor returns the pieces of Choices that a connection may send.
func (t *Table) ChoicesFor(serial uint32) Bitset {
	if t.CandidateIndex() != nil { // which keeps choices up to date
		return t.choices
	}
	t.Choices()
	for _, e := range t.ActiveWithOpen() {
		if !e.Piece.MayDownload(serial) {
			t.choices.Unset(e.Piece.index)
		}
	}
	return t.choices
}

// CandidateIndex returns the sorted candidates, up to date; nil where looking at all pieces is as
// good. A picker that is shown active pieces must not see those on parole with other neighbours:
// then there is no index.
func (t *Table) CandidateIndex() *pick.Index {
	if t.candidates == nil || t.pickActive && t.parole {
		return nil
	}
	s := t.candidates
	if s.index == nil {
		s.index, s.stale = pick.NewIndex(t.Count(), t.ranks), true
	}
	if s.stale {
		s.stale = false
		s.index.Clear()
		shown := t.wanted
		if t.pickActive {
			shown = t.Choices()
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

// liveIndex returns the sorted candidates if they must be told what changes, and nil otherwise.
func (t *Table) liveIndex() *pick.Index {
	if s := t.candidates; s != nil && !s.stale {
		return s.index
	}
	return nil
}

// addCandidate notes that a picker may name a piece.
func (t *Table) addCandidate(piece int) {
	if t.candidates == nil {
		return
	}
	t.candidates.firstWant = min(t.candidates.firstWant, piece>>6)
	if x := t.liveIndex(); x != nil {
		x.Add(piece, int(t.copies[piece]))
		if t.choices != nil {
			t.choices.Set(piece)
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
		if t.choices != nil {
			t.choices.Unset(piece)
		}
	}
	if !t.pickActive {
		t.scope.removeWanted(piece, int(t.copies[piece]))
	}
}

// AddShortcuts adds to a picker's view what saves it looking at all of many pieces. all says that
// v.Theirs has every piece that may be requested.
func (t *Table) AddShortcuts(v *pick.View, all bool) {
	s := t.candidates
	if s == nil {
		return
	}
	v.PeerHasIndexed = all
	v.PeerIsSeed = all && !t.limited
	for s.firstGap < len(t.have) && t.have[s.firstGap] == ^uint64(0) {
		s.firstGap++
	}
	v.FirstMissing = min(s.firstGap<<6, t.Count())
	if x := t.scope.wantedIndex(); t.limited && x != nil && !t.pickActive {
		v.Index = x
	} else if v.Index = t.CandidateIndex(); v.Index == nil {
		return
	} else if t.limited {
		v.PeerHasIndexed = false
	}
	for s.firstWant < len(v.Wanted)-1 && v.Wanted[s.firstWant] == 0 {
		s.firstWant++
	}
	v.FirstWanted = s.firstWant << 6
}
