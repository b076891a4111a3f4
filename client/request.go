package client

import (
	"slices"

	"swarmsim/client/backlog"
)

// request keeps a neighbour that has unchoked us busy: as many requests as the
// backlog rule wants, one where the neighbour snubs us.
func (p *Peer) request(id ConnID, why backlog.Why) {
	if p.set.WriterTurns {
		p.shallLook(id, why)
		return
	}
	p.requestNow(id, why)
}

func (p *Peer) requestNow(id ConnID, why backlog.Why) {
	c := &p.conns[id]
	if !p.mayAsk(id) || c.choked && !c.allowing || !c.interested || p.set.Pulse > 0 && why != backlog.Pulse {
		return
	}
	out := p.owes(c)
	want := 1 - out
	if !c.snubbed {
		s := backlog.Situation{Now: p.now, Why: why, Out: out, Block: float64(p.torrent.block()), EndGame: p.lastPieces}
		if p.rated {
			s.Down = p.downRate(c)
		}
		want = p.cfg.Backlog.Want(&c.pace, s)
	}
	if want <= 0 {
		return
	}
	p.narrow()
	added, short := 0, c.short
	for added < want {
		if p.set.Paced {
			p.skipHere(c)
		}
		if c.unsent == 0 && (short && out+added > 0 || !p.setAside(id, want-added)) {
			break
		}
		p.ask(id)
		added++
	}
	p.cfg.Backlog.Added(&c.pace, added)
}

// outTo is how many requests a neighbour has not answered, set aside ones too.
func (p *Peer) outTo(c *conn) int {
	n := len(c.requested)
	if p.set.CountCancels {
		n += len(c.stranger.cancelled)
	}
	if p.set.Paced {
		n += len(c.stranger.overdue.lapsed)
	}
	return n
}

// owes is how many blocks a neighbour is to send.
func (p *Peer) owes(c *conn) int { return p.outTo(c) - int(c.unsent) }

// ask sends the first request that is set aside.
func (p *Peer) ask(id ConnID) {
	c := &p.conns[id]
	at := len(c.requested) - int(c.unsent)
	if at == 0 {
		c.pace.Asked(p.now)
		c.lastBlock = p.now
		if p.set.Paced && p.owes(c) == 0 {
			c.stranger.overdue.since = p.now
		}
	}
	c.unsent--
	if p.set.EndGame == Busy {
		c.stranger.lastAsked = p.now
	}
	b := c.requested[at]
	p.sayBlock(id, Request, b)
}

// setAside reserves blocks for a neighbour, one or a run of them. It returns
// false if there are none for it.
func (p *Peer) setAside(id ConnID, want int) bool {
	c := &p.conns[id]
	if p.set.Sharing == Runs {
		if p.setAsideRun(id) {
			p.runShort(c, false)
			return true
		}
	} else if p.set.Sharing == Own {
		if s, i, ok := p.nextOwn(id); ok {
			p.reserve(c, s, i)
			return true
		}
		if p.set.EndGame == All {
			return false
		}
	} else {
		if s, i, ok := p.nextBlock(id); ok {
			p.runShort(c, false)
			p.reserve(c, s, i)
			return true
		}
	}
	p.runShort(c, true)
	s, i, ok := p.endGame(id, want)
	if ok {
		p.reserve(c, s, i)
	}
	return ok
}

// reserve notes that a neighbour will be asked for a block.
func (p *Peer) reserve(c *conn, s *piece, i int) {
	if s.state[i] == 0 {
		p.addOpen(s, -1)
	}
	s.state[i]++
	if c.requested == nil {
		c.requested = p.spareBlocks.take()
	}
	c.requested = append(c.requested, block(s.index)*p.perPc+block(i))
	c.unsent++
}

// sayBlock sends a message about a block.
func (p *Peer) sayBlock(id ConnID, k Kind, b block) {
	index, i := int(b/p.perPc), int(b%p.perPc)
	m := p.say(id, k)
	m.Index, m.Begin, m.Length = uint32(index), uint32(int64(i)*p.torrent.block()), p.torrent.BlockSizeOf(index, i)
}

// release takes back what a neighbour was asked for. It reports whether a block
// is open again because of it.
func (p *Peer) release(id ConnID) bool {
	c := &p.conns[id]
	opened := false
	for _, b := range c.requested {
		opened = p.unask(b) || opened
	}
	c.requested, c.unsent = p.spareBlocks.giveBack(c.requested), 0
	c.stranger.cancelled = c.stranger.cancelled[:0]
	if p.set.Paced {
		c.stranger.overdue.lapsed = c.stranger.overdue.lapsed[:0]
	}
	c.pace.Forget()
	p.disown(c, nil)
	p.unstart()
	return p.endParole(c) || opened
}

// discard takes back what a neighbour that chokes us was asked for, but for
// blocks of pieces that it sends all the same (DefaultBtMessageDispatcher and
// DefaultBtRequestFactory: doChokedAction).
func (p *Peer) discard(id ConnID) (opened bool) {
	c := &p.conns[id]
	before := len(c.requested)
	p.strike(c, func(b block) bool {
		if slices.Contains(c.stranger.fast, uint32(b/p.perPc)) {
			return false
		}
		opened = p.unask(b) || opened
		return true
	})
	if p.set.Paced { // nor will what it is late with
		c.stranger.overdue.lapsed = slices.DeleteFunc(c.stranger.overdue.lapsed, func(b block) bool {
			return !slices.Contains(c.stranger.fast, uint32(b/p.perPc))
		})
	}
	c.pace.Lost(p.now, before-len(c.requested))
	if len(c.requested) == 0 {
		c.pace.Forget()
	}
	p.disown(c, c.stranger.fast)
	return p.endParole(c) || opened
}

// unask takes back one request for a block.
func (p *Peer) unask(b block) (opened bool) {
	s := p.startedPiece(int(b / p.perPc))
	i := int(b % p.perPc)
	if s == nil || s.state[i] == blockHere || s.state[i] == 0 {
		return false
	}
	if s.state[i]--; s.state[i] > 0 {
		return false
	}
	p.addOpen(s, 1)
	s.hint = min(s.hint, int32(i))
	return true
}

// askOthers gives blocks that are open again to whoever has room for a request,
// to those who snub us last.
func (p *Peer) askOthers() {
	why := backlog.Have
	if p.set.WriterTurns { // only to those who are idle
		why = backlog.Received
	}
	p.aheadOfAll(1)
	for _, snubbed := range []bool{false, true} {
		for _, id := range p.order {
			if p.conns[id].snubbed == snubbed {
				p.request(id, why)
			}
		}
	}
}

// gotChoke: what was asked of the neighbour will not come.
func (p *Peer) gotChoke(id ConnID) {
	c := &p.conns[id]
	if c.choked {
		return
	}
	c.choked = true
	c.snubbed = c.snubbed && p.set.Paced
	c.short = false
	if c.fast && !p.set.DiscardUnasked {
		switch p.set.Sharing {
		case Runs:
			p.dropUnsent(c)
		case Own: // others may go on with its pieces
			p.disown(c, c.stranger.fast)
			p.askOthers()
		}
		return
	}
	if p.set.DiscardUnasked && p.discard(id) || !p.set.DiscardUnasked && p.release(id) {
		p.askOthers()
	}
	p.request(id, backlog.Unchoke) // what it sends all the same
}

func (p *Peer) gotUnchoke(id ConnID) {
	c := &p.conns[id]
	if !c.choked {
		return
	}
	c.choked = false
	c.pace.Begin(p.now)
	c.lastBlock = p.now
	p.request(id, backlog.Unchoke)
}
