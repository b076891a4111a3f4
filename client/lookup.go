package client

import "slices"

// fewStarted are as many started pieces as are looked through from the first to the last.
// Where pieces have one block or two, thousands may be started.
const fewStarted = 32

// lookup is what saves looking through many started pieces. It is kept while there are
// more than a few; until then, and afterwards, it is out of date.
type lookup struct {
	slots []*piece  // by number, each at the first free place from that which it hashes to
	open  []started // those that have open blocks, oldest first
	order uint32    // of the newest
}

// home is the slot of a piece in a table whose size is a power of two.
func home(index, slots int) int { return int(uint32(index)*0x9e3779b1>>7) & (slots - 1) }

func (l *lookup) find(index int) *piece {
	for i := home(index, len(l.slots)); l.slots[i] != nil; i = (i + 1) & (len(l.slots) - 1) {
		if l.slots[i].index == index {
			return l.slots[i]
		}
	}
	return nil
}

func (l *lookup) insert(s *piece) {
	i := home(s.index, len(l.slots))
	for l.slots[i] != nil {
		i = (i + 1) & (len(l.slots) - 1)
	}
	l.slots[i] = s
}

// remove closes the gap, so that what stands behind is still found.
func (l *lookup) remove(s *piece) {
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
func (l *lookup) fill(all []started) {
	size := 8 * fewStarted
	for size < 4*len(all) {
		size *= 2
	}
	if size > len(l.slots) {
		l.slots = make([]*piece, size)
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
func place(list []started, s *piece) (int, bool) {
	return slices.BinarySearchFunc(list, s.order, func(x started, order uint32) int {
		return int(int32(x.piece.order - order)) // which may have begun anew
	})
}

// opened notes that the open blocks of a piece have become more or fewer.
func (l *lookup) opened(s *piece) {
	i, there := place(l.open, s)
	switch {
	case there && s.open > 0:
		l.open[i].open = s.open
	case there:
		l.open = slices.Delete(l.open, i, i+1)
	case s.open > 0:
		l.open = slices.Insert(l.open, i, started{s, int32(s.index), s.open})
	}
}

// many reports whether enough pieces are started for the lookup to be of use.
func (p *Peer) many() bool { return len(p.started) > fewStarted }

// enlist puts a piece that has been started behind the others.
func (p *Peer) enlist(s *piece) {
	p.started = append(p.started, started{s, int32(s.index), s.open})
	switch {
	case !p.many():
	case p.lookup == nil:
		p.lookup = &lookup{}
		p.lookup.fill(p.started)
	case len(p.started) == fewStarted+1 || 2*len(p.started) > len(p.lookup.slots):
		p.lookup.fill(p.started)
	default:
		p.lookup.order++
		s.order = p.lookup.order
		p.lookup.insert(s)
		p.lookup.opened(s)
	}
}

// strikeOut takes a piece off the list.
func (p *Peer) strikeOut(s *piece) {
	if !p.many() {
		i := slices.IndexFunc(p.started, func(x started) bool { return x.piece == s })
		p.started = slices.Delete(p.started, i, i+1)
		return
	}
	p.lookup.remove(s)
	if i, there := place(p.lookup.open, s); there {
		p.lookup.open = slices.Delete(p.lookup.open, i, i+1)
	}
	i, _ := place(p.started, s)
	p.started = slices.Delete(p.started, i, i+1)
	if !p.many() { // from now on the list says what is open
		for i := range p.started {
			p.started[i].open = p.started[i].piece.open
		}
	}
}

// withOpen are started pieces, those that have open blocks among them.
func (p *Peer) withOpen() []started {
	if p.many() {
		return p.lookup.open
	}
	return p.started
}
