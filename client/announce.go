package client

import "time"

// announcing is where a peer stands with its tracker.
type announcer struct {
	next    time.Duration // when the next announce is due
	allowed time.Duration // when one may be made for want of neighbours
	busy    bool          // an answer is awaited
	pending AnnounceEvent // to be told once it is here; Regular for none
	current AnnounceEvent
	fails   uint8 // in a row, up to 255
}

// retryAnnounce is the first pause after a tracker failed; it doubles up to 64
// times that.
const retryAnnounce = 15 * time.Second

// tell announces, one thing at a time.
func (p *Peer) announceEvent(e AnnounceEvent) {
	a := &p.announce
	if p.left {
		return
	}
	if a.busy {
		if e != Regular {
			a.pending = e
		}
		return
	}
	a.busy, a.current, a.next = true, e, Never
	want := 0
	if !p.Complete() || len(p.established) < p.set.MinPeers {
		want = p.set.NumWant
	}
	p.out = append(p.out, Action{Kind: Announce, Announce: e, NumWant: want})
}

// announced takes the tracker's answer.
func (p *Peer) onAnnounced(r *AnnounceReply) {
	a := &p.announce
	a.busy, a.fails = false, 0
	a.next = p.now + r.Interval
	a.allowed = p.now + r.MinInterval
	p.addAddresses(r.Peers)
	if a.pending != Regular {
		p.announceDue()
	}
	p.loop.onAddresses()
}

// announceFailed tries again later; what was to be told is told then.
func (p *Peer) onAnnounceFailed() {
	a := &p.announce
	a.busy = false
	pause := retryAnnounce << min(a.fails, 6)
	a.fails = max(a.fails, a.fails+1)
	a.next = p.now + pause
	a.allowed = a.next
	if a.pending == Regular {
		a.pending = a.current
	}
}

// tellDue announces what had to wait, or just that we are here.
func (p *Peer) announceDue() {
	e := p.announce.pending
	p.announce.pending = Regular
	p.announceEvent(e)
}
