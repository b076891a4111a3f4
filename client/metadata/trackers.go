package metadata

import (
	"time"

	"swarmsim/client"
)

// tracker is the state of the announces to one tracker. All of them are asked, because any may know
// the peer that has the dictionary.
type tracker struct {
	next     time.Duration // when the next announce is due
	busy     bool          // a reply is awaited
	answered bool
	fails    uint
}

const (
	numWant      = 50
	retryFailed  = 15 * time.Second // doubled with each further failure, up to maxDoublings times
	maxDoublings = 6
	minInterval  = time.Minute // between announces, whatever the tracker says
)

// announceDue announces to the trackers for which that is due.
func (f *Fetcher) announceDue() {
	for i := range f.trackers {
		t := &f.trackers[i]
		if t.busy || f.now < t.next {
			continue
		}
		e := client.Started
		if t.answered {
			e = client.Regular
		}
		t.busy = true
		f.announce(i, e)
	}
}

func (f *Fetcher) announce(i int, e client.AnnounceEvent) {
	f.out = append(f.out, client.Action{Kind: client.Announce, Announce: e, Tracker: uint8(i), NumWant: numWant})
}

func (f *Fetcher) onAnnounced(e *client.Event) {
	if int(e.Tracker) >= len(f.trackers) {
		return
	}
	t := &f.trackers[e.Tracker]
	t.busy, t.answered, t.fails = false, true, 0
	interval := e.Reply.Interval
	if e.Reply.MinInterval > 0 { // more peers are always wanted
		interval = min(interval, e.Reply.MinInterval)
	}
	t.next = f.now + max(minInterval, interval)
	f.book.add(e.Reply.Peers)
}

func (f *Fetcher) onAnnounceFailed(e *client.Event) {
	if int(e.Tracker) >= len(f.trackers) {
		return
	}
	t := &f.trackers[e.Tracker]
	t.busy = false
	t.next = f.now + retryFailed<<min(t.fails, maxDoublings)
	t.fails++
}
