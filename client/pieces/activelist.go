package pieces

import "slices"

// Active returns all active pieces, oldest first. The list is valid until the table changes.
func (t *Table) Active() []Entry { return t.active }

// ActiveWithOpen returns active pieces, oldest first, among them all that have open blocks. Their
// Open is exact.
func (t *Table) ActiveWithOpen() []Entry {
	if t.manyActive() {
		return t.index.open
	}
	return t.active
}

// Find returns the active piece with a number; nil if it is not active.
func (t *Table) Find(piece int) *Active {
	if t.manyActive() {
		return t.index.find(piece)
	}
	for i := range t.active {
		if e := &t.active[i]; int(e.Index) == piece {
			return e.Piece
		}
	}
	return nil
}

// manyActive reports whether enough pieces are active for the index to be in use.
func (t *Table) manyActive() bool { return len(t.active) > maxScanned }

// addActive appends a piece to the list.
func (t *Table) addActive(a *Active) {
	t.active = append(t.active, Entry{a, int32(a.index), a.open})
	switch {
	case !t.manyActive():
	case t.index == nil:
		t.index = &activeIndex{}
		t.index.rebuild(t.active)
	case len(t.active) == maxScanned+1 || 2*len(t.active) > len(t.index.slots):
		t.index.rebuild(t.active)
	default:
		t.index.order++
		a.order = t.index.order
		t.index.insert(a)
		t.index.updateOpen(a)
	}
}

// removeActive removes a piece from the list.
func (t *Table) removeActive(a *Active) {
	if !t.manyActive() {
		i := slices.IndexFunc(t.active, func(e Entry) bool { return e.Piece == a })
		t.active = slices.Delete(t.active, i, i+1)
		return
	}
	t.index.remove(a)
	if i, found := position(t.index.open, a); found {
		t.index.open = slices.Delete(t.index.open, i, i+1)
	}
	i, _ := position(t.active, a)
	t.active = slices.Delete(t.active, i, i+1)
	if !t.manyActive() { // from now on the list is the one that must be exact
		for i := range t.active {
			t.active[i].Open = t.active[i].Piece.open
		}
	}
}

// updateEntry notes that the number of open blocks of a has changed.
func (t *Table) updateEntry(a *Active) {
	if t.manyActive() {
		t.index.updateOpen(a)
		return
	}
	for i := range t.active {
		if e := &t.active[i]; int(e.Index) == a.index {
			e.Open = a.open
			return
		}
	}
}

// newActive returns a piece to be used.
func (t *Table) newActive() *Active {
	a := t.spare.Get()
	if a.state == nil {
		a.allocate(int(t.perPiece))
	}
	return a
}
