package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/netem"
	"swarmsim/tracker"
)

// announceConn is the current announce and its connection. As with an HTTP tracker, each announce
// has a connection of its own.
type announceConn struct {
	active   bool
	conn     netem.ConnID
	deadline time.Duration // for the tracker's answer
	request  []byte
}

// uses reports whether c is the connection of the current announce.
func (a *announceConn) uses(c netem.ConnID) bool { return a.active && a.conn == c }

// expired reports whether the tracker has not answered in time.
func (a *announceConn) expired(now time.Duration) bool { return a.active && now >= a.deadline }

// dial starts an announce. Its connection may take half of the timeout, because two of the four
// one-way latencies of an announce are the handshake's; it may take longer if the client's
// handshake timeout is longer.
func (a *announceConn) dial(h *netem.Host, request []byte, handshake, timeout time.Duration) {
	*a = announceConn{active: true, deadline: h.Now() + timeout, request: request}
	a.conn = h.Dial(trackerHost, max(handshake, timeout/2))
}

// dialTracker sends a request to the tracker over a new connection.
func (n *node) dialTracker(r tracker.Request) {
	n.announce.dial(n.host, r.AppendHTTP(nil), n.world.settings[n.group].Timeouts.Handshake, n.world.announceTimeout)
}

// startAnnounce announces the peer to the tracker. It replaces the current announce.
func (n *node) startAnnounce(e client.AnnounceEvent, numWant int) {
	if n.announce.active {
		n.host.Close(n.announce.conn)
	}
	torrent, c := &n.world.content.Torrent, n.peer.Counters()
	n.dialTracker(tracker.Request{
		InfoHash:   torrent.InfoHash,
		PeerID:     n.id,
		Addr:       addrOf(n.host.ID(), listenPort),
		Uploaded:   c.BytesSent,
		Downloaded: c.Bytes,
		Left:       bytesLeft(torrent.Length, c.Bytes, n.peer.Complete()),
		Event:      trackerEvents[e],
		NumWant:    numWant,
	})
}

// bytesLeft is the announce's "left" (BEP 3). The tracker takes a peer with 0 bytes left for a
// seed, so it is at least 1 until the last piece is verified.
func bytesLeft(length, useful int64, complete bool) int64 {
	if complete {
		return 0
	}
	return max(length-useful, 1)
}

var trackerEvents = [...]tracker.Event{
	client.Regular:   tracker.None,
	client.Started:   tracker.Started,
	client.Completed: tracker.Completed,
	client.Stopped:   tracker.Stopped,
}

// announceAnswered passes the tracker's answer to the client.
func (n *node) announceAnswered(c netem.ConnID, data []byte) {
	if !n.announce.uses(c) {
		return
	}
	n.host.Close(c)
	n.announce = announceConn{}
	if n.sybil != nil {
		n.sybil.registered(n.host.Now(), n.world.scenario.Tracker.Interval.Std())
		return
	}
	r, err := tracker.ParseResponse(data)
	if err != nil || r.Failure != "" {
		n.step(&client.Event{Kind: client.AnnounceFailed})
		return
	}
	n.step(&client.Event{Kind: client.Announced, Reply: &client.AnnounceReply{
		Interval:    r.Interval,
		MinInterval: r.MinInterval,
		Peers:       r.Peers,
	}})
}

// announceFailed ends an announce that the tracker has not answered.
func (n *node) announceFailed() {
	n.announce = announceConn{}
	if n.sybil != nil {
		n.sybil.due = n.host.Now() + sybilRetry
		return
	}
	n.step(&client.Event{Kind: client.AnnounceFailed})
}
