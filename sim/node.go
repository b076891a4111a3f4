package sim

import (
	"fmt"
	"time"

	"swarmsim/client"
	"swarmsim/client/wire"
	"swarmsim/prefetch"
	"swarmsim/sim/adversary"
	"swarmsim/sim/content"
	"swarmsim/sim/disk"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/scenario"
	"swarmsim/sim/viewer"
)

// node is a peer on its host. It passes the events of the host to the client and carries out the
// client's actions; its parts decide when the peer arrives and departs, announce it to the
// tracker, and keep its history for the record. What any message touches comes first.
type node struct {
	world       *world
	host        *netem.Host
	peer        *client.Peer  // while present
	departAt    time.Duration // engine.Never while that is not known
	changeAt    time.Duration // when the first change of script is due; engine.Never for none
	state       nodeState
	worker      uint8        // whose scratch memory the client uses
	adverse     bool         // adversary is not nil: most messages need not read it
	hasQuota    bool         // its group has a seed ratio
	quotaQueued bool         // the client has handed all that its seed ratio allows to the network
	nat         bool         // other peers cannot dial it
	logged      bool         // log is not nil
	announce    announceConn // begins within the first cache line

	group     int
	id        client.PeerID
	store     client.Store // while present
	disk      *disk.Disk   // in front of the store, if it takes time; nil otherwise
	lifetime  lifetime
	script    script
	history   history
	sybil     *sybil               // nil for a host that is a peer
	adversary *adversary.Adversary // around the client; nil for none
	viewer    *viewer.Viewer       // nil without playback
	log       *peerLog             // nil unless more than its events is logged
	index     int                  // in the collector's presentNodes
}

type nodeState uint8

const (
	notArrived nodeState = iota
	present
	gone
)

// isSeed reports whether the peer is a seed from the start.
func (n *node) isSeed() bool { return n.world.scenario.Groups[n.group].Seed }

// hasArrived reports whether the peer is or was present.
func (n *node) hasArrived() bool { return n.state == present || n.state == gone && n.history.arrived() }

// arrivalScheduled reports whether the peer has a time of arrival. It has none if it would arrive
// after the deadline, or is a sybil. An event of the scenario may still remove the peer before that
// time.
func (n *node) arrivalScheduled() bool { return n.lifetime.arriveAt != engine.Never }

// step passes an event to the client and carries out its actions.
func (n *node) step(e *client.Event) {
	if n.state != present {
		return
	}
	worker := n.host.Worker()
	s := n.world.scratch[worker]
	if uint8(worker) != n.worker {
		n.worker = uint8(worker)
		n.peer.Borrow(&s.client)
	}
	if n.adverse {
		s.actions = n.adversary.Step(n.host.Now(), e, s.actions[:0])
	} else {
		s.actions = n.peer.Step(n.host.Now(), e, s.actions[:0])
	}
	n.act(s.actions, &s.lines)
}

func (n *node) act(actions []client.Action, l *prefetch.List) {
	for i := range actions {
		if i%sendsAtOnce == 0 && len(actions) > 1 {
			n.prefetchSends(l, actions[i:])
		}
		a := &actions[i]
		switch a.Kind {
		case client.Send:
			n.send(netem.ConnID(a.Conn), &a.Message, n.adverse && n.adversary.IsCorrupt(i))
		case client.HangUp:
			n.host.Close(netem.ConnID(a.Conn))
		case client.Dial:
			if a.Holepunch { // our NAT lets the other side in, too, because we dial it
				n.host.Admit(hostOf(a.Addr), n.host.Now()+holeLifetime)
			}
			n.host.Dial(hostOf(a.Addr), n.world.settings[n.group].Timeouts.Handshake)
		case client.Announce:
			n.startAnnounce(a.Announce, a.NumWant)
		}
	}
}

// holeLifetime is how long a NAT keeps the mapping of a dial that is not answered: as long as Linux
// keeps an unreplied UDP connection (nf_conntrack_udp_timeout, 30 s).
const holeLifetime = 30 * time.Second

// send sends a message. corrupt marks a block whose content, which may be virtual, is corrupt.
func (n *node) send(c netem.ConnID, m *client.Message, corrupt bool) {
	if n.world.wireReal {
		decoded, err := wire.RoundTrip(*m)
		if err != nil {
			panic(fmt.Sprintf("sim: %v cannot be encoded and decoded: %v", m.Kind, err))
		}
		m = &decoded
	}
	if n.logged {
		n.log.onSend(n, c, m)
	}
	out := n.host.Compose(c, m.Size(), m.Kind == client.Piece, m.Data)
	out.Kind = uint8(m.Kind)
	out.X, out.Y, out.Z = m.Index, m.Begin, m.Length
	if corrupt {
		out.Flag = 1
	}
}

// A node is the netem.App of its host: Opened, DialFailed, Received, Sent and Closed pass the
// network's events on, to the client or to the current announce.

func (n *node) Opened(c netem.ConnID, remote engine.HostID, dialed bool) {
	if remote == trackerHost {
		if n.announce.uses(c) {
			sendHTTP(n.host, c, n.announce.request)
		} else {
			n.host.Close(c)
		}
		return
	}
	port := uint16(listenPort)
	if !dialed {
		port = dialPort
	}
	if n.state != present {
		n.host.Close(c)
		return
	}
	n.step(&client.Event{Kind: client.Opened, Conn: client.ConnID(c), Addr: addrOf(remote, port), Dialed: dialed})
	n.plan()
}

