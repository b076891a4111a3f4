package client

import "time"

// sweepEvery is how often neighbours are looked over for silence.
const sweepEvery = 2 * time.Second

// sweep keeps connections alive, ends dead ones, notices who snubs us, and
// looks for new neighbours.
func (p *Peer) sweep() {
	s := &p.cfg.Settings
	for i := len(p.opening) - 1; i >= 0; i-- {
		if id := p.opening[i]; p.now-p.conns[id].since >= s.Handshake {
			p.hangUp(id)
		}
	}
	opened := false
	for i := len(p.order) - 1; i >= 0; i-- {
		id := p.order[i]
		c := &p.conns[id]
		switch {
		case p.now-c.lastReceived >= s.Idle:
			p.hangUp(id)
			continue
		case p.now-c.lastSent >= s.KeepAlive:
			p.send(id, Message{Kind: KeepAlive})
		}
		if len(c.requested) > 0 && p.now-c.lastBlock >= s.Snub {
			c.snubbed = true
			opened = p.release(id) || opened
		}
	}
	if opened {
		p.askOthers()
	}
	p.refill()
}
