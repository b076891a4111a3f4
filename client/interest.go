package client

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/client/backlog"
)

// Interest that is decided in rounds, as in Transmission: a peer is interested
// in as many neighbours as bring blocks without many having to be cancelled.

const (
	yieldRounds    = 6 // rounds that count: a minute
	minInterested  = 5
	maxInterested  = 50
	interestGrowth = 15 // neighbours in two minutes without cancelling
)

// appetite is how many neighbours a peer is interested in at most.
type interestBudget struct {
	max        int
	lastCancel time.Duration
}

// harvest is what a neighbour brought, round by round, the present one first.
type peerYield struct {
	blocks, cancels [yieldRounds]int
}

func (h *peerYield) sum() (blocks, cancels int) {
	for i := range h.blocks {
		blocks += h.blocks[i]
		cancels += h.cancels[i]
	}
	return blocks, cancels
}

func (h *peerYield) next() {
	copy(h.blocks[1:], h.blocks[:])
	copy(h.cancels[1:], h.cancels[:])
	h.blocks[0], h.cancels[0] = 0, 0
}

// reconsider decides anew whom we are interested in.
func (p *Peer) updateInterest() {
	if p.Complete() || p.left {
		return
	}
	p.updateInterestBudget()
	type option struct {
		id         ConnID
		class, tie int
	}
	var options []option
	for _, id := range p.established {
		c := &p.conns[id]
		blocks, cancels := c.cold.yield.sum()
		c.cold.yield.next()
		if c.missing == 0 {
			p.setInterest(id, false)
			continue
		}
		o := option{id, 2, p.cfg.Rand.IntN(1 << 30)}
		switch {
		case blocks == 0 && cancels == 0:
			o.class = 1
		case cancels == 0 || cancels*10 < blocks:
			o.class = 0
		}
		options = append(options, o)
	}
	slices.SortFunc(options, func(a, b option) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.tie, b.tie), cmp.Compare(a.id, b.id))
	})
	for i, o := range options {
		p.setInterest(o.id, i < p.interestBudget.max)
		p.request(o.id, backlog.BecameInteresting) // it may have unchoked us before
	}
}

// starve adapts the appetite: fewer neighbours where much had to be cancelled,
// slowly more where nothing had.
func (p *Peer) updateInterestBudget() {
	a := &p.interestBudget
	if a.max == 0 {
		a.max = maxInterested
	}
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
	if cancels > 0 {
		bad := min(float64(cancels)/float64(cancels+blocks), 0.5)
		a.max = int(float64(interested) * (1 - bad))
		a.lastCancel = p.now
	} else {
		calm := min((p.now - a.lastCancel).Seconds(), 120)
		a.max += int(interestGrowth * calm / 120)
	}
	a.max = min(max(a.max, minInterested), maxInterested)
}

func (p *Peer) setInterest(id ConnID, yes bool) {
	c := &p.conns[id]
	if c.amInterested == yes {
		return
	}
	c.amInterested = yes
	if !yes {
		c.pace.EndSlowStart() // libtorrent: peer_connection.cpp, send_not_interested
	}
	kind, said := NotInterested, uint32(0)
	if yes {
		kind, said = Interested, 1
	}
	p.trace(Wanting, id, said)
	p.send(id, kind)
}

// showInterest shows interest in a neighbour, at once or at the next round.
func (p *Peer) showInterest(id ConnID) {
	if p.set.Choking.InterestAtRounds || p.defers {
		return
	}
	p.conns[id].amInterested = true
	p.trace(Wanting, id, 1)
	p.send(id, Interested)
}
