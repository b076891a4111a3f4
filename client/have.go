package client

import (
	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
	"swarmsim/client/reveal"
)

// onHave handles HAVE: a neighbour has one more piece.
func (p *Peer) onHave(id ConnID, piece uint32) bool {
	if piece >= uint32(p.pieces.Count()) {
		return false
	}
	if p.pieces.NeighbourHas(int(id), int(piece)) {
		return true
	}
	p.pieces.AddPiece(int(id), int(piece))
	c := &p.conns[id]
	c.haveCount++
	p.unchokesAll = p.unchokesAll && !p.hasAll(c)
	if p.reveal != nil {
		p.onRevealEvent(reveal.Event{Kind: reveal.PeerHas, Neighbour: int(id), Piece: int(piece)})
	}
	if p.settings.Fast.Suggest > 0 {
		p.suggest(id)
	}
	if !p.pieces.Lacks(int(piece)) {
		return !p.bothComplete(c)
	}
	c.missing++
	why := backlog.PieceAvailable
	if !c.amInterested && !p.defers {
		why = backlog.BecameInteresting
		p.showInterest(id)
	}
	p.request(id, why)
	return !p.bothComplete(c)
}

// announcePieces tells a new neighbour what we have. With the fast extension exactly one of
// BITFIELD, HAVE ALL and HAVE NONE follows the handshake (BEP 6); without it, a peer that has
// nothing, or reveals its pieces one by one, sends none.
func (p *Peer) announcePieces(id ConnID) {
	fast, none := p.conns[id].fast, p.reveal != nil || p.pieces.HaveCount() == 0
	switch {
	case fast && none:
		p.send(id, HaveNone)
	case fast && p.Complete():
		p.send(id, HaveAll)
	case !none:
		p.send(id, Bitfield).Data = p.pieces.Have().Bytes(p.pieces.Count())
	}
}

// onBitfield handles BITFIELD, which says what a neighbour has. It may only be the first message
// after the handshake (BEP 3), but aria2 sends HAVE messages before it, and HAVE ALL, at times.
func (p *Peer) onBitfield(id ConnID, data []byte) bool {
	c := &p.conns[id]
	if c.haveCount > 0 {
		return pieces.ValidBitfield(data, p.pieces.Count()) &&
			p.onMorePieces(id, func(i int) bool { return data[i/8]&(0x80>>(i%8)) != 0 })
	}
	has, missing, ok := p.pieces.ReadBitfield(int(id), data)
	return ok && p.onPiecesAnnounced(id, has, missing)
}

// onHaveAll handles HAVE ALL, which stands for a full bitfield (BEP 6).
func (p *Peer) onHaveAll(id ConnID) bool {
	c := &p.conns[id]
	if !c.fast {
		return false
	}
	if c.haveCount > 0 {
		return p.onMorePieces(id, func(int) bool { return true })
	}
	return p.onPiecesAnnounced(id, p.pieces.Count(), p.pieces.AddAllPieces(int(id)))
}

// onMorePieces handles the announcement of many pieces by a neighbour that has announced some
// before: each is a HAVE.
func (p *Peer) onMorePieces(id ConnID, has func(piece int) bool) bool {
	for i := range p.pieces.Count() {
		if has(i) && !p.onHave(id, uint32(i)) {
			return false
		}
	}
	return true
}

// onHaveNone handles HAVE NONE, which stands for an empty bitfield (BEP 6).
func (p *Peer) onHaveNone(id ConnID) bool {
	c := &p.conns[id]
	return c.fast && c.haveCount == 0
}

// onPiecesAnnounced handles the first announcement of what a neighbour has: the number of its
// pieces and of those that we lack.
func (p *Peer) onPiecesAnnounced(id ConnID, has, missing int) bool {
	c := &p.conns[id]
	c.haveCount, c.missing = int32(has), int32(missing)
	p.unchokesAll = p.unchokesAll && !p.hasAll(c)
	if c.missing > 0 {
		p.showInterest(id)
	}
	for i := 0; i < p.pieces.Count() && p.reveal != nil; i++ {
		if p.pieces.NeighbourHas(int(id), i) {
			p.onRevealEvent(reveal.Event{Kind: reveal.PeerHas, Neighbour: int(id), Piece: i})
		}
	}
	return !p.bothComplete(c)
}

// bothComplete reports whether neither side has anything that the other lacks.
func (p *Peer) bothComplete(c *conn) bool { return p.Complete() && p.hasAll(c) }

// broadcastHave tells all neighbours of a new piece, and ends our interest in those that have no
// other piece for us. lacked says that the piece was a reason to be interested.
func (p *Peer) broadcastHave(piece int, lacked bool) {
	p.loop.onPieceVerified(piece)
	p.prefetchForHave(piece)
	for _, id := range p.established {
		if !p.defers {
			p.send(id, Have).Index = uint32(piece)
		}
		if !lacked || !p.pieces.NeighbourHas(int(id), piece) {
			continue
		}
		c := &p.conns[id]
		if c.missing--; c.missing > 0 {
			p.request(id, backlog.PieceCompleted)
		} else if !p.defers && (!p.settings.Choking.InterestAtRounds || p.Finished()) {
			p.setInterest(id, false)
		}
	}
}
