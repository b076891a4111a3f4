package pieces

import "math/bits"

// Copies returns, for each piece, the number of neighbours that have it. The list is not to be
// changed.
func (t *Table) Copies() []uint16 { return t.copies }

// Ranks returns the random order of the pieces that breaks ties; nil if there is none.
func (t *Table) Ranks() []uint32 { return t.ranks }

// WatchCopies sets the watcher that is called at every change of a number of copies; nil removes
// it.
func (t *Table) WatchCopies(w CopiesWatcher) { t.watcher = w }

// Neighbour returns the pieces of the neighbour in a slot. It is not to be changed.
func (t *Table) Neighbour(slot int) Bitset {
	at := slot * int(t.words)
	return t.neighbours[at : at+int(t.words) : at+int(t.words)]
}

// NeighbourHas reports whether the neighbour in a slot has a piece.
func (t *Table) NeighbourHas(slot, piece int) bool {
	return t.neighbours[slot*int(t.words)+piece>>6]>>(piece&63)&1 != 0
}

// Slots makes room for the neighbours in slots 0 to n-1.
func (t *Table) Slots(n int) {
	for len(t.neighbours) < n*int(t.words) {
		t.neighbours = append(t.neighbours, make([]uint64, t.words)...)
	}
}

// ResetNeighbour begins with a neighbour in a slot, which has no pieces yet.
func (t *Table) ResetNeighbour(slot int) { clear(t.Neighbour(slot)) }

// AddPiece notes that the neighbour in a slot has one piece more, which it lacked.
func (t *Table) AddPiece(slot, piece int) {
	t.Neighbour(slot).Set(piece)
	t.copies[piece]++
	if t.availability != nil {
		t.onCopiesChanged(piece, int(t.copies[piece])-1)
	}
}

// RemovePiece notes that the neighbour in a slot has a piece no longer.
func (t *Table) RemovePiece(slot, piece int) {
	t.Neighbour(slot).Unset(piece)
	t.copies[piece]--
	if t.availability != nil {
		t.onCopiesChanged(piece, int(t.copies[piece])+1)
	}
}

// ReadBitfield reads the bitfield of the neighbour in a slot, which has no pieces yet, and
// returns how many it has and how many of those the peer lacks. It returns false if the bitfield
// is malformed.
func (t *Table) ReadBitfield(slot int, data []byte) (has, missing int, ok bool) {
	theirs := t.Neighbour(slot)
	if !theirs.Read(data, t.Count()) {
		return 0, 0, false
	}
	for _, w := range theirs {
		has += bits.OnesCount64(w)
	}
	t.addCopies(theirs, has, 1)
	return has, t.countLacking(theirs), true
}

// AddAllPieces notes that the neighbour in a slot, which has no pieces yet, has all of them, and
// returns how many of those the peer lacks.
func (t *Table) AddAllPieces(slot int) (missing int) {
	theirs := t.Neighbour(slot)
	theirs.Fill(t.Count())
	t.addCopies(theirs, t.Count(), 1)
	return t.LackingCount()
}

// RemoveNeighbour subtracts the pieces of the neighbour in a slot from the copies. has is the
// number of its pieces.
func (t *Table) RemoveNeighbour(slot, has int) {
	t.addCopies(t.Neighbour(slot), has, ^uint16(0)) // minus one
}

// addCopies adds by to the copies of all pieces in a set of the given size.
func (t *Table) addCopies(theirs Bitset, size int, by uint16) {
	if size == t.Count() {
		for i := range t.copies {
			t.copies[i] += by
		}
		t.onAllCopiesChanged(by)
		return
	}
	few := t.availability != nil && size < t.wantedCount/2
	for i, w := range theirs {
		for ; w != 0; w &= w - 1 {
			piece := i*64 + bits.TrailingZeros64(w)
			t.copies[piece] += by
			if few {
				t.onCopiesChanged(piece, int(t.copies[piece]-by))
			}
		}
	}
	if t.availability != nil && !few && size > 0 {
		t.availability.stale = true
		t.scope.invalidate()
		if t.watcher != nil {
			t.watcher.AllCopiesChanged()
		}
	}
}

// onCopiesChanged updates what is sorted by copies: a piece had another number of them before.
func (t *Table) onCopiesChanged(piece, before int) {
	now := int(t.copies[piece])
	if x := t.liveIndex(); x != nil && (t.wanted.Has(piece) || t.pickActive) {
		x.Move(piece, before, now)
	}
	t.scope.onCopiesChanged(piece, before, now)
	if t.watcher != nil {
		t.watcher.CopiesChanged(piece, before, now)
	}
}

// onAllCopiesChanged updates what is sorted by copies: every piece has by more of them.
func (t *Table) onAllCopiesChanged(by uint16) {
	fewer := by != 1
	switch x := t.liveIndex(); {
	case x == nil:
	case fewer:
		x.RemoveCopyOfAll()
	default:
		x.AddCopyOfAll()
	}
	t.scope.onAllCopiesChanged(fewer)
	if t.watcher != nil {
		t.watcher.AllCopiesChanged()
	}
}
