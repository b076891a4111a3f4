package client

import "swarmsim/prefetch"

// Ahead has fetched what any message to the peer will touch.
func (p *Peer) Ahead() { prefetch.Start(p, hotLines) }

// hotLines are the cache lines of a Peer up to its counters.
const hotLines = 8

// AheadOf has fetched, in two steps, what a message of that kind on a connection
// will touch; index is that of its piece.
func (p *Peer) AheadOf(step int, id ConnID, kind Kind, index uint32) {
	if int(id) >= len(p.conns) || int(index) >= p.pieces {
		return
	}
	c := &p.conns[id]
	if step == 1 {
		p.aheadOfList(c, kind)
		return
	}
	switch kind {
	case Have:
		prefetch.Line(c)
		prefetch.Line(&p.theirs[int(id)*p.perWord+int(index)>>6])
		prefetch.Line(&p.copies[index])
	case Request:
		prefetch.Start(c, 3)
	case Piece:
		prefetch.Value(c)
		if len(p.started) > 0 {
			prefetch.Line(&p.started[0])
		}
	default:
		prefetch.Line(c)
	}
	prefetch.Line(&p.have[index>>6])
}

// aheadOfList looks at what was asked of a neighbour, or by it.
func (p *Peer) aheadOfList(c *conn, kind Kind) {
	switch kind {
	case Have:
		if !c.choked {
			prefetch.Line(&c.pace)
		}
	case Request:
		if cap(c.asks) > 0 {
			prefetch.Line(&c.asks[:1][0])
		}
	case Piece:
		if len(c.asks) > 0 {
			prefetch.Line(&c.asks[0])
		}
		if len(c.requested) > 0 {
			prefetch.Line(&c.requested[0])
		}
		for _, s := range p.started {
			prefetch.Line(s)
		}
	}
}

// How far ahead to look in a loop over neighbours, where each has little to do
// and where each has much.
const (
	manyTurns = 10
	fewTurns  = 3
)

// aheadInOrder has fetched what the news of a piece will touch of a neighbour
// whose turn comes soon after the i-th's.
func (p *Peer) aheadInOrder(i int) {
	if next := i + manyTurns; next < len(p.order) {
		id := p.order[next]
		prefetch.Line(&p.conns[id])
		prefetch.Line(&p.theirs[int(id)*p.perWord])
	}
}
