package client

import (
	"slices"

	"swarmsim/client/backlog"
)

// request keeps a neighbour that has unchoked us busy: as many requests as the
// backlog rule wants, one where the neighbour snubs us.
func (p *Peer) request(id ConnID, why backlog.Trigger) {
	if p.set.WriterTurns {
		p.markRequestsDirty(id, why)
		return
	}
	p.requestNow(id, why)
}

func (p *Peer) requestNow(id ConnID, why backlog.Trigger) {
	c := &p.conns[id]
	if !p.mayAsk(id) || c.peerChoking && !c.allowsFast || !c.amInterested || p.set.Pulse > 0 && why != backlog.Timer {
		return
	}
	out := p.owedBlocks(c)
	want := 1 - out
	if !c.snubbed {
		s := backlog.Input{Now: p.now, Trigger: why, Outstanding: out, BlockBytes: float64(p.torrent.block()), EndGame: p.endGameBegan}
		if p.needsRates {
			s.DownRate = p.downRate(c)
		}
		want = p.cfg.Backlog.NewRequests(&c.pace, s)
	}
	if want <= 0 {
		return
	}
	p.updateScope()
	added, short := 0, c.shortOfBlocks
	for added < want {
		if p.set.AdaptiveTimeout {
			p.dropReceivedReserved(c)
		}
		if c.reservedCount == 0 && (short && out+added > 0 || !p.assign(id, want-added)) {
			break
		}
		p.sendRequest(id)
		added++
	}
	p.cfg.Backlog.Added(&c.pace, added)
}

// outTo is how many requests a neighbour has not answered, set aside ones too.
func (p *Peer) outstandingCount(c *conn) int {
	n := len(c.requests)
	if p.set.CountCancels {
		n += len(c.cold.cancelled)
	}
	if p.set.AdaptiveTimeout {
		n += len(c.cold.timeout.timedOut)
	}
	return n
}

// owes is how many blocks a neighbour is to send.
func (p *Peer) owedBlocks(c *conn) int { return p.outstandingCount(c) - int(c.reservedCount) }

// ask sends the first request that is set aside.
func (p *Peer) sendRequest(id ConnID) {
	c := &p.conns[id]
	at := len(c.requests) - int(c.reservedCount)
	if at == 0 {
		c.pace.StartRoundTrip(p.now)
		c.lastBlock = p.now
		if p.set.AdaptiveTimeout && p.owedBlocks(c) == 0 {
			c.cold.timeout.since = p.now
		}
	}
	c.reservedCount--
	if p.set.EndGame == StrictEndGame {
		c.cold.lastRequested = p.now
	}
	b := c.requests[at]
	p.sendBlockMessage(id, Request, b)
}

// setAside reserves blocks for a neighbour, one or a run of them. It returns
// false if there are none for it.
func (p *Peer) assign(id ConnID, want int) bool {
	c := &p.conns[id]
	if p.set.Assignment == Contiguous {
		if p.assignRun(id) {
			p.setShort(c, false)
			return true
		}
	} else if p.set.Assignment == Exclusive {
		if s, i, ok := p.nextExclusive(id); ok {
			p.reserve(c, s, i)
			return true
		}
		if p.set.EndGame == Broadcast {
			return false
		}
	} else {
		if s, i, ok := p.nextBlock(id); ok {
			p.setShort(c, false)
			p.reserve(c, s, i)
			return true
		}
	}
	p.setShort(c, true)
	s, i, ok := p.endGame(id, want)
	if ok {
		p.reserve(c, s, i)
	}
	return ok
}

// reserve notes that a neighbour will be asked for a block.
func (p *Peer) reserve(c *conn, s *activePiece, i int) {
	if s.state[i] == 0 {
		p.addOpen(s, -1)
	}
	s.state[i]++
	if c.requests == nil {
		c.requests = p.spareBlockLists.get()
	}
	c.requests = append(c.requests, block(s.index)*p.blocksPerPiece+block(i))
	c.reservedCount++
}

