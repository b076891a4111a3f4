package client

import (
	"slices"

	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// request has requests sent to a neighbour because of a trigger, at once or when the loop decides.
func (p *Peer) request(id ConnID, why backlog.Trigger) { p.loop.request(id, why) }

// sendRequests sends a neighbour that has unchoked us as many requests as the backlog rule wants
// to be outstanding, and one if it snubs us.
func (p *Peer) sendRequests(id ConnID, why backlog.Trigger) {
	c := &p.conns[id]
	if c.peerChoking && !c.allowsFast || !c.amInterested {
		return
	}
	outstanding := p.owedBlocks(c)
	want := 1 - outstanding
	if !c.snubbed {
		want = p.cfg.Backlog.NewRequests(&c.pace, p.situation(c, why, outstanding))
	}
	if want <= 0 {
		return
	}
	p.pieces.LimitUnverified(p.set.Requests.MaxUnverified)
	sent, short := 0, c.shortOfBlocks
	for sent < want {
		if p.set.Requests.AdaptiveTimeout {
			p.dropReceivedReserved(c)
		}
		if c.requests.ReservedCount() == 0 && (short && outstanding+sent > 0 || !p.reserveBlocks(id, want-sent)) {
			break
		}
		p.sendRequest(id)
		sent++
	}
	p.cfg.Backlog.Added(&c.pace, sent)
}

// situation returns what the backlog rule is told of a neighbour.
func (p *Peer) situation(c *conn, why backlog.Trigger, outstanding int) backlog.Input {
	s := backlog.Input{Now: p.now, Trigger: why, Outstanding: outstanding, BlockBytes: float64(p.pieces.Layout().BlockBytes())}
	if p.releaser != nil {
		s.EndGame = p.releaser.EndGameBegan()
	}
	if p.needsRates {
		s.DownRate = p.downRate(c)
	}
	return s
}

// owedBlocks returns how many requests a neighbour has not answered.
func (p *Peer) owedBlocks(c *conn) int {
	n := c.requests.OutstandingCount()
	if p.set.Fast.CountCancels {
		n += len(c.cold.history.Cancelled)
	}
	if p.set.Requests.AdaptiveTimeout {
		n += len(c.cold.timeout.timedOut)
	}
	return n
}

// sendRequest sends the first reserved request.
func (p *Peer) sendRequest(id ConnID) {
	c := &p.conns[id]
	if c.requests.OutstandingCount() == 0 {
		c.pace.StartRoundTrip(p.now)
		c.lastBlock = p.now
		if p.set.Requests.AdaptiveTimeout && p.owedBlocks(c) == 0 {
			c.cold.timeout.since = p.now
		}
	}
	if p.endGame.RetryAfter > 0 {
		c.cold.lastRequested = p.now
	}
	p.sendBlockMessage(id, Request, c.requests.Send())
}

// sendBlockMessage sends a message that names a block.
func (p *Peer) sendBlockMessage(id ConnID, k Kind, b pieces.Block) {
	piece, i := p.pieces.Split(b)
	l := p.pieces.Layout()
	m := p.send(id, k)
	m.Index, m.Begin, m.Length = uint32(piece), uint32(int64(i)*l.BlockBytes()), l.BlockSizeOf(piece, i)
}

// cancelAll takes back all requests to a neighbour that will not answer them. It reports whether
// there are open blocks because of it.
func (p *Peer) cancelAll(id ConnID) (opened bool) {
	c := &p.conns[id]
	for _, b := range c.requests.All() {
		opened = p.pieces.Unrequest(b) || opened
	}
	c.requests.Use(p.spareRequests.Put(c.requests.Memory()))
	c.cold.history.Cancelled = c.cold.history.Cancelled[:0]
	if p.set.Requests.AdaptiveTimeout {
		c.cold.timeout.timedOut = c.cold.timeout.timedOut[:0]
	}
	c.pace.CancelRoundTrip()
	p.releasePieces(id, nil)
	p.abandon()
	return p.pieces.EndParole(c.serial) || opened
}

// dropRefused takes back the requests to a neighbour that chokes us, except those for pieces that
// it sends nevertheless (aria2, DefaultBtMessageDispatcher and DefaultBtRequestFactory:
// doChokedAction). It reports whether there are open blocks because of it.
func (p *Peer) dropRefused(id ConnID) (opened bool) {
	c := &p.conns[id]
	before := c.requests.Len()
	c.requests.RemoveFunc(func(b pieces.Block) bool {
		if p.isAllowedFast(c, b) {
			return false
		}
		opened = p.pieces.Unrequest(b) || opened
		return true
	})
	if p.set.Requests.AdaptiveTimeout {
		c.cold.timeout.timedOut = slices.DeleteFunc(c.cold.timeout.timedOut, func(b pieces.Block) bool {
			return !p.isAllowedFast(c, b)
		})
	}
	c.pace.OnRequestsLost(p.now, before-c.requests.Len())
	if c.requests.Len() == 0 {
		c.pace.CancelRoundTrip()
	}
	p.releasePieces(id, c.cold.allowedFast)
	return p.pieces.EndParole(c.serial) || opened
}

// dropReserved takes back the requests that are still to be sent to a neighbour (libtorrent,
// peer_connection.cpp: clear_request_queue).
func (p *Peer) dropReserved(c *conn) {
	for _, b := range c.requests.RemoveReserved() {
		p.pieces.Unrequest(b)
	}
	p.abandon()
}

// reassign requests blocks that are open again from all neighbours that can be sent a request,
// those that snub us last.
func (p *Peer) reassign() {
	for _, snubbed := range []bool{false, true} {
		for _, id := range p.established {
			if p.conns[id].snubbed == snubbed {
				p.loop.requestReopened(id)
			}
		}
	}
}

// onChoke handles CHOKE. What becomes of our requests depends on the fast extension: with it they
// remain valid until they are rejected (BEP 6), without it they are void.
func (p *Peer) onChoke(id ConnID) {
	c := &p.conns[id]
	if c.peerChoking {
		return
	}
	c.peerChoking = true
	c.snubbed = c.snubbed && p.set.Requests.AdaptiveTimeout
	c.shortOfBlocks = false
	if c.fast && !p.set.Fast.DiscardLate {
		if p.rule.ReturnReserved {
			p.dropReserved(c)
		}
		if p.releaser != nil { // others may continue its pieces
			p.releasePieces(id, c.cold.allowedFast)
			p.reassign()
		}
		return
	}
	if p.set.Fast.DiscardLate && p.dropRefused(id) || !p.set.Fast.DiscardLate && p.cancelAll(id) {
		p.reassign()
	}
	p.request(id, backlog.Unchoked) // pieces that it sends nevertheless
}

// onUnchoke handles UNCHOKE.
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
