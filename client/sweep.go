package client

import "time"

// sweepEvery is how often neighbours are looked over for silence.
const sweepEvery = 2 * time.Second

func (p *Peer) sweepEvery() time.Duration {
	if p.set.Paced {
		return overdueEvery
	}
	return sweepEvery
}

// sweep keeps connections alive, ends dead ones, notices who snubs us, and
// looks for new neighbours.
func (p *Peer) sweep() {
	s := p.set
	for i := len(p.opening) - 1; i >= 0; i-- {
		if id := p.opening[i]; p.now-p.conns[id].since >= s.Handshake {
			p.hangUp(id)
		}
	}
	opened, patience := false, p.patience()
	for i := len(p.order) - 1; i >= 0; i-- {
		id := p.order[i]
		c := &p.conns[id]
		switch {
		case p.now-c.lastReceived >= s.Idle:
			p.hangUp(id)
			continue
		case p.now-c.lastSent >= s.KeepAlive:
			p.say(id, KeepAlive)
		}
		p.wake(id)
		if s.Paced {
			p.dun(id)
			continue
		}
		if len(c.requested) > 0 && p.now-c.lastBlock >= patience {
			c.snubbed = true
			opened = p.release(id) || opened
		}
	}
	if opened {
		p.askOthers()
	}
	if p.offering != nil {
		p.loosen()
	}
	if !p.refreshes() {
		p.refill()
	}
}

// patience is how long a neighbour may owe us a block: the time that counts as
// snubbing, or, where our own downlink is so slow that all that is asked for
// takes longer, twice that time. Blocks of several neighbours wait for each
// other there, and nobody is to blame.
func (p *Peer) patience() time.Duration {
	asked, perSec := 0, 0.0
	p.aheadOfAll(askedLines)
	for _, id := range p.order {
		asked += len(p.conns[id].requested)
		perSec += p.conns[id].down.at(p.now)
	}
	most := p.set.Snub
	if perSec > 0 && p.now-p.lastBlock < most/2 { // content does arrive
		most = max(most, time.Duration(2*float64(asked)*float64(p.torrent.block())/perSec*1e9))
	}
	return min(most, 10*p.set.Snub)
}
