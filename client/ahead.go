package client

import "swarmsim/prefetch"

// Ahead has fetched what any message to the peer will touch.
func (p *Peer) Ahead() { prefetch.Start(&p.set, hotLines) }

// hotLines are the cache lines of a Peer up to what a request asks its
// configuration for.
const hotLines = 8

// AheadSteps is how many steps AheadOf has for a message of that kind.
func AheadSteps(k Kind) int {
	switch k {
	case Request:
		return 2
	case Piece:
		return 3
	}
	return 1
}

// AheadOf has fetched, in steps from 0 on, what a message of that kind on a
// connection will touch; index is that of its piece, begin its block's place.
func (p *Peer) AheadOf(step int, id ConnID, kind Kind, index, begin uint32) {
	if int(id) >= len(p.conns) || int(index) >= p.pieces {
		return
	}
	c := &p.conns[id]
	switch kind {
	case Have:
		prefetch.Four(c, &p.theirs[int(id)*p.perWord+int(index>>6)], &p.copies[index], &p.have[index>>6])
	case Request:
		if step == 0 {
			prefetch.Start(c, 3)
			prefetch.Line(&p.have[index>>6])
		} else if n := len(c.asks); n < cap(c.asks) {
			prefetch.Line(&c.asks[:n+1][n])
		}
	case Piece:
		p.aheadOfPiece(step, id, index, begin)
	default:
		prefetch.Line(c)
	}
}

func (p *Peer) aheadOfPiece(step int, id ConnID, index, begin uint32) {
	c := &p.conns[id]
	switch step {
	case 0:
		prefetch.Value(c)
		prefetch.Line(&p.theirs[int(id)*p.perWord])
		if len(p.started) > 0 {
			prefetch.Line(&p.started[0])
			prefetch.Line(&p.marks[0])
		}
	case 1:
		if len(c.requested) > 0 {
			prefetch.Line(&c.requested[0])
		}
		for i := range p.marks {
			if m := &p.marks[i]; m.open || m.index == int32(index) {
				prefetch.Line(p.started[i])
				prefetch.Line(&p.copies[m.index])
			}
		}
	case 2:
		p.aheadOfBlock(int(index), begin)
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
