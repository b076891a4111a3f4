package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/netem"
	"swarmsim/tracker"
)

// announceTalk is an announce under way.
type announceTalk struct {
	busy     bool
	conn     netem.ConnID
	deadline time.Duration

	event   client.AnnounceEvent
	numWant int
	request []byte
}

// announce asks the tracker, over a connection of its own. A newer announce
// replaces one under way.
func (n *node) announce(e client.AnnounceEvent, numWant int) {
	t := &n.talk
	if t.busy {
		n.host.Close(t.conn)
	}
	c := n.peer.Counters()
	left := n.world.content.Torrent.Length - c.Bytes
	if n.peer.Complete() {
		left = 0
	}
	r := tracker.Request{
		InfoHash: n.world.content.Torrent.InfoHash, PeerID: n.id,
		Addr: addrOf(n.host.ID(), listenPort), Uploaded: c.BytesSent, Downloaded: c.Bytes, Left: max(left, 0),
		Event: trackerEvents[e], NumWant: numWant,
	}
	if !n.peer.Complete() {
		r.Left = max(r.Left, 1)
	}
	*t = announceTalk{event: e, numWant: numWant, request: r.AppendHTTP(nil)}
	n.dialTracker()
}

// dialTracker begins a talk with the tracker. Half of the time that it may take
// is for the connection, as is half of its four ways, or what the client gives
// any connection, if that is more.
func (n *node) dialTracker() {
	t, timeout := &n.talk, n.world.announceTimeout
	t.busy, t.deadline = true, n.host.Now()+timeout
	t.conn = n.host.Dial(trackerHost, max(n.world.settings[n.group].Handshake, timeout/2))
}

var trackerEvents = [...]tracker.Event{
	client.Regular: tracker.None, client.Started: tracker.Started,
	client.Completed: tracker.Completed, client.Stopped: tracker.Stopped,
}

// answered takes the tracker's answer to the client.
func (n *node) answered(c netem.ConnID, data []byte) {
	if !n.talk.busy || n.talk.conn != c {
		return
	}
	n.host.Close(c)
	n.talk = announceTalk{}
	if n.sybils != nil {
		n.sybils.registered(n.host.Now(), n.world.scenario.Tracker.Interval.Std())
		return
	}
	r, err := tracker.ParseResponse(data)
	if err != nil || r.Failure != "" {
		n.step(&client.Event{Kind: client.AnnounceFailed})
		return
	}
	n.step(&client.Event{Kind: client.Announced, Reply: &client.AnnounceReply{
		Interval: r.Interval, MinInterval: r.MinInterval, Peers: r.Peers}})
}

func (n *node) announceFailed() {
	n.talk = announceTalk{}
	if n.sybils != nil {
		n.sybils.due = n.host.Now() + retrySybil
		return
	}
	n.step(&client.Event{Kind: client.AnnounceFailed})
}
