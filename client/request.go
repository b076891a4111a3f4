package client

import (
	"slices"

	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// request has requests sent to a neighbour because of a trigger, at once or when the loop decides.
func (p *Peer) request(id ConnID, why backlog.Trigger) { p.loop.request(id, why) }

// sendRequests sends a neighbour the requests that the backlog rule wants added; at a neighbour that
// snubs us it only keeps one request outstanding. It does nothing unless we are interested and the
// neighbour has unchoked us or allows some pieces (BEP 6, allowed fast).
func (p *Peer) sendRequests(id ConnID, why backlog.Trigger) {
	c := &p.conns[id]
	if c.peerChoking && !c.allowsFast || !c.amInterested || p.storeFailed {
		return
	}
	outstanding := p.unanswered(c)
	want := 1 - outstanding
	if !c.snubbed {
		want = p.newRequests(c, why, outstanding)
	}
	if want > 0 && p.settings.Extensions.Enabled {
		want = c.limitRequests(want, outstanding)
	}
	if want <= 0 {
		return
	}
	p.pieces.LimitUnverified(p.settings.Requests.MaxUnverified)
	sent, short := 0, c.starved
	for sent < want {
		if p.settings.Requests.AdaptiveTimeout {
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

// newRequests returns how many requests the backlog rule wants to be added at a neighbour.
func (p *Peer) newRequests(c *conn, why backlog.Trigger, outstanding int) int {
	rate := 0.0
	if p.needsRates {
		rate = p.downRate(c)
	}
	return p.cfg.Backlog.NewRequests(&c.pace, backlog.Input{
		Now:         p.now,
		Trigger:     why,
		Outstanding: outstanding,
		DownRate:    rate,
		BlockBytes:  float64(p.pieces.Layout().BlockBytes()),
		EndGame:     p.pieceOwner != nil && p.pieceOwner.EndGameBegan(),
	})
}

// unanswered returns how many requests a neighbour has not answered: the outstanding ones and, as the
// settings say, those that were cancelled or timed out.
func (p *Peer) unanswered(c *conn) int {
	n := c.requests.OutstandingCount()
	if p.settings.Fast.CountCancels {
		n += len(c.cold.history.Cancelled)
	}
	if p.settings.Requests.AdaptiveTimeout {
		n += len(c.cold.timeout.timedOut)
	}
	return n
}

// sendRequest sends the first reserved request.
func (p *Peer) sendRequest(id ConnID) {
	c := &p.conns[id]
	if c.requests.OutstandingCount() == 0 {
		c.pace.StartRoundTrip(p.now)
		c.snubClock = p.now
		if p.settings.Requests.AdaptiveTimeout && p.unanswered(c) == 0 {
			c.cold.timeout.since = p.now
		}
	}
	if p.endGameTraits.RetryAfter > 0 {
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

// voidRequests drops all requests to a neighbour that will not answer them; no CANCEL is sent. It
// reports whether blocks became open because of it.
func (p *Peer) voidRequests(id ConnID) (opened bool) {
	c := &p.conns[id]
	for _, b := range c.requests.All() {
		opened = p.pieces.Unrequest(b) || opened
	}
	c.requests.Use(p.spareRequests.Put(c.requests.Memory()))
	c.cold.history.Cancelled = c.cold.history.Cancelled[:0]
	if p.settings.Requests.AdaptiveTimeout {
		c.cold.timeout.timedOut = c.cold.timeout.timedOut[:0]
	}
	c.pace.CancelRoundTrip()
	p.releasePieces(id, nil)
	p.abandon()
	return p.pieces.EndParole(c.serial) || opened
}

// voidRefused drops the requests to a neighbour that chokes us, except those for allowed-fast pieces
// (aria2, DefaultBtMessageDispatcher and DefaultBtRequestFactory: doChokedAction). It reports whether
// blocks became open because of it.
func (p *Peer) voidRefused(id ConnID) (opened bool) {
	c := &p.conns[id]
	before := c.requests.Len()
	c.requests.RemoveFunc(func(b pieces.Block) bool {
		if p.isAllowedFast(c, b) {
			return false
		}
		opened = p.pieces.Unrequest(b) || opened
		return true
	})
	if p.settings.Requests.AdaptiveTimeout {
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

// voidReserved drops the requests that are still to be sent to a neighbour (libtorrent,
// peer_connection.cpp: clear_request_queue).
func (p *Peer) voidReserved(c *conn) {
	for _, b := range c.requests.RemoveReserved() {
		p.pieces.Unrequest(b)
	}
	p.abandon()
}

// requestReopened has every neighbour sent requests because blocks became open, those that snub us
// last.
func (p *Peer) requestReopened() {
	for _, snubbed := range []bool{false, true} {
		for _, id := range p.established {
			if p.conns[id].snubbed == snubbed {
				p.loop.requestReopened(id)
			}
		}
	}
}

// onChoke handles CHOKE. With the fast extension our requests remain valid until they are rejected
// (BEP 6). Without it they are void, as they are with FastSettings.DiscardLate (aria2), except those for
// allowed-fast pieces.
func (p *Peer) onChoke(id ConnID) {
	c := &p.conns[id]
	if c.peerChoking {
		return
	}
	c.peerChoking = true
	c.snubbed = c.snubbed && p.settings.Requests.AdaptiveTimeout
	c.starved = false
	if c.fast && !p.settings.Fast.DiscardLate {
		if p.ruleTraits.ReturnReserved {
			p.voidReserved(c)
		}
		if p.pieceOwner != nil { // others may continue its pieces
			p.releasePieces(id, c.cold.allowedFast)
			p.requestReopened()
		}
		return
	}
	if p.settings.Fast.DiscardLate && p.voidRefused(id) || !p.settings.Fast.DiscardLate && p.voidRequests(id) {
		p.requestReopened()
	}
	p.request(id, backlog.Unchoked) // allowed-fast pieces; the rule treats this like an unchoke
}

// onUnchoke handles UNCHOKE.
func (p *Peer) onUnchoke(id ConnID) {
	c := &p.conns[id]
	if !c.peerChoking {
		return
	}
	c.peerChoking = false
	c.pace.OnUnchoke(p.now)
	c.snubClock = p.now
	p.request(id, backlog.Unchoked)
}
