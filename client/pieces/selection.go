package pieces

import "math/bits"

// selection is what a peer downloads where that is not everything: the pieces of files that are
// not wanted are skipped. A skipped piece is neither picked nor a reason to be interested in a
// neighbour.
type selection struct {
	skipped Bitset
	lacking int // pieces that are neither verified nor skipped
}

// Skips reports whether a piece is not to be downloaded.
func (t *Table) Skips(piece int) bool { return t.selection != nil && t.selection.skipped.Has(piece) }

// Lacks reports whether the peer is to download a piece that it does not have.
func (t *Table) Lacks(piece int) bool { return !t.have.Has(piece) && !t.Skips(piece) }

// LackingCount returns the number of pieces that the peer is to download and does not have.
func (t *Table) LackingCount() int {
	if t.selection != nil {
		return t.selection.lacking
	}
	return t.Count() - t.haveCount
}

// Finished reports whether the peer has all pieces that it is to download.
func (t *Table) Finished() bool { return t.LackingCount() == 0 }

// Skip has the pieces of a set skipped, and no others; nil for none. An active piece remains
// active.
func (t *Table) Skip(set Bitset) {
	if set == nil && t.selection == nil {
		return
	}
	t.selection = nil
	if set != nil {
		t.selection = &selection{skipped: set}
	}
	lacking := 0
	for piece := range t.Count() {
		switch {
		case t.have.Has(piece):
		case t.Skips(piece):
			t.MarkStarted(piece)
		default:
			lacking++
			if t.Find(piece) == nil {
				t.MarkWanted(piece)
			}
		}
	}
	if t.selection != nil {
		t.selection.lacking = lacking
	}
	t.scope.invalidate()
}

// LackingOf returns the number of pieces that the neighbour in a slot has and the peer lacks.
func (t *Table) LackingOf(slot int) int { return t.countLacking(t.Neighbour(slot)) }

// countLacking returns the number of pieces in a set that the peer lacks.
func (t *Table) countLacking(set Bitset) (n int) {
	for i, w := range set {
		w &^= t.have[i]
		if t.selection != nil {
			w &^= t.selection.skipped[i]
		}
		n += bits.OnesCount64(w)
	}
	return n
}
