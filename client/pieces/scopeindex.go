package pieces

import "swarmsim/client/pick"

// scopeIndex keeps the scope (the pieces that may be requested under a limit of unverified bytes, see
// scope.go) up to date where there are many pieces. The missing pieces without blocks are kept
// sorted, those with the fewest copies first, equal ones by index. Those before an edge in that order
// are in scope, as are the pieces that have blocks. Since little changes between two updates, the
// edge moves little.
type scopeIndex struct {
	untouched *pick.Index // missing pieces that have no blocks
	wanted    *pick.Index // pieces of Table.wanted that are in scope; empty with Table.pickActive
	edge      pick.Position
	touched   int      // active pieces that have blocks
	changed   []uint32 // pieces to be looked at in the next update
	stale     bool     // everything must be rebuilt
}

// maxChanged limits the changes between two updates; beyond it everything is rebuilt.
const maxChanged = 4096

// live returns the index if it must be told what changes, and nil otherwise.
func (s *scope) live() *scopeIndex {
	if s == nil || s.index == nil || s.index.stale {
		return nil
	}
	return s.index
}

// invalidate has everything rebuilt in the next update.
func (s *scope) invalidate() {
	if x := s.live(); x != nil {
		x.stale = true
	}
}

// wantedIndex returns the sorted pieces that are wanted and in scope; nil if there is no index, or it
// is stale.
func (s *scope) wantedIndex() *pick.Index {
	if x := s.live(); x != nil {
		return x.wanted
	}
	return nil
}

// note has a piece looked at in the next update.
func (x *scopeIndex) note(piece int) {
	x.changed = append(x.changed, uint32(piece))
	if len(x.changed) > maxChanged {
		x.stale = true
	}
}

func (s *scope) onCopiesChanged(piece, before, now int) {
	x := s.live()
	if x == nil {
		return
	}
	x.wanted.Move(piece, before, now)
	if x.untouched.Has(piece, before) {
		x.untouched.Move(piece, before, now)
		x.note(piece)
	}
}

// onAllCopiesChanged notes that every piece has one copy more, or one fewer.
func (s *scope) onAllCopiesChanged(fewer bool) {
	switch x := s.live(); {
	case x == nil:
	case fewer:
		x.untouched.RemoveCopyOfAll()
		x.wanted.RemoveCopyOfAll()
		x.edge.Copies = max(0, x.edge.Copies-1)
	default:
		x.untouched.AddCopyOfAll()
		x.wanted.AddCopyOfAll()
		x.edge.Copies++
	}
}

// onFirstBlock notes that the first block of a piece has been received.
func (s *scope) onFirstBlock(a *Active, copies int) {
	if x := s.live(); x != nil {
		x.touched++
		x.untouched.Remove(a.index, copies)
		x.note(a.index)
	}
}

// onDropped notes that a piece is active no longer.
func (s *scope) onDropped(a *Active) {
	if x := s.live(); x != nil && a.received > 0 {
		x.touched--
		x.note(a.index)
	}
}

// onFailed notes that a piece has failed its hash check and its blocks were discarded. onDropped has
// been called for it.
func (s *scope) onFailed(piece, copies int) {
	if x := s.live(); x != nil {
		x.untouched.Add(piece, copies)
		x.note(piece)
	}
}

// addWanted notes that a piece is wanted, and removeWanted that it is not.
func (s *scope) addWanted(piece, copies int) {
	if x := s.live(); x != nil && s.set.Has(piece) {
		x.wanted.Add(piece, copies)
	}
}

func (s *scope) removeWanted(piece, copies int) {
	if x := s.live(); x != nil && s.set.Has(piece) {
		x.wanted.Remove(piece, copies)
	}
}

// moveScope decides which of many pieces are in scope, as scanScope does, by moving the edge.
func (t *Table) moveScope(limit int) {
	x := t.scope.index
	if x == nil {
		x = &scopeIndex{untouched: pick.NewIndex(t.Count(), nil), wanted: pick.NewIndex(t.Count(), t.ranks), stale: true}
		t.scope.index = x
	}
	if x.stale {
		t.findUntouched()
	}
	if x.touched >= limit { // no room for pieces without blocks, or not even for all that have some
		x.stale = true // scanScope changes the set and not the index
		t.scanScope(limit)
		return
	}
	edge := x.untouched.Nth(limit - x.touched + x.untouched.Count(0)) // pieces without a copy do not count
	switch {
	case x.stale:
		t.rebuildScope(edge)
	case x.edge.Before(edge):
		x.untouched.EachBetween(x.edge, edge, t.enterScope)
	default:
		x.untouched.EachBetween(edge, x.edge, t.leaveScope)
	}
	x.edge, x.stale = edge, false
	for _, piece := range x.changed {
		t.updateScope(int(piece))
	}
	x.changed = x.changed[:0]
}

// findUntouched looks for the pieces that have no blocks.
func (t *Table) findUntouched() {
	x, excluded := t.scope.index, t.scope.set // scratch memory: the callers rebuild the set
	x.untouched.Clear()
	x.touched, x.changed = 0, x.changed[:0]
	copy(excluded, t.have)
	if t.selection != nil {
		for i, w := range t.selection.skipped {
			excluded[i] |= w
		}
	}
	for _, e := range t.active {
		if e.Piece.received > 0 {
			x.touched++
			excluded.Set(e.Piece.index)
		}
	}
	for i := range t.Count() {
		if !excluded.Has(i) {
			x.untouched.Add(i, int(t.copies[i]))
		}
	}
}

// rebuildScope puts into scope the pieces with blocks and all pieces before an edge.
func (t *Table) rebuildScope(edge pick.Position) {
	clear(t.scope.set)
	t.scope.index.wanted.Clear()
	for _, e := range t.active {
		if e.Piece.received > 0 {
			t.enterScope(e.Piece.index)
		}
	}
	t.scope.index.untouched.EachBetween(pick.Position{}, edge, t.enterScope)
}

func (t *Table) enterScope(piece int) {
	if !t.scope.set.Has(piece) {
		t.scope.set.Set(piece)
		if t.wanted.Has(piece) && !t.pickActive {
			t.scope.index.wanted.Add(piece, int(t.copies[piece]))
		}
	}
}

func (t *Table) leaveScope(piece int) {
	if t.scope.set.Has(piece) {
		t.scope.set.Unset(piece)
		if t.wanted.Has(piece) && !t.pickActive {
			t.scope.index.wanted.Remove(piece, int(t.copies[piece]))
		}
	}
}

// updateScope decides whether a piece is in scope.
func (t *Table) updateScope(piece int) {
	x, copies := t.scope.index, int(t.copies[piece])
	in := t.Lacks(piece)
	if in && x.untouched.Has(piece, copies) {
		in = pick.Position{Copies: copies, Piece: piece}.Before(x.edge)
	}
	if in {
		t.enterScope(piece)
	} else {
		t.leaveScope(piece)
	}
}
