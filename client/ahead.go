package client

import "swarmsim/prefetch"

// Ahead has fetched what any message to the peer will touch.
func (p *Peer) Ahead() { prefetch.Start(&p.set, hotLines) }

// hotLines are the cache lines of a Peer up to what a request asks its
// configuration for.
const hotLines = 8

// AheadOf has fetched, in three steps, what a message of that kind on a
// connection will touch; index is that of its piece, begin its block's place.
func (p *Peer) AheadOf(step int, id ConnID, kind Kind, index, begin uint32) {
	if int(id) >= len(p.conns) || int(index) >= p.pieces {
		return
	}
	switch step {
	case 0:
		p.aheadOfNeighbour(id, kind, int(index))
	case 1:
		p.aheadOfList(&p.conns[id], kind, int(index))
	case 2:
		if kind == Piece {
			p.aheadOfBlock(int(index), begin)
		}
	}
}

// aheadOfNeighbour looks at what is known of a neighbour, and of a piece.
func (p *Peer) aheadOfNeighbour(id ConnID, kind Kind, index int) {
	c := &p.conns[id]
	switch kind {
	case Have:
		prefetch.Line(c)
		prefetch.Line(&p.theirs[int(id)*p.perWord+index>>6])
		prefetch.Line(&p.copies[index])
		prefetch.Line(&p.have[index>>6])
	case Request:
		prefetch.Start(c, 3)
		prefetch.Line(&p.have[index>>6])
	case Piece:
		prefetch.Value(c)
		prefetch.Line(&p.theirs[int(id)*p.perWord])
		if len(p.started) > 0 {
			prefetch.Line(&p.started[0])
			prefetch.Line(&p.marks[0])
		}
	default:
		prefetch.Line(c)
	}
}

// aheadOfList looks at what was asked of a neighbour, or by it.
func (p *Peer) aheadOfList(c *conn, kind Kind, index int) {
	switch kind {
	case Have:
		if !c.choked {
			prefetch.Line(&c.requested)
			prefetch.Line(&c.pace)
		}
	case Request:
		if n := len(c.asks); n < cap(c.asks) {
			prefetch.Line(&c.asks[:n+1][n])
		}
	case Piece:
		if len(c.requested) > 0 {
			prefetch.Line(&c.requested[0])
		}
		for i := range p.marks {
			if m := &p.marks[i]; m.open || int(m.index) == index {
				prefetch.Line(p.started[i])
				prefetch.Line(&p.copies[m.index])
			}
		}
	}
}

// aheadOfBlock looks at where it is kept who sent a block.
func (p *Peer) aheadOfBlock(index int, begin uint32) {
	if s := p.startedPiece(index); s != nil {
		if i := int(begin) / int(p.torrent.block()); i < len(s.from) {
			prefetch.Line(&s.from[i])
		}
	}
}

// AheadOfSent has fetched, in two steps, what is touched as a block goes out: the
// network has room for the next.
func (p *Peer) AheadOfSent(step int, id ConnID) {
	if int(id) >= len(p.conns) {
		return
	}
	if c := &p.conns[id]; step == 0 {
		prefetch.Start(c, 3)
	} else if len(c.asks) > 0 {
		prefetch.Line(&c.asks[0])
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
