package client

import (
	"slices"
	"time"

	"swarmsim/client/backlog"
)

// sweepEvery is how often neighbours are looked over for silence.
const sweepEvery = 2 * time.Second

func (p *Peer) sweepEvery() time.Duration {
	if p.set.AdaptiveTimeout {
		return snubInterval
	}
	return sweepEvery
}

// sweep keeps connections alive, ends dead ones, notices who snubs us, and
// looks for new neighbours.
func (p *Peer) sweep() {
	s := p.set
	for i := len(p.handshaking) - 1; i >= 0; i-- {
		if id := p.handshaking[i]; p.now-p.conns[id].openedAt >= s.Handshake {
			p.hangUp(id)
		}
	}
	opened, patience := false, p.snubTimeout()
	for i := len(p.established) - 1; i >= 0; i-- {
		id := p.established[i]
		c := &p.conns[id]
		switch {
		case p.now-c.lastReceived >= s.Idle && !p.heardLately(id):
			p.hangUp(id)
			continue
		case p.now-c.lastSent >= s.KeepAlive:
			p.send(id, KeepAlive)
		}
		p.retryShort(id)
		p.retryIdle(id)
		if s.AdaptiveTimeout {
			p.checkSnubbed(id)
			continue
		}
		if len(c.requests) > 0 && p.now-c.lastBlock >= patience && p.now-c.lastBlock >= patience<<c.cold.timeoutDoublings {
			c.snubbed = true
			opened = p.timeOutRequests(id) || opened
		}
	}
	if opened {
		p.reassign()
	}
	if p.offering != nil {
		p.revealWithoutProof()
	}
	if !p.refreshes() {
		p.dialMore()
	}
}

// lookAgain looks for requests to make of a neighbour that would serve them and
// has been asked for nothing for as long as silence may last: the reason for them
// may have come to nothing as it came, and no other need follow. anacrolix has a
// timer for that, which is off (requesting.go: enableUpdateRequestsTimer); there
// another connection goes on, if there can be one.
func (p *Peer) retryIdle(id ConnID) {
	c := &p.conns[id]
	if !c.peerChoking && c.amInterested && len(c.requests) == 0 && p.now-c.lastBlock >= p.set.Idle && p.owedBlocks(c) == 0 {
		c.lastBlock = p.now
		p.request(id, backlog.Unchoked)
	}
}

// giveUp has others asked for what a neighbour owes, and withdraws that, as
// BitTornado does (Downloader.py, is_snubbed): a slow one would have it in its line
// several times in the end, and send hardly anything else. If the neighbour
// answers cancels, its next reject belongs to the withdrawn request and not to a new one.
// A block that comes all the same is kept, also by a client that discards blocks that it
// did not request.
func (p *Peer) timeOutRequests(id ConnID) (opened bool) {
	c := &p.conns[id]
	c.cold.timedOut = true
	owed := slices.Clone(c.requests[:len(c.requests)-int(c.reservedCount)])
	opened = p.cancelAll(id)
	for _, b := range owed {
		p.sendCancel(id, b)
	}
	counted := p.set.CountCancels && c.cold.answersCancels // takeBack has noted them
	if !counted && (c.cold.answersCancels || p.set.DiscardUnasked) {
		c.cold.cancelled = append(c.cold.cancelled, owed...)
	}
	return opened
}

// hears reports whether parts of a message have come of late: where a block takes
// longer than silence may last, a neighbour that sends one is not silent
// (libtorrent, peer_connection.cpp: m_last_receive is when bytes came).
func (p *Peer) heardLately(id ConnID) bool {
	return p.cfg.Heard != nil && p.now-p.cfg.Heard(id) < p.set.Idle
}

// slowest is how often patience is doubled at most.
const maxDoublings = 5

// cameLate notes that a block came that the neighbour is not asked for. If what
// it owed was asked of others before, that was too soon, and it has twice the time
// from now on, as with TCP's timeouts (RFC 6298): who is slower than our patience
// would be asked for the same blocks again and again.
func (s *coldState) onUnrequested() {
	if s.timedOut && s.timeoutDoublings < maxDoublings {
		s.timeoutDoublings++
	}
	s.timedOut = false
}

// patience is how long a neighbour may owe us a block: the time that counts as
// snubbing, or, where our own downlink is so slow that all that is asked for
// takes longer, twice that time. Blocks of several neighbours wait for each
// other there, and nobody is to blame.
func (p *Peer) snubTimeout() time.Duration {
	asked, perSec := 0, 0.0
	p.aheadOfAll(askedLines)
	for _, id := range p.established {
		asked += len(p.conns[id].requests)
		perSec += p.conns[id].down.at(p.now)
	}
	most := p.set.Snub
	if perSec > 0 && p.now-p.lastBlock < most/2 { // content does arrive
		most = max(most, time.Duration(2*float64(asked)*float64(p.torrent.block())/perSec*1e9))
	}
	return min(most, 10*p.set.Snub)
}
