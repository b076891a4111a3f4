package client

import (
	"slices"
	"time"

	"swarmsim/client/backlog"
	"swarmsim/client/reveal"
)

// sweepInterval is the time between checks of all neighbours for silence, with a fixed timeout.
const sweepInterval = 2 * time.Second

func (p *Peer) sweepInterval() time.Duration {
	if p.settings.Requests.AdaptiveTimeout {
		return timeoutInterval
	}
	return sweepInterval
}

// sweep keeps connections alive, ends dead ones, detects neighbours that snub us, and dials new
// ones.
func (p *Peer) sweep() {
	s := p.settings
	for i := len(p.handshaking) - 1; i >= 0; i-- {
		if id := p.handshaking[i]; p.now-p.conns[id].openedAt >= s.Timeouts.Handshake {
			p.hangUp(id, NoHandshake)
		}
	}
	opened, timeout := false, p.fixedTimeout()
	for i := len(p.established) - 1; i >= 0; i-- {
		id := p.established[i]
		c := &p.conns[id]
		switch {
		case p.now-c.lastReceived >= s.Timeouts.Idle && !p.receivesPart(id):
			p.hangUp(id, Silent)
			continue
		case !p.defers && p.isInactive(c):
			p.hangUp(id, Unused)
			continue
		case p.now-c.lastSent >= s.Timeouts.KeepAlive:
			p.send(id, KeepAlive)
		}
		p.retryStarved(id)
		p.retryIdle(id)
		if s.Requests.AdaptiveTimeout {
			p.checkTimeout(id)
			continue
		}
		if c.requests.Len() > 0 && p.now-c.snubClock >= timeout && p.now-c.snubClock >= timeout<<c.cold.timeoutDoublings {
			c.snubbed = true
			opened = p.timeOutRequests(id) || opened
		}
	}
	if opened {
		p.requestReopened()
	}
	if p.reveal != nil {
		p.onRevealEvent(reveal.Event{Kind: reveal.Check})
	}
	if p.ext != nil {
		p.exchangePeers()
		p.updateUploadOnly()
	}
	if !p.defers {
		p.dialMore()
	}
}

// retryStarved sends requests to an idle neighbour for which there were too few blocks, some time
// after its last request, if the end game says so.
func (p *Peer) retryStarved(id ConnID) {
	c := &p.conns[id]
	if c.starved && c.amInterested && c.requests.Len() == 0 && p.unanswered(c) == 0 &&
		p.now-c.cold.lastRequested >= p.endGameTraits.RetryAfter {
		c.cold.lastRequested = p.now
		p.request(id, backlog.BecameInteresting)
	}
}

// retryIdle sends requests to a neighbour that would serve them and has had none for as long as a
// connection may be silent. The trigger for them may have come to nothing, and need not come
// again. anacrolix/torrent has a timer for that, which is off (requesting.go:
// enableUpdateRequestsTimer); there another connection, if any, continues.
func (p *Peer) retryIdle(id ConnID) {
	c := &p.conns[id]
	if !c.peerChoking && c.amInterested && c.requests.Len() == 0 && p.now-c.snubClock >= p.settings.Timeouts.Idle && p.unanswered(c) == 0 {
		c.snubClock = p.now
		p.request(id, backlog.Unchoked)
	}
}

// timeOutRequests takes back the requests of a neighbour that snubs us, so that others can be
// sent them, and cancels them, as BitTornado does (Downloader.py: is_snubbed). Otherwise a slow
// neighbour would have the same block in its queue several times and would send little else. If
// it answers cancels, its next reject belongs to the cancelled request and not to a new one. A
// block that it sends nevertheless is stored, even by a client that discards blocks that it did
// not request.
func (p *Peer) timeOutRequests(id ConnID) (opened bool) {
	c := &p.conns[id]
	c.cold.timedOut = true
	outstanding := slices.Clone(c.requests.Outstanding())
	opened = p.voidRequests(id)
	for _, b := range outstanding {
		p.sendCancel(id, b)
	}
	counted := p.settings.Fast.CountCancels && c.cold.answersCancels // sendCancel has noted them
	if !counted && (c.cold.answersCancels || p.settings.Fast.DiscardLate) {
		c.cold.history.Cancelled = append(c.cold.history.Cancelled, outstanding...)
	}
	return opened
}

// isInactive reports whether a neighbour has sent neither a request nor a block for too long
// (aria2, DefaultBtInteractive: checkActiveInteraction).
func (p *Peer) isInactive(c *conn) bool {
	limit := p.settings.Timeouts.Inactive
	if !c.amInterested && !c.peerInterested {
		limit /= 2
	}
	return p.settings.Timeouts.Inactive > 0 && p.now-c.lastContent >= limit
}

// receivesPart reports whether part of a message from a neighbour has come lately. Where a block
// takes longer than a connection may be silent, a neighbour that is sending one is not silent
// (libtorrent, peer_connection.cpp: m_last_receive is when bytes came).
func (p *Peer) receivesPart(id ConnID) bool {
	return p.cfg.Heard != nil && p.now-p.cfg.Heard(id) < p.settings.Timeouts.Idle
}

// maxDoublings limits how often a neighbour's timeout is doubled.
const maxDoublings = 5

// onUnrequested notes that a block came that is not requested from the neighbour. If its requests
// timed out before, the timeout was too short, and is doubled from now on, as that of TCP (RFC
// 6298, section 5.5): otherwise a slow neighbour would be sent the same requests again and again.
func (s *coldState) onUnrequested() {
	if s.timedOut && s.timeoutDoublings < maxDoublings {
		s.timeoutDoublings++
	}
	s.timedOut = false
}

// fixedTimeout returns how long a neighbour may take for a block: Settings.Snub or, where our own
// downlink is so slow that all outstanding requests take longer, twice the time that they take, up
// to ten times Settings.Snub. The blocks of several neighbours wait for each other there.
func (p *Peer) fixedTimeout() time.Duration {
	requests, perSec := 0, 0.0
	for _, id := range p.established {
		requests += p.conns[id].requests.Len()
		perSec += p.conns[id].down.at(p.now)
	}
	timeout := p.settings.Requests.SnubTimeout
	if perSec > 0 && p.now-p.lastBlock < timeout/2 { // content does arrive
		timeout = max(timeout, time.Duration(2*float64(requests)*float64(p.pieces.Layout().BlockBytes())/perSec*1e9))
	}
	return min(timeout, 10*p.settings.Requests.SnubTimeout)
}
