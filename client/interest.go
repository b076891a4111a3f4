package client

import (
	"cmp"
	"slices"

	"swarmsim/client/backlog"
)

// updateInterest decides in which neighbours the peer is interested, where that is decided in
// rounds: in those with the best yield, up to the limit of the interest budget.
func (p *Peer) updateInterest() {
	if p.Finished() || p.departed {
		return
	}
	p.updateInterestBudget()
	type option struct {
		id    ConnID
		class yieldClass
		tie   int
	}
	var options []option
	for _, id := range p.established {
		c := &p.conns[id]
		class := classOf(c.cold.yield.sum())
		c.cold.yield.beginRound()
		if c.missing == 0 {
			p.setInterest(id, false)
			continue
		}
		options = append(options, option{id, class, p.cfg.Rand.IntN(1 << 30)})
	}
	slices.SortFunc(options, func(a, b option) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.tie, b.tie), cmp.Compare(a.id, b.id))
	})
	for i, o := range options {
		p.setInterest(o.id, i < p.interestBudget.limit)
		p.request(o.id, backlog.BecameInteresting) // it may have unchoked us before
	}
}

// updateInterestBudget updates the budget from the yields of all neighbours. Neighbours that sent
// no block are left out: requests to them are cancelled because they do not respond.
func (p *Peer) updateInterestBudget() {
	blocks, cancels, interested := 0, 0, 0
	for _, id := range p.established {
		c := &p.conns[id]
		if c.amInterested {
			interested++
		}
		if b, n := c.cold.yield.sum(); b > 0 {
			blocks += b
			cancels += n
		}
	}
	p.interestBudget.update(p.now, blocks, cancels, interested)
}

// setInterest sends INTERESTED or NOT INTERESTED to a neighbour if that changes anything.
func (p *Peer) setInterest(id ConnID, interested bool) {
	c := &p.conns[id]
	if c.amInterested == interested {
		return
	}
	c.amInterested = interested
	if !interested {
		c.pace.EndSlowStart() // libtorrent: peer_connection.cpp, send_not_interested
	}
	kind, arg := NotInterested, uint32(0)
	if interested {
		kind, arg = Interested, 1
	}
	p.trace(Wanting, id, arg)
	p.send(id, kind)
}

// showInterest sends INTERESTED to a neighbour that has announced a missing piece, unless interest
// is decided later: in rounds, or by the loop.
func (p *Peer) showInterest(id ConnID) {
	if p.settings.Choking.InterestAtRounds || p.defers {
		return
	}
	p.conns[id].amInterested = true
	p.trace(Wanting, id, 1)
	p.send(id, Interested)
}
