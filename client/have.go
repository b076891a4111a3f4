package client

import (
	"math/bits"

	"swarmsim/client/backlog"
)

// gotHave: a neighbour has one piece more.
func (p *Peer) onHave(id ConnID, piece uint32) bool {
	if piece >= uint32(p.numPieces) {
		return false
	}
	if p.theyHave(id, int(piece)) {
		return true
	}
	p.piecesOf(id).set(int(piece))
	p.addCopy(int(piece))
	c := &p.conns[id]
	c.haveCount++
	p.unchokesAll = p.unchokesAll && int(c.haveCount) < p.numPieces
	if p.offering != nil {
		p.onPeerHas(id, int(piece))
	}
	if p.set.Suggest > 0 {
		p.suggest(id)
	}
	if p.have.has(int(piece)) {
		return !p.bothComplete(c)
	}
	c.missing++
	why := backlog.PieceAvailable
	if !c.amInterested && !p.refreshes() {
		why = backlog.BecameInteresting
		p.showInterest(id)
	}
	p.request(id, why)
	return !p.bothComplete(c)
}

// gotBitfield: what a neighbour has, as its first message after the handshake.
func (p *Peer) onBitfield(id ConnID, data []byte) bool {
	c := &p.conns[id]
	theirs := p.piecesOf(id)
	if c.haveCount > 0 || !theirs.read(data, p.numPieces) {
		return false
	}
	for i, w := range theirs {
		c.haveCount += int32(bits.OnesCount64(w))
		c.missing += int32(bits.OnesCount64(w &^ p.have[i]))
	}
	p.addCopiesOf(theirs, int(c.haveCount), false)
	p.unchokesAll = p.unchokesAll && int(c.haveCount) < p.numPieces
	if c.missing > 0 {
		p.showInterest(id)
	}
	for i := 0; i < p.numPieces && p.offering != nil; i++ {
		if theirs.has(i) {
			p.onPeerHas(id, i)
		}
	}
	return !p.bothComplete(c)
}

// bothComplete: two seeds have nothing to say to each other.
func (p *Peer) bothComplete(c *conn) bool {
	return p.Complete() && int(c.haveCount) == p.numPieces
}

// want shows interest, at once or at the next round.
func (p *Peer) showInterest(id ConnID) {
	if p.set.InterestAtRounds || p.refreshes() {
		return
	}
	p.conns[id].amInterested = true
	p.trace(Wanting, id, 1)
	p.send(id, Interested)
}

// haveToAll tells everybody of a new piece and ends our interest in those who
// have nothing left for us.
func (p *Peer) broadcastHave(piece int) {
	quiet := p.hides(piece)
	if p.refreshes() && !quiet {
		p.haveLog = append(p.haveLog, uint32(piece))
	}
	p.aheadOfNews(piece)
	for _, id := range p.established {
		if !quiet && !p.refreshes() {
			p.send(id, Have).Index = uint32(piece)
		}
		if !p.theyHave(id, piece) {
			continue
		}
		c := &p.conns[id]
		if c.missing--; c.missing == 0 {
			if !p.refreshes() && (!p.set.InterestAtRounds || p.Complete()) {
				p.setInterest(id, false)
			}
		} else {
			p.request(id, backlog.PieceCompleted)
		}
	}
}
