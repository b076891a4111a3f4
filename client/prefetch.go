package client

import (
	"unsafe"

	"swarmsim/client/assign"
	"swarmsim/prefetch"
)

// hotLines is the number of cache lines at the beginning of a Peer that any message touches.
const hotLines = 6

// The offsets in a Peer of what requesting a block touches beyond what any message touches: the
// strategies, what they see of the peer, and what picking a piece reads of that.
const (
	strategiesOffset = unsafe.Offsetof(Peer{}.cfg) + unsafe.Offsetof(Config{}.Assign)
	viewOffset       = unsafe.Offsetof(Peer{}.assignView)
	pickOffset       = viewOffset + unsafe.Offsetof(assign.View{}.Playhead)
)

// The first cache lines of a conn: what serving the neighbour touches, and what requesting from it
// touches besides. A block that it sends touches all but the second line, which is about serving.
const (
	uploadLines  = 2
	requestLines = 3
)

// Prefetch adds what any message to the peer will touch.
func (p *Peer) Prefetch(l *prefetch.List) {
	prefetch.AddStart(l, p, hotLines)
	prefetch.AddPart(l, p, unsafe.Offsetof(p.cfg), 1)
}

// PrefetchSteps returns how many steps PrefetchMessage has for a message of a kind.
func PrefetchSteps(k Kind) int {
	switch k {
	case Request:
		return 2
	case Piece:
		return 3
	}
	return 1
}

// PrefetchMessage adds, in steps from 0 on, what a message of a kind on a connection will touch.
// piece and begin are those of the block that it names.
func (p *Peer) PrefetchMessage(l *prefetch.List, step int, id ConnID, kind Kind, piece, begin uint32) {
	if int(id) >= len(p.conns) || piece >= uint32(p.pieces.Count()) {
		return
	}
	c := &p.conns[id]
	switch kind {
	case Have:
		prefetch.Add(l, c)
		p.pieces.PrefetchHave(l, int(id), piece)
	case Request:
		if step == 0 {
			prefetch.AddStart(l, c, uploadLines)
			p.pieces.PrefetchRequest(l, piece)
		} else if n := len(c.uploads.list); n < cap(c.uploads.list) {
			prefetch.Add(l, &c.uploads.list[:n+1][c.uploads.served]) // which is served next
			prefetch.Add(l, &c.uploads.list[:n+1][n])
		}
	case Piece:
		p.prefetchBlock(l, step, id, piece, begin)
	default:
		prefetch.Add(l, c)
	}
}

// prefetchBlock adds, in steps 0 to 2, what a block touches: its sender; the requests to it and,
// if a piece may have to be picked, the picker; and what the pieces point to.
func (p *Peer) prefetchBlock(l *prefetch.List, step int, id ConnID, piece, begin uint32) {
	c := &p.conns[id]
	if step == 0 {
		prefetch.Add(l, c)
		prefetch.AddPart(l, c, unsafe.Offsetof(c.requests), requestLines-1)
		prefetch.AddPart(l, p, strategiesOffset, 1)
		prefetch.AddPart(l, p, viewOffset, 1)
	}
	if step == 1 { // before, the queue itself is not in the cache
		if requests := c.requests.All(); len(requests) > 0 {
			prefetch.Add(l, &requests[0])
		}
	}
	if picks := p.pieces.PrefetchBlock(l, step, int(id), piece, begin); picks && step == 1 {
		prefetch.AddPart(l, p, pickOffset, 1)
	}
}

// PrefetchSent adds, in two steps, what is touched when the network has taken a block and has
// room for the next one.
func (p *Peer) PrefetchSent(l *prefetch.List, step int, id ConnID) {
	if int(id) >= len(p.conns) {
		return
	}
	if c := &p.conns[id]; step == 0 {
		prefetch.AddStart(l, c, uploadLines)
	} else if pending := c.uploads.pending(); len(pending) > 0 {
		prefetch.Add(l, &pending[0])
	}
}

// prefetchForHave fetches what telling all neighbours of a piece will touch.
func (p *Peer) prefetchForHave(piece int) {
	l := &p.scratch.lines
	for _, id := range p.established {
		prefetch.Add(l, &p.conns[id])
		p.pieces.PrefetchNeighbour(l, int(id), piece)
	}
	l.Fetch()
}