// sayBlock sends a message about a block.
func (p *Peer) sendBlockMessage(id ConnID, k Kind, b block) {
	index, i := int(b/p.blocksPerPiece), int(b%p.blocksPerPiece)
	m := p.send(id, k)
	m.Index, m.Begin, m.Length = uint32(index), uint32(int64(i)*p.torrent.block()), p.torrent.BlockSizeOf(index, i)
}

// release takes back what a neighbour was asked for. It reports whether a block
// is open again because of it.
func (p *Peer) cancelAll(id ConnID) bool {
	c := &p.conns[id]
	opened := false
	for _, b := range c.requests {
		opened = p.unassign(b) || opened
	}
	c.requests, c.reservedCount = p.spareBlockLists.put(c.requests), 0
	c.cold.cancelled = c.cold.cancelled[:0]
	if p.set.AdaptiveTimeout {
		c.cold.timeout.timedOut = c.cold.timeout.timedOut[:0]
	}
	c.pace.CancelRoundTrip()
	p.releasePieces(c, nil)
	p.abandonUntouched()
	return p.endParole(c) || opened
}

// discard takes back what a neighbour that chokes us was asked for, but for
// blocks of pieces that it sends all the same (DefaultBtMessageDispatcher and
// DefaultBtRequestFactory: doChokedAction).
func (p *Peer) dropRefused(id ConnID) (opened bool) {
	c := &p.conns[id]
	before := len(c.requests)
	p.removeRequests(c, func(b block) bool {
		if slices.Contains(c.cold.allowedFast, uint32(b/p.blocksPerPiece)) {
			return false
		}
		opened = p.unassign(b) || opened
		return true
	})
	if p.set.AdaptiveTimeout { // nor will what it is late with
		c.cold.timeout.timedOut = slices.DeleteFunc(c.cold.timeout.timedOut, func(b block) bool {
			return !slices.Contains(c.cold.allowedFast, uint32(b/p.blocksPerPiece))
		})
	}
	c.pace.OnRequestsLost(p.now, before-len(c.requests))
	if len(c.requests) == 0 {
		c.pace.CancelRoundTrip()
	}
	p.releasePieces(c, c.cold.allowedFast)
	return p.endParole(c) || opened
}

// unask takes back one request for a block.
func (p *Peer) unassign(b block) (opened bool) {
	s := p.activePiece(int(b / p.blocksPerPiece))
	i := int(b % p.blocksPerPiece)
	if s == nil || s.state[i] == blockReceived || s.state[i] == 0 {
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
func (p *Peer) reassign() {
	why := backlog.PieceAvailable
	if p.set.WriterTurns { // only to those who are idle
		why = backlog.BlockReceived
	}
	p.aheadOfAll(1)
	for _, snubbed := range []bool{false, true} {
		for _, id := range p.established {
			if p.conns[id].snubbed == snubbed {
				p.request(id, why)
			}
		}
	}
}

// gotChoke: what was asked of the neighbour will not come.
func (p *Peer) onChoke(id ConnID) {
	c := &p.conns[id]
	if c.peerChoking {
		return
	}
	c.peerChoking = true
	c.snubbed = c.snubbed && p.set.AdaptiveTimeout
	c.shortOfBlocks = false
	if c.fast && !p.set.DiscardUnasked {
		switch p.set.Assignment {
		case Contiguous:
			p.dropReserved(c)
		case Exclusive: // others may go on with its pieces
			p.releasePieces(c, c.cold.allowedFast)
			p.reassign()
		}
		return
	}
	if p.set.DiscardUnasked && p.dropRefused(id) || !p.set.DiscardUnasked && p.cancelAll(id) {
		p.reassign()
	}
	p.request(id, backlog.Unchoked) // what it sends all the same
}

func (p *Peer) onUnchoke(id ConnID) {
	c := &p.conns[id]
	if !c.peerChoking {
		return
	}
	c.peerChoking = false
	c.pace.OnUnchoke(p.now)
	c.lastBlock = p.now
	p.request(id, backlog.Unchoked)
}
