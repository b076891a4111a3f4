package pieces

import (
	"unsafe"

	"swarmsim/prefetch"
)

// HotBytes is the size of the beginning of a Table that any message touches.
const HotBytes = unsafe.Offsetof(Table{}.wantedCount) + unsafe.Sizeof(Table{}.wantedCount)

const (
	entriesPerLine = 4 // of the list of active pieces
	fewOpen        = 1 // open blocks with which a piece may have to be picked
)

// PrefetchHave adds what the news of a piece from the neighbour in a slot touches.
func (t *Table) PrefetchHave(l *prefetch.List, slot int, piece uint32) {
	prefetch.Add(l, &t.neighbours[slot*int(t.words)+int(piece>>6)])
	prefetch.Add(l, &t.copies[piece])
	prefetch.Add(l, &t.have[piece>>6])
}

// PrefetchNeighbour adds where the set of a neighbour says whether it has a piece.
func (t *Table) PrefetchNeighbour(l *prefetch.List, slot, piece int) {
	prefetch.Add(l, &t.neighbours[slot*int(t.words)+piece>>6])
}

// PrefetchRequest adds what a request for a piece touches.
func (t *Table) PrefetchRequest(l *prefetch.List, piece uint32) { prefetch.Add(l, &t.have[piece>>6]) }

// PrefetchBlock adds, in steps 0 to 2, what a block of a piece from the neighbour in a slot
// touches: the list of active pieces; the pieces themselves; and what those point to. It reports
// whether a piece may have to be picked.
func (t *Table) PrefetchBlock(l *prefetch.List, step, slot int, piece, begin uint32) (picks bool) {
	switch step {
	case 0:
		prefetch.Add(l, &t.neighbours[slot*int(t.words)])
		if n := len(t.active); n > 0 {
			prefetch.AddStart(l, &t.active[0], (n+entriesPerLine-1)/entriesPerLine)
		}
	case 1:
		t.prefetchActive(l, piece)
	case 2:
		if t.perPiece > inlineBlocks {
			t.prefetchSender(l, int(piece), begin)
		}
		if t.openBlocks <= fewOpen {
			prefetch.Add(l, &t.wanted[0])
		}
	}
	return t.openBlocks <= fewOpen
}

// prefetchActive adds the active piece that a block belongs to and, unless there are many, those
// with open blocks.
func (t *Table) prefetchActive(l *prefetch.List, piece uint32) {
	if t.manyActive() {
		if a := t.Find(int(piece)); a != nil {
			prefetch.Add(l, a)
			prefetch.AddPart(l, a, t.sendersOffset(), 1)
		}
		return
	}
	for i := range t.active {
		if e := &t.active[i]; e.Index == int32(piece) {
			prefetch.Add(l, e.Piece)
			prefetch.AddPart(l, e.Piece, t.sendersOffset(), 1)
		} else if e.Open > 0 {
			prefetch.Add(l, e.Piece)
			prefetch.Add(l, &t.copies[e.Index])
		}
	}
}

// sendersOffset returns where in a piece its senders, or the list of them, stand.
func (t *Table) sendersOffset() uintptr {
	if t.perPiece > inlineBlocks {
		return unsafe.Offsetof(Active{}.senderList)
	}
	return unsafe.Offsetof(Active{}.inlineSenders)
}

// prefetchSender adds where the sender of a block is recorded.
func (t *Table) prefetchSender(l *prefetch.List, piece int, begin uint32) {
	if a := t.Find(piece); a != nil {
		if i := int64(begin) / t.layout.BlockBytes(); i < int64(len(a.senderList)) {
			prefetch.Add(l, &a.senderList[i])
		}
	}
}
