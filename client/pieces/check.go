package pieces

import (
	"errors"
	"fmt"
	"slices"
)

// Check returns an error that lists where the table contradicts itself or its neighbours, which
// are given by their slots and the requests to each. It is for tests, and slow.
func (t *Table) Check(slots []int, requests []*Requests) error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	requesters, copies := map[Block]int{}, make([]int, t.Count())
	for i, slot := range slots {
		if r := requests[i]; r.reserved < 0 || int(r.reserved) > len(r.blocks) {
			fail("neighbour %d: %d of %d requests are reserved", slot, r.reserved, len(r.blocks))
		}
		for _, b := range requests[i].All() {
			requesters[b]++
		}
		for piece := range t.Count() {
			if t.NeighbourHas(slot, piece) {
				copies[piece]++
			}
		}
	}
	open, wanted := 0, 0
	for _, e := range t.active {
		a := e.Piece
		free, received := 0, 0
		for i := range a.Blocks() {
			switch want := requesters[t.BlockAt(a.index, i)]; {
			case a.HasBlock(i):
				received++
			case a.Requesters(i) != want:
				fail("block %d/%d is requested from %d, not %d", a.index, i, want, a.Requesters(i))
			case want == 0:
				free++
			}
		}
		if free != int(a.open) || received != int(a.received) {
			fail("piece %d has %d blocks open and %d received, not %d and %d", a.index, free, received, a.open, a.received)
		}
		open += free
	}
	for piece := range t.Count() {
		if copies[piece] != int(t.copies[piece]) {
			fail("piece %d has %d copies, not %d", piece, copies[piece], t.copies[piece])
		}
		if t.wanted.Has(piece) {
			wanted++
		}
		if missing := t.wanted.Has(piece) || t.Find(piece) != nil; missing == t.have.Has(piece) && !t.Skips(piece) {
			fail("piece %d is both verified and missing, or neither", piece)
		}
	}
	if open != t.openBlocks || wanted != t.wantedCount {
		fail("%d blocks are open and %d pieces wanted, not %d and %d", open, wanted, t.openBlocks, t.wantedCount)
	}
	return errors.Join(errs...)
}

// CheckSorted returns an error that says where what is kept to find pieces quickly disagrees with
// the pieces. unverified is what LimitUnverified is called with. It is for tests, and slow.
func (t *Table) CheckSorted(unverified int64) error {
	return errors.Join(t.checkActive(), t.checkCandidates(), t.checkScope(unverified))
}

func (t *Table) checkActive() error {
	var open []Entry
	for _, e := range t.active {
		a := e.Piece
		if t.Find(a.index) != a {
			return fmt.Errorf("piece %d is active and not found", a.index)
		}
		if !t.manyActive() && e.Open != a.open {
			return fmt.Errorf("piece %d has %d open blocks, not %d", a.index, a.open, e.Open)
		}
		if a.open > 0 {
			open = append(open, Entry{a, e.Index, a.open})
		}
	}
	if t.manyActive() && !slices.Equal(open, t.index.open) {
		return fmt.Errorf("%d pieces have open blocks, and %d others are listed", len(open), len(t.index.open))
	}
	return nil
}

func (t *Table) checkCandidates() error {
	x := t.liveIndex()
	if x == nil {
		return nil
	}
	count := 0
	for piece := range t.Count() {
		want := t.wanted.Has(piece)
		if a := t.Find(piece); t.pickActive && a != nil {
			want = a.open > 0
		}
		if want {
			count++
		}
		if x.Has(piece, int(t.copies[piece])) != want {
			return fmt.Errorf("piece %d may be picked: %v, and the index says otherwise", piece, want)
		}
	}
	if count != x.Len() {
		return fmt.Errorf("%d pieces may be picked, not %d", count, x.Len())
	}
	return nil
}

func (t *Table) checkScope(unverified int64) error {
	if t.scope == nil || t.scope.index == nil {
		return nil
	}
	if t.LimitUnverified(unverified); !t.scopeLimited {
		return nil
	}
	if x := t.scope.wantedIndex(); x != nil && !t.pickActive {
		count := 0
		for piece := range t.Count() {
			if t.wanted.Has(piece) && t.scope.set.Has(piece) {
				count++
				if !x.Has(piece, int(t.copies[piece])) {
					return fmt.Errorf("piece %d is wanted and in scope, and not in the index", piece)
				}
			}
		}
		if count != x.Len() {
			return fmt.Errorf("%d pieces are wanted and in scope, not %d", count, x.Len())
		}
	}
	moved := slices.Clone(t.scope.set)
	t.scanScope(int((unverified + t.layout.PieceLength - 1) / t.layout.PieceLength))
	if !slices.Equal(moved, t.scope.set) {
		return errors.New("the scope is not what looking at all pieces says")
	}
	return nil
}
