package pieces

import "slices"

// maxScanned is the number of active pieces up to which the list is searched from start to end.
// Where pieces have only one or two blocks, thousands may be active.
const maxScanned = 32

// activeIndex finds active pieces quickly where there are many of them. It is maintained while
// there are more than maxScanned, and out of date otherwise.
type activeIndex struct {
	slots []*Active // hash table by piece number, with linear probing
	open  []Entry   // the pieces that have open blocks, oldest first
	order uint32    // of the newest piece
}

// home returns the preferred slot of a piece in a table whose size is a power of two.
func home(piece, slots int) int { return int(uint32(piece)*0x9e3779b1>>7) & (slots - 1) }

func (x *activeIndex) find(piece int) *Active {
	for i := home(piece, len(x.slots)); x.slots[i] != nil; i = (i + 1) & (len(x.slots) - 1) {
		if x.slots[i].index == piece {
			return x.slots[i]
		}
	}
	return nil
}

func (x *activeIndex) insert(a *Active) {
	i := home(a.index, len(x.slots))
	for x.slots[i] != nil {
		i = (i + 1) & (len(x.slots) - 1)
	}
	x.slots[i] = a
}

// remove closes the gap that a leaves, so that the pieces behind it are still found.
func (x *activeIndex) remove(a *Active) {
	mask := len(x.slots) - 1
	gap := home(a.index, len(x.slots))
	for x.slots[gap] != a {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; x.slots[i] != nil; i = (i + 1) & mask {
		if (i-home(x.slots[i].index, len(x.slots)))&mask >= (i-gap)&mask {
			x.slots[gap], gap = x.slots[i], i
		}
	}
	x.slots[gap] = nil
}

// rebuild indexes all active pieces.
func (x *activeIndex) rebuild(all []Entry) {
	size := 8 * maxScanned
	for size < 4*len(all) {
		size *= 2
	}
	if size > len(x.slots) {
		x.slots = make([]*Active, size)
	} else {
		clear(x.slots)
	}
	x.open = x.open[:0]
	for i := range all {
		e := &all[i]
		x.order++
		e.Piece.order = x.order
		x.insert(e.Piece)
		if e.Open = e.Piece.open; e.Open > 0 {
			x.open = append(x.open, *e)
		}
	}
}

// position returns where a stands in a list, or would stand.
func position(list []Entry, a *Active) (int, bool) {
	return slices.BinarySearchFunc(list, a.order, func(e Entry, order uint32) int {
		return int(int32(e.Piece.order - order)) // the counter may have wrapped around
	})
}

// updateOpen notes that the number of open blocks of a has changed.
func (x *activeIndex) updateOpen(a *Active) {
	i, found := position(x.open, a)
	switch {
	case found && a.open > 0:
		x.open[i].Open = a.open
	case found:
		x.open = slices.Delete(x.open, i, i+1)
	case a.open > 0:
		x.open = slices.Insert(x.open, i, Entry{a, int32(a.index), a.open})
	}
}
