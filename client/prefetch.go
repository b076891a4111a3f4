package client

import (
	"unsafe"

	"swarmsim/prefetch"
)

// Prefetch has fetched what any message to the peer will touch.
func (p *Peer) Prefetch(l *prefetch.List) {
	prefetch.AddStart(l, p, hotLines)
	prefetch.AddPart(l, p, unsafe.Offsetof(p.cfg), 1)
}

// hotLines are the cache lines of a Peer up to when it wants a tick.
const hotLines = 5

// The first cache lines of a neighbour: what serving it touches, what asking it does,
// and what a choker's round reads. A block that it sends touches all but what serving it
// does.
const (
	servedLines = 2
	askedLines  = 3
	roundLines  = 4
)

const startedInLine = 4 // of Peer.started

// PrefetchSteps is how many steps PrefetchMessage has for a message of that kind.
func PrefetchSteps(k Kind) int {
	switch k {
	case Request:
		return 2
	case Piece:
		return 3
	}
	return 1
}

// PrefetchMessage has fetched, in steps from 0 on, what a message of that kind on a
// connection will touch; index is that of its piece, begin its block's place.
func (p *Peer) PrefetchMessage(l *prefetch.List, step int, id ConnID, kind Kind, index, begin uint32) {
	if int(id) >= len(p.conns) || index >= uint32(p.numPieces) {
		return
	}
	c := &p.conns[id]
	switch kind {
	case Have:
		prefetch.Add(l, c)
		prefetch.Add(l, &p.theirBits[int(id)*p.bitsetWords+int(index>>6)])
		prefetch.Add(l, &p.copies[index])
		prefetch.Add(l, &p.have[index>>6])
	case Request:
		if step == 0 {
			prefetch.AddStart(l, c, servedLines)
			prefetch.Add(l, &p.have[index>>6])
		} else if n := len(c.peerRequests); n < cap(c.peerRequests) {
			prefetch.Add(l, &c.peerRequests[:n+1][c.servedRequests]) // which is served next
			prefetch.Add(l, &c.peerRequests[:n+1][n])
		}
	case Piece:
		p.aheadOfPiece(l, step, id, index, begin)
	default:
		prefetch.Add(l, c)
	}
}

// aheadOfPiece looks at what a block touches: its sender and the list of started
// pieces; what was asked of the sender, the pieces and, if one may have to be
// picked, what picking reads; and what those point to.
func (p *Peer) aheadOfPiece(l *prefetch.List, step int, id ConnID, index, begin uint32) {
	c := &p.conns[id]
	switch step {
	case 0:
		prefetch.Add(l, c)
		prefetch.AddPart(l, c, unsafe.Offsetof(c.requests), roundLines-servedLines)
		prefetch.Add(l, &p.theirBits[int(id)*p.bitsetWords])
		if len(p.active) > 0 {
			prefetch.AddStart(l, &p.active[0], (len(p.active)+startedInLine-1)/startedInLine)
		}
	case 1:
		if len(c.requests) > 0 {
			prefetch.Add(l, &c.requests[0])
		}
		if p.manyActive() {
			p.aheadOfMany(l, index)
			break
		}
		for i := range p.active {
			if s := &p.active[i]; s.index == int32(index) {
				prefetch.Add(l, s.piece)
				prefetch.AddPart(l, s.piece, p.sendersAt(), 1)
			} else if s.open > 0 {
				prefetch.Add(l, s.piece)
				prefetch.Add(l, &p.copies[s.index])
			}
		}
		if p.openBlocks <= nearlyOut {
			prefetch.Add(l, &p.cfg.Picker)
		}
	case 2:
		if p.blocksPerPiece > inlineBlocks {
			p.aheadOfBlock(l, int(index), begin)
		}
		if p.openBlocks <= nearlyOut {
			prefetch.Add(l, &p.wanted[0])
		}
	}
}

// aheadOfMany looks at a block's piece where many are started; at those that have open
// blocks it does not, which are few of them.
func (p *Peer) aheadOfMany(l *prefetch.List, index uint32) {
	if s := p.activePiece(int(index)); s != nil {
		prefetch.Add(l, s)
		prefetch.AddPart(l, s, p.sendersAt(), 1)
	}
	if p.openBlocks <= nearlyOut {
		prefetch.Add(l, &p.cfg.Picker)
	}
}

// sendersAt is where in a piece its senders stand, or where they are is said.
func (p *Peer) sendersAt() uintptr {
	if p.blocksPerPiece > inlineBlocks {
		return unsafe.Offsetof(activePiece{}.senderList)
	}
	return unsafe.Offsetof(activePiece{}.inlineSenders)
}

// nearlyOut is so few open blocks that a piece may have to be picked.
const nearlyOut = 1

// aheadOfBlock looks at where it is kept who sent a block.
func (p *Peer) aheadOfBlock(l *prefetch.List, index int, begin uint32) {
	if s := p.activePiece(index); s != nil {
		if i := int64(begin) / p.torrent.block(); i < int64(len(s.senderList)) {
			prefetch.Add(l, &s.senderList[i])
		}
	}
}

// PrefetchSent has fetched, in two steps, what is touched as a block goes out: the
// network has room for the next.
func (p *Peer) PrefetchSent(l *prefetch.List, step int, id ConnID) {
	if int(id) >= len(p.conns) {
		return
	}
	if c := &p.conns[id]; step == 0 {
		prefetch.AddStart(l, c, servedLines)
	} else if asked := c.pendingRequests(); len(asked) > 0 {
		prefetch.Add(l, &asked[0])
	}
}

// aheadOfAll has fetched the first lines of all neighbours, before a loop over them.
func (p *Peer) aheadOfAll(lines int) {
	l := &p.scratch.lines
	for i, id := range p.established {
		prefetch.AddStart(l, &p.conns[id], lines)
		p.someAhead(i)
	}
	l.Fetch()
}

// aheadOfRound has fetched what a choker's round reads of all neighbours.
func (p *Peer) aheadOfRound() {
	l := &p.scratch.lines
	for i, id := range p.established {
		prefetch.AddStart(l, &p.conns[id], roundLines)
		p.someAhead(i)
	}
	l.Fetch()
}

// aheadOfNews has fetched what the news of a piece will touch of all neighbours.
func (p *Peer) aheadOfNews(piece int) {
	l := &p.scratch.lines
	for i, id := range p.established {
		prefetch.Add(l, &p.conns[id])
		prefetch.Add(l, &p.theirBits[int(id)*p.bitsetWords+piece>>6])
		p.someAhead(i)
	}
	l.Fetch()
}

// someAhead has what is on the list fetched before it is full.
func (p *Peer) someAhead(i int) {
	if i%neighboursAtOnce == neighboursAtOnce-1 {
		p.scratch.lines.Fetch()
	}
}

const neighboursAtOnce = 32
