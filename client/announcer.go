package client

import "time"

// announcer keeps track of announces: one at a time is under way, and events that come up
// meanwhile are sent after it.
type announcer struct {
	next    time.Duration // when the next announce is due; Never while one is under way
	allowed time.Duration // when an announce for more peers is allowed (BEP 3, "min interval")
	busy    bool          // a reply is awaited
	pending AnnounceEvent // to be sent after the reply; Regular for none
	current AnnounceEvent
	fails   uint8 // in a row, up to 255
}

// The pause after a failed announce is announceRetry, doubled with each further failure up to
// 2^maxRetryDoublings times.
const (
	announceRetry     = 15 * time.Second
	maxRetryDoublings = 6
)

// start reports whether an event can be announced now. Otherwise it is remembered.
func (a *announcer) start(e AnnounceEvent) bool {
	if a.busy {
		if e != Regular {
			a.pending = e
		}
		return false
	}
	a.busy, a.current, a.next = true, e, Never
	return true
}

// onReply schedules the next announce as the tracker says.
func (a *announcer) onReply(now time.Duration, r *AnnounceReply) {
	a.busy, a.fails = false, 0
	a.next = now + r.Interval
	a.allowed = now + r.MinInterval
}

// onFailure schedules another try, at once if there is another tracker to try. The event that failed
// remains to be announced.
func (a *announcer) onFailure(now time.Duration, another bool) {
	a.busy = false
	if a.pending == Regular {
		a.pending = a.current
	}
	if another {
		a.next = now
		return
	}
	a.next = now + announceRetry<<min(a.fails, maxRetryDoublings)
	a.fails = max(a.fails, a.fails+1)
	a.allowed = a.next
}

// takePending returns the event to announce next and forgets it.
func (a *announcer) takePending() AnnounceEvent {
	e := a.pending
	a.pending = Regular
	return e
}

// announceEvent announces an event, now or after the announce that is under way.
func (p *Peer) announceEvent(e AnnounceEvent) {
	if p.departed || !p.announce.start(e) {
		return
	}
	want := 0
	if !p.Finished() || len(p.established) < p.settings.Connections.MinPeers {
		want = p.settings.Connections.NumWant
	}
	p.out = append(p.out, Action{Kind: Announce, Announce: e, NumWant: want, Tracker: p.trackers.current()})
}

// announceDue announces what has been waiting, or that the peer is still there.
func (p *Peer) announceDue() { p.announceEvent(p.announce.takePending()) }

// onAnnounced handles the tracker's reply.
func (p *Peer) onAnnounced(r *AnnounceReply) {
	p.announce.onReply(p.now, r)
	p.trackers.onReply()
	p.addresses.add(r.Peers, max(maxAddresses, p.settings.Connections.DialTarget))
	if p.announce.pending != Regular {
		p.announceDue()
	}
	p.loop.onAddresses()
}
