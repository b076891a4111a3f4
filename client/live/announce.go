package live

import (
	"context"
	"fmt"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/announce"
)

// tracker is one of a torrent's trackers.
type tracker struct {
	client announce.Tracker
	url    string
	id     string // that it wants to be told again (BEP 3, "tracker id")
}

const (
	announceTimeout = time.Minute
	maxTrackers     = 100 // of a torrent that are used

	// announcePause is the least time until an announce for more peers, as mainline has it
	// (rerequest_interval), unless the regular announces follow sooner. UDP trackers, and many others,
	// say no such time.
	announcePause = 5 * time.Minute

	userAgent = "swarmsim"
)

// newTrackers makes the clients of a torrent's trackers, in their order. A tracker that cannot be used
// is left out of its tier. sizes are the numbers of trackers in each tier.
func (t *Torrent) newTrackers(tiers [][]string) (out []*tracker, sizes []int) {
	s := t.session
	for _, tier := range tiers {
		size := 0
		for _, url := range tier {
			c, err := announce.New(url, announce.Options{
				Local: s.source(), UserAgent: userAgent, Socket: s.udp, Client: s.http,
			})
			if err != nil {
				s.log("tracker is not used", "url", url, "reason", err)
				t.statuses.set(TrackerStatus{URL: url, Time: time.Now(), Err: err})
				continue
			}
			if len(out) == maxTrackers {
				s.log("tracker is not used", "url", url, "reason", fmt.Sprintf("there are more than %d", maxTrackers))
				c.Close()
				continue
			}
			out = append(out, &tracker{client: c, url: url})
			size++
		}
		if size > 0 {
			sizes = append(sizes, size)
		}
	}
	return out, sizes
}

// announceEvents translate the events of BEP 3.
var announceEvents = [...]announce.Event{
	client.Regular:   announce.Regular,
	client.Started:   announce.Started,
	client.Completed: announce.Completed,
	client.Stopped:   announce.Stopped,
}

// announce carries out an Announce action. The answer comes through the mailbox.
func (t *Torrent) announce(a *client.Action) {
	failed := letter{event: client.Event{Kind: client.AnnounceFailed, Tracker: a.Tracker}}
	if int(a.Tracker) >= len(t.trackers) {
		return // there is none; no answer is awaited
	}
	tr, event := t.trackers[a.Tracker], announceEvents[a.Announce]
	uploaded, downloaded, left := t.amounts()
	names := t.swarms.Load()
	request := announce.Request{
		InfoHash: names.first, PeerID: t.session.id, Port: t.session.port(), Key: t.session.key,
		Uploaded: uploaded, Downloaded: downloaded, Left: left,
		Event: event, NumWant: a.NumWant, TrackerID: tr.id,
	}
	if names.second != ([20]byte{}) {
		t.announceSecond(tr, request, names.second)
	}
	number := a.Tracker
	t.announces.Go(func() {
		ctx, cancel := context.WithTimeout(t.announceContext(event), announceTimeout)
		defer cancel()
		r, err := tr.client.Announce(ctx, request)
		if err != nil {
			t.session.log("announce failed", "tracker", tr.url, "reason", err)
			t.statuses.set(TrackerStatus{URL: tr.url, Time: time.Now(), Err: err})
			t.mailbox.post(failed)
			return
		}
		t.statuses.set(TrackerStatus{URL: tr.url, Time: time.Now(), Peers: len(r.Peers), Warning: r.Warning})
		pause := max(r.MinInterval, min(r.Interval, announcePause))
		reply := &client.AnnounceReply{Interval: r.Interval, MinInterval: pause, Peers: r.Peers}
		id := r.TrackerID
		t.mailbox.post(letter{do: func() {
			if id != "" {
				tr.id = id
			}
			t.step(client.Event{Kind: client.Announced, Tracker: number, Reply: reply})
		}})
	})
}

// announceSecond announces a hybrid in its second swarm, whenever it is announced in the first. The state
// machine learns of the peers only: the first announce decides when the next is due.
func (t *Torrent) announceSecond(tr *tracker, request announce.Request, hash [20]byte) {
	request.InfoHash, request.TrackerID = hash, ""
	t.announces.Go(func() {
		ctx, cancel := context.WithTimeout(t.announceContext(request.Event), announceTimeout)
		defer cancel()
		r, err := tr.client.Announce(ctx, request)
		if err != nil {
			t.session.log("announce failed", "tracker", tr.url, "reason", err)
			return
		}
		t.foundInSecond(r.Peers, client.FromTracker)
	})
}

// announceContext returns the context of an announce: the last one outlives the torrent.
func (t *Torrent) announceContext(e announce.Event) context.Context {
	if e == announce.Stopped {
		return t.closing
	}
	return t.ctx
}
