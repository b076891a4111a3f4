package client

import "slices"

// fewStarted are as many started pieces as are looked through from the first to the last.
// Where pieces have one block or two, thousands may be started.
const scannedActive = 32

// lookup is what saves looking through many started pieces. It is kept while there are
// more than a few; until then, and afterwards, it is out of date.
type activeIndex struct {
	slots []*activePiece // by number, each at the first free place from that which it hashes to
	open  []activeEntry  // those that have open blocks, oldest first
	order uint32         // of the newest
}

// home is the slot of a piece in a table whose size is a power of two.
func home(index, slots int) int { return int(uint32(index)*0x9e3779b1>>7) & (slots - 1) }

func (l *activeIndex) find(index int) *activePiece {
	for i := home(index, len(l.slots)); l.slots[i] != nil; i = (i + 1) & (len(l.slots) - 1) {
		if l.slots[i].index == index {
			return l.slots[i]
		}
	}
	return nil
}

func (l *activeIndex) insert(s *activePiece) {
	i := home(s.index, len(l.slots))
	for l.slots[i] != nil {
		i = (i + 1) & (len(l.slots) - 1)
	}
	l.slots[i] = s
}

// remove closes the gap, so that what stands behind is still found.
func (l *activeIndex) remove(s *activePiece) {
	mask := len(l.slots) - 1
	gap := home(s.index, len(l.slots))
	for l.slots[gap] != s {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; l.slots[i] != nil; i = (i + 1) & mask {
		if (i-home(l.slots[i].index, len(l.slots)))&mask >= (i-gap)&mask {
			l.slots[gap], gap = l.slots[i], i
		}
	}
	l.slots[gap] = nil
}

// fill makes it anew of all that are started.
func (l *activeIndex) fill(all []activeEntry) {
	size := 8 * scannedActive
	for size < 4*len(all) {
		size *= 2
	}
	if size > len(l.slots) {
		l.slots = make([]*activePiece, size)
	} else {
		clear(l.slots)
	}
	l.open = l.open[:0]
	for i := range all {
		x := &all[i]
		l.order++
		x.piece.order = l.order
		l.insert(x.piece)
		if x.open = x.piece.open; x.open > 0 {
			l.open = append(l.open, *x)
		}
	}
}

// place is where a piece stands in a list, or would.
func place(list []activeEntry, s *activePiece) (int, bool) {
	return slices.BinarySearchFunc(list, s.order, func(x activeEntry, order uint32) int {
		return int(int32(x.piece.order - order)) // which may have begun anew
	})
}

// opened notes that the open blocks of a piece have become more or fewer.
func (l *activeIndex) opened(s *activePiece) {
	i, there := place(l.open, s)
	switch {
	case there && s.open > 0:
		l.open[i].open = s.open
	case there:
		l.open = slices.Delete(l.open, i, i+1)
	case s.open > 0:
		l.open = slices.Insert(l.open, i, activeEntry{s, int32(s.index), s.open})
	}
}

// many reports whether enough pieces are started for the lookup to be of use.
func (p *Peer) manyActive() bool { return len(p.active) > scannedActive }

// enlist puts a piece that has been started behind the others.
func (p *Peer) addActive(s *activePiece) {
	p.active = append(p.active, activeEntry{s, int32(s.index), s.open})
	switch {
	case !p.manyActive():
	case p.activeIndex == nil:
		p.activeIndex = &activeIndex{}
		p.activeIndex.fill(p.active)
	case len(p.active) == scannedActive+1 || 2*len(p.active) > len(p.activeIndex.slots):
		p.activeIndex.fill(p.active)
	default:
		p.activeIndex.order++
		s.order = p.activeIndex.order
		p.activeIndex.insert(s)
		p.activeIndex.opened(s)
	}
}

// strikeOut takes a piece off the list.
func (p *Peer) removeActive(s *activePiece) {
	if !p.manyActive() {
		i := slices.IndexFunc(p.active, func(x activeEntry) bool { return x.piece == s })
		p.active = slices.Delete(p.active, i, i+1)
		return
	}
	p.activeIndex.remove(s)
	if i, there := place(p.activeIndex.open, s); there {
		p.activeIndex.open = slices.Delete(p.activeIndex.open, i, i+1)
	}
	i, _ := place(p.active, s)
	p.active = slices.Delete(p.active, i, i+1)
	if !p.manyActive() { // from now on the list says what is open
		for i := range p.active {
			p.active[i].open = p.active[i].piece.open
		}
	}
}

// withOpen are started pieces, those that have open blocks among them.
func (p *Peer) activeWithOpen() []activeEntry {
	if p.manyActive() {
		return p.activeIndex.open
	}
	return p.active
}
