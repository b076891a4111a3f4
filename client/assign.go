package client

import (
	"swarmsim/client/assign"
	"swarmsim/client/pieces"
)

// neighbours shows an assignment strategy the neighbours of a peer.
type neighbours struct{ *Peer }

// Count returns the number of neighbours.
func (n neighbours) Count() int { return len(n.established) }

// At returns the i-th neighbour, without what it offers.
func (n neighbours) At(i int) *assign.Neighbour {
	n.show(&n.scratch.visited, n.established[i])
	return &n.scratch.visited
}

// show writes to n what a strategy sees of a neighbour, without what it offers and suggests. It sets
// each field in place: Go would build a literal on the stack and copy it.
func (p *Peer) show(n *assign.Neighbour, id ConnID) {
	c := &p.conns[id]
	n.Slot, n.Serial, n.Snubbed = int(id), c.serial, c.snubbed
	n.Offers, n.Complete, n.Suggested = nil, false, nil
	n.Requests, n.Pace, n.History = &c.requests, &c.pace, nil
	if p.pieceOwner != nil || p.endGameTraits.History { // even the address would make Go read cold
		n.History = &c.cold.history
	}
}

// reserveBlocks reserves blocks for a neighbour that can be sent want requests: those that the
// assignment rule chooses or, if there are none, one that the end game chooses. It returns false
// if there is no block for it.
func (p *Peer) reserveBlocks(id ConnID, want int) bool {
	c := &p.conns[id]
	v, n := &p.assignView, &p.scratch.assignee
	v.Now = p.now
	p.show(n, id)
	n.Offers, n.Complete = p.requestableFrom(id), p.hasAll(c) && !c.peerChoking
	if p.gotSuggestions {
		n.Suggested = c.cold.receivedSuggestions
	}
	choices := p.cfg.Assign.Next(v, n, p.scratch.choices[:0])
	p.scratch.choices = choices
	if len(choices) > 0 {
		p.setStarved(c, false)
		for _, x := range choices {
			p.reserve(c, x.Piece, x.Block)
		}
		return true
	}
	p.setStarved(c, true)
	v.Missing = p.torrent.Length - p.resumedBytes - p.counters.Bytes
	d, ok := p.cfg.EndGame.Next(v, n, want)
	if !ok {
		return false
	}
	if d.From != assign.NoSlot {
		p.withdrawFrom(ConnID(d.From), v.Pieces.BlockAt(d.Piece.Index(), d.Block))
	}
	p.reserve(c, d.Piece, d.Block)
	return true
}

// withdrawFrom takes back a request that another neighbour is given.
func (p *Peer) withdrawFrom(id ConnID, b pieces.Block) {
	if outstanding, _ := p.conns[id].requests.Remove(b); outstanding {
		p.sendCancel(id, b)
	}
	p.pieces.Unrequest(b)
}

// reserve notes that a neighbour will be sent a request for a block.
func (p *Peer) reserve(c *conn, a *pieces.Active, i int) {
	if p.traces {
		p.tracePick(a)
	}
	p.pieces.Request(a, i)
	if c.requests.Memory() == nil {
		c.requests.Use(p.spareRequests.Get())
	}
	c.requests.Reserve(p.pieces.BlockAt(a.Index(), i))
}

// setStarved notes whether there are too few blocks for a neighbour, if the end game has such
// neighbours wait (libtorrent, request_blocks.cpp, request_a_block: set_endgame).
func (p *Peer) setStarved(c *conn, starved bool) {
	c.starved = starved && !c.peerChoking && p.endGameTraits.RetryAfter > 0
}

// releasePieces takes back the pieces that the assignment rule has given to a neighbour, except
// those in keep.
func (p *Peer) releasePieces(id ConnID, keep []uint32) {
	if p.pieceOwner != nil {
		p.show(&p.scratch.visited, id)
		p.pieceOwner.Release(&p.assignView, &p.scratch.visited, keep)
	}
}

// forgetPiece removes a piece that is active no longer from those given to neighbours.
func (p *Peer) forgetPiece(piece int) {
	if p.pieceOwner == nil {
		return
	}
	for _, id := range p.established {
		p.show(&p.scratch.visited, id)
		p.pieceOwner.Forget(&p.scratch.visited, piece)
	}
}

// abandon makes active pieces of which there is nothing wanted again, if the assignment rule says
// so (libtorrent, piece_picker.cpp: abort_download).
func (p *Peer) abandon() {
	if p.ruleTraits.Abandon {
		p.pieces.Abandon()
	}
}

// hasAll reports whether a neighbour has all pieces.
func (p *Peer) hasAll(c *conn) bool { return int(c.haveCount) == p.pieces.Count() }

// requestableFrom returns the pieces that a neighbour has, would send now, and that are in scope.
func (p *Peer) requestableFrom(id ConnID) pieces.Bitset {
	c := &p.conns[id]
	theirs := p.pieces.RequestableFrom(int(id), p.hasAll(c))
	if !c.peerChoking {
		return theirs
	}
	if p.allowedFastSet == nil {
		p.allowedFastSet = pieces.NewBitset(p.pieces.Count())
	}
	clear(p.allowedFastSet)
	for _, piece := range c.cold.allowedFast {
		if theirs.Has(int(piece)) {
			p.allowedFastSet.Set(int(piece))
		}
	}
	return p.allowedFastSet
}
