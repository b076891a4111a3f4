package client

import (
	"math/bits"

	"swarmsim/client/backlog"
)

// gotHave: a neighbour has one piece more.
func (p *Peer) gotHave(id ConnID, piece uint32) bool {
	if piece >= uint32(p.pieces) {
		return false
	}
	if p.theyHave(id, int(piece)) {
		return true
	}
	p.bitsOf(id).set(int(piece))
	p.oneMore(int(piece))
	c := &p.conns[id]
	c.pieces++
	p.generous = p.generous && int(c.pieces) < p.pieces
	if p.offering != nil {
		p.seen(id, int(piece))
	}
	if p.set.Suggest > 0 {
		p.suggest(id)
	}
	if p.have.has(int(piece)) {
		return !p.bothComplete(c)
	}
	c.missing++
	why := backlog.Have
	if !c.interested && !p.refreshes() {
		why = backlog.Wanted
		p.want(id)
	}
	p.request(id, why)
	return !p.bothComplete(c)
}

// gotBitfield: what a neighbour has, as its first message after the handshake.
func (p *Peer) gotBitfield(id ConnID, data []byte) bool {
	c := &p.conns[id]
	theirs := p.bitsOf(id)
	if c.pieces > 0 || !theirs.read(data, p.pieces) {
		return false
	}
	for i, w := range theirs {
		c.pieces += int32(bits.OnesCount64(w))
		c.missing += int32(bits.OnesCount64(w &^ p.have[i]))
	}
	p.recount(theirs, int(c.pieces), false)
	p.generous = p.generous && int(c.pieces) < p.pieces
	if c.missing > 0 {
		p.want(id)
	}
	for i := 0; i < p.pieces && p.offering != nil; i++ {
		if theirs.has(i) {
			p.seen(id, i)
		}
	}
	return !p.bothComplete(c)
}

// bothComplete: two seeds have nothing to say to each other.
func (p *Peer) bothComplete(c *conn) bool {
	return p.Complete() && int(c.pieces) == p.pieces
}

// want shows interest, at once or at the next round.
func (p *Peer) want(id ConnID) {
	if p.set.InterestAtRounds || p.refreshes() {
		return
	}
	p.conns[id].interested = true
	p.note(Wanting, id, 1)
	p.say(id, Interested)
}

// haveToAll tells everybody of a new piece and ends our interest in those who
// have nothing left for us.
func (p *Peer) haveToAll(piece int) {
	quiet := p.hides(piece)
	if p.refreshes() && !quiet {
		p.news = append(p.news, uint32(piece))
	}
	p.aheadOfNews(piece)
	for _, id := range p.order {
		if !quiet && !p.refreshes() {
			p.say(id, Have).Index = uint32(piece)
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
			p.request(id, backlog.Complete)
		}
	}
}