func (n *node) DialFailed(c netem.ConnID, remote engine.HostID) {
	if remote == trackerHost {
		if n.announce.conn == c {
			n.announceFailed()
		}
	} else {
		n.step(&client.Event{Kind: client.DialFailed, Addr: addrOf(remote, listenPort)})
	}
	n.plan()
}

func (n *node) Received(c netem.ConnID, m *netem.Message, blob []byte) {
	if m.Kind == httpMessage {
		n.announceAnswered(c, blob)
	} else {
		if m.Flag != 0 {
			n.markCorrupt(true)
		}
		e := client.Event{
			Kind: client.Received,
			Conn: client.ConnID(c),
			Message: client.Message{
				Kind:   client.Kind(m.Kind),
				Index:  m.X,
				Begin:  m.Y,
				Length: m.Z,
				Data:   blob,
			},
		}
		if n.logged {
			n.log.onReceived(n, c, &e.Message)
		}
		n.step(&e)
		if m.Flag != 0 {
			n.markCorrupt(false)
		}
	}
	n.plan()
}

// markCorrupt tells a store of virtual content whether the block that it is about to be given is
// corrupt.
func (n *node) markCorrupt(corrupt bool) {
	if s, virtual := n.store.(*content.VirtualStore); virtual {
		s.CorruptNext(corrupt)
	}
}

func (n *node) Sent(c netem.ConnID, m *netem.Message) {
	n.step(&client.Event{
		Kind:    client.Sent,
		Conn:    client.ConnID(c),
		Message: client.Message{Kind: client.Piece, Length: m.Z},
	})
	if n.state == present {
		n.checkQuota()
	}
	n.plan()
}

func (n *node) Closed(c netem.ConnID) {
	if n.announce.uses(c) {
		n.announceFailed()
	} else {
		n.step(&client.Event{Kind: client.Closed, Conn: client.ConnID(c)})
	}
	n.plan()
}

// plan schedules the host's next tick.
func (n *node) plan() { n.host.TickAt(n.nextTick()) }

func (n *node) nextTick() time.Duration {
	at := engine.Never
	switch n.state {
	case notArrived:
		at = n.lifetime.arriveAt
		if n.sybil != nil && !n.announce.active {
			at = n.sybil.due
		}
	case present:
		at = min(n.nextClientTick(), n.departAt)
		if n.disk != nil {
			at = min(at, n.disk.Next())
		}
	}
	if n.announce.active {
		at = min(at, n.announce.deadline)
	}
	if n.state != gone {
		at = min(at, n.changeAt)
	}
	return at
}

// Tick does everything that is due now.
func (n *node) Tick() {
	now := n.host.Now()
	for n.changeAt <= now && n.state != gone {
		n.applyChange(now)
	}
	if n.sybil != nil {
		n.registerSybil()
	} else if n.state == notArrived && now >= n.lifetime.arriveAt {
		n.start()
	}
	n.passDiskAnswers(now)
	if n.state == present && n.quotaQueued {
		n.departIfQuotaSent()
	}
	if n.state == present && now >= n.departAt {
		n.depart(n.lifetime.outcome(n.peer.Complete()))
	}
	if n.announce.expired(now) {
		n.host.Close(n.announce.conn)
		n.announceFailed()
	}
	if n.state == present && now >= n.nextClientTick() {
		n.step(&client.Event{Kind: client.Tick})
	}
	n.plan()
}

// passDiskAnswers tells the client what the disk has done.
func (n *node) passDiskAnswers(now time.Duration) {
	for n.disk != nil && n.state == present {
		e, due := n.disk.Pop(now)
		if !due {
			return
		}
		n.step(&e)
	}
}

// nextClientTick is when the client, or the adversary around it, wants a tick.
func (n *node) nextClientTick() time.Duration {
	if n.adverse {
		return n.adversary.NextTick()
	}
	return n.peer.NextTick()
}

// lastReceived is when a part of a message last arrived on a connection.
func (n *node) lastReceived(c client.ConnID) time.Duration { return n.host.LastPart(netem.ConnID(c)) }

// remote is the host at the other end of a connection.
func (n *node) remote(c client.ConnID) engine.HostID { return n.host.Remote(netem.ConnID(c)) }

// counters are what a peer has done, its adversary's part included.
type counters struct {
	client.Counters
	CorruptSent int64 // blocks sent corrupt
}

// clientCounters returns what a peer that is present has handed to the network and received.
func (n *node) clientCounters() counters {
	c := counters{Counters: n.peer.Counters()}
	if n.adversary != nil {
		own := n.adversary.Counters()
		c.CorruptSent = own.CorruptSent
		c.BlocksSent += own.BlocksSent
		c.BytesSent += own.BytesSent
	}
	return c
}

// counters returns what the peer has done so far, also after its departure. Over transports with
// send buffers a block that has only entered one does not count as sent: its connection may
// close first.
func (n *node) counters() counters {
	c := n.history.counters
	if n.state == present {
		c = n.clientCounters()
	}
	if n.world.scenario.Network.Transport != scenario.TransportIdeal {
		t := n.host.Traffic()
		header := client.Message{Kind: client.Piece}
		c.BlocksSent, c.BytesSent = t.Notified, t.NotifiedBytes-t.Notified*int64(header.Size())
	}
	return c
}
