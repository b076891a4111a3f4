package sim

import (
	"fmt"
	"time"

	"swarmsim/client"
	"swarmsim/client/wire"
	"swarmsim/prefetch"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// node is a peer on its host: the client, and the life the scenario gives it.
// What any message touches comes first.
type node struct {
	world  *world
	host   *netem.Host
	peer   *client.Peer  // while present
	leave  time.Duration // when it will leave; engine.Never for not yet known
	event  time.Duration // when the next of script is due, or engine.Never
	state  state
	worker uint8        // whose memory the client has borrowed
	talk   announceTalk // begins with what is left of the first cache line

	arrive time.Duration
	script []change // what the scenario's events do to it, in order
	group  int
	id     client.PeerID
	store  client.Store  // while present
	stay   time.Duration // after completion; engine.Never for good
	giveUp time.Duration // after arrival, without completion; engine.Never for good
	crash  bool          // leaves without a farewell
	gave   bool          // its client has handed over all that it gives
	sybils *sybils       // of a host that is not a peer; nil elsewhere
	nat    bool          // cannot be dialed

	last  client.Counters // once it is gone
	saw   client.Playback // likewise
	links []linkSince     // for the bound: its uplink over time
	fate  string
	place int // in watcher.present
	left  time.Duration
	done  time.Duration
	check verdict       // of its content, once it is gone
	ten   time.Duration // when it had ten pieces
	near  time.Duration // when it lacked ten
}

type state uint8

const (
	toCome state = iota
	present
	gone
)

// neverCameFate is that of a peer that an event took away before it came.
const neverCameFate = "never-came"

// change is an event of the scenario as it concerns one node.
type change struct {
	at     time.Duration
	action scenario.Action
	link   netem.Link
}

type linkSince struct {
	at   time.Duration
	link netem.Link
}

// next is when the node wants its next tick.
func (n *node) next() time.Duration {
	at := engine.Never
	switch n.state {
	case toCome:
		at = n.arrive
		if n.sybils != nil && !n.talk.busy {
			at = n.sybils.due
		}
	case present:
		at = min(n.peer.NextTick(), n.leave)
	}
	if n.talk.busy {
		at = min(at, n.talk.deadline)
	}
	if n.state != gone {
		at = min(at, n.event)
	}
	return at
}

// awaitEvent notes when the next of the script is due.
func (n *node) awaitEvent() {
	n.event = engine.Never
	if len(n.script) > 0 {
		n.event = n.script[0].at
	}
}

// step lets the client take an event and carries out what it answers.
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
	s.actions = n.peer.Step(n.host.Now(), e, s.actions[:0])
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
			n.send(netem.ConnID(a.Conn), &a.Message)
		case client.HangUp:
			n.host.Close(netem.ConnID(a.Conn))
		case client.Dial:
			n.host.Dial(hostOf(a.Addr), n.world.settings[n.group].Handshake)
		case client.Announce:
			n.announce(a.Announce, a.NumWant)
		}
	}
}

func (n *node) send(c netem.ConnID, m *client.Message) {
	if n.world.wireReal {
		decoded, err := wire.RoundTrip(*m)
		if err != nil {
			panic(fmt.Sprintf("sim: %v does not survive its bytes: %v", m.Kind, err))
		}
		m = &decoded
	}
	out := n.host.Compose(c, m.Size(), m.Kind == client.Piece, m.Data)
	out.Kind = uint8(m.Kind)
	out.X, out.Y, out.Z = m.Index, m.Begin, m.Length
	if m.Tainted {
		out.Flag = 1
	}
}

// Opened, DialFailed, Received, Sent and Closed hand on what the network says,
// to the client or to the talk with the tracker.

func (n *node) Opened(c netem.ConnID, remote engine.HostID, dialed bool) {
	if remote == trackerHost {
		if n.talk.busy && n.talk.conn == c {
			sendHTTP(n.host, c, n.talk.request)
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
		if n.talk.conn == c {
			n.announceFailed()
		}
	} else {
		n.step(&client.Event{Kind: client.DialFailed, Addr: addrOf(remote, listenPort)})
	}
	n.plan()
}

func (n *node) Received(c netem.ConnID, m *netem.Message, blob []byte) {
	if m.Kind == httpMessage {
		n.answered(c, blob)
	} else {
		n.step(&client.Event{Kind: client.Received, Conn: client.ConnID(c), Message: client.Message{
			Kind: client.Kind(m.Kind), Tainted: m.Flag != 0, Index: m.X, Begin: m.Y, Length: m.Z, Data: blob}})
	}
	n.plan()
}

func (n *node) Sent(c netem.ConnID, m *netem.Message) {
	n.step(&client.Event{Kind: client.Sent, Conn: client.ConnID(c), Message: client.Message{Kind: client.Piece, Length: m.Z}})
	n.plan()
}

func (n *node) Closed(c netem.ConnID) {
	if n.talk.busy && n.talk.conn == c {
		n.announceFailed()
	} else {
		n.step(&client.Event{Kind: client.Closed, Conn: client.ConnID(c)})
	}
	n.plan()
}

// plan asks the host for the next tick.
func (n *node) plan() { n.host.TickAt(n.next()) }

// Tick plays whatever is due.
func (n *node) Tick() {
	now := n.host.Now()
	for n.event <= now && n.state != gone {
		c := n.script[0]
		n.script = n.script[1:]
		n.awaitEvent()
		switch c.action {
		case scenario.ActionLink:
			n.host.SetLink(n.world.linkOf(c.link.UpBytesPerSec, c.link.DownBytesPerSec))
			n.links = append(n.links, linkSince{now, c.link})
			if n.state == present {
				n.peer.SetUplink(c.link.UpBytesPerSec)
			}
		case scenario.ActionCrash:
			n.goAway("crashed")
		case scenario.ActionLeave:
			n.goAway("left")
		}
	}
	if n.sybils != nil {
		n.registerDue()
	} else if n.state == toCome && now >= n.arrive {
		n.come()
	}
	if n.state == present && n.gave {
		n.leaveIfGiven()
	}
	if n.state == present && now >= n.leave {
		fate := "left"
		if !n.peer.Complete() {
			fate = "gave-up"
		}
		if n.crash {
			fate = "crashed"
		}
		n.goAway(fate)
	}
	if n.talk.busy && now >= n.talk.deadline {
		n.host.Close(n.talk.conn)
		n.announceFailed()
	}
	if n.state == present && now >= n.peer.NextTick() {
		n.step(&client.Event{Kind: client.Tick})
	}
	n.plan()
}

// come starts the client.
func (n *node) come() {
	w := n.world
	now := n.host.Now()
	g := &w.scenario.Groups[n.group]
	n.state, n.id = present, peerID(w.scenario.Seed, n.host.ID())
	n.host.Listen(!n.nat)
	n.store = w.content.NewStore(g.Seed)
	c := clientOf(w.scenario, g)
	choker, seedChoker := newChokers(c)
	uplink, _ := n.host.Rates()
	n.worker = uint8(n.host.Worker())
	n.peer = client.New(client.Config{
		Torrent: &w.content.Torrent, ID: n.id, Complete: g.Seed, Store: n.store,
		Rand:   random(w.scenario.Seed, streamHost, uint64(n.host.ID())<<1|1),
		Choker: choker, SeedChoker: seedChoker, Uplink: uplink, Picker: newPicker(c.Picker), Assign: newAssignment(c.Assignment), EndGame: newEndGame(c.EndGame), Backlog: w.rules[n.group], Swarm: w.copies.Of, SwarmIndex: w.copies.Index,
		Trace: n, Settings: &w.settings[n.group], Scratch: &w.scratch[n.worker].client,
		Heard: n.heard,
	})
	n.leave = engine.Never
	if g.Seed {
		n.leave = after(now, n.stay)
	} else {
		n.leave = after(now, n.giveUp)
	}
	n.tell(entry{kind: arrived})
}

func clientOf(s *scenario.Scenario, g *scenario.Group) *scenario.Client {
	if g.Client != nil {
		return g.Client
	}
	return &s.Client
}

// after is now plus d, where d may be for good.
func after(now, d time.Duration) time.Duration {
	if d == engine.Never {
		return d
	}
	return now + d
}

// leaveIfGiven has a peer leave once it has sent what it gives. Its client says
// when it has handed that to the network, where it may still wait in a send buffer.
func (n *node) leaveIfGiven() {
	if n.counters().BytesSent >= n.world.settings[n.group].GivesBytes {
		n.leave = min(n.leave, n.host.Now())
	}
}

// goAway ends the peer's life in the swarm.
func (n *node) goAway(fate string) {
	now := n.host.Now()
	if n.state == toCome { // it never comes
		n.state, n.fate = gone, neverCameFate
		n.tell(entry{kind: neverCame})
		return
	}
	if n.state != present {
		return
	}
	if fate == "crashed" {
		n.host.Off()
		n.talk = announceTalk{}
	} else {
		n.step(&client.Event{Kind: client.Leave})
		n.host.Listen(false)
	}
	n.takeAll()
	n.state, n.fate, n.left = gone, fate, now
	n.last, n.saw = n.peer.Counters(), n.peer.Playback(now)
	n.tell(entry{kind: wentAway})
}

// Note hears from the client what is of interest to the record.
func (n *node) Note(now time.Duration, what client.Note, conn client.ConnID, arg uint32) {
	switch what {
	case client.PieceDone:
		n.count(now)
		n.tell(entry{kind: pieceDone, piece: int32(arg)})
	case client.PieceFailed:
		n.tell(entry{kind: pieceFailed, piece: int32(arg)})
	case client.Finished:
		n.done = now
		n.leave = after(now, n.stay)
		n.tell(entry{kind: finished})
	case client.Given:
		n.gave = true
		n.leaveIfGiven()
	case client.Unchoked:
		n.tell(entry{kind: unchoked, other: n.remote(conn), piece: int32(arg)})
	case client.Choked:
		n.tell(entry{kind: choked, other: n.remote(conn)})
	case client.Slotted:
		n.tell(entry{kind: slotted, other: n.remote(conn), piece: int32(arg)})
	case client.Parted:
		n.take(conn)
		n.tell(entry{kind: parted, other: n.remote(conn)})
	case client.Met:
		if n.world.scenario.Record.Interest {
			n.tell(entry{kind: met, other: n.remote(conn)})
		}
	case client.Wanting:
		if n.world.scenario.Record.Interest {
			n.tell(entry{kind: wanting, other: n.remote(conn), piece: int32(arg)})
		}
	}
}

// heard is when a part of a message came last.
func (n *node) heard(c client.ConnID) time.Duration { return n.host.Heard(netem.ConnID(c)) }

// remote is who is at the other end of a connection.
func (n *node) remote(c client.ConnID) int32 { return int32(n.host.Remote(netem.ConnID(c))) }

// few is how many pieces the first and the last pieces are.
const few = 10

// count notes when the first and all but the last pieces are there.
func (n *node) count(now time.Duration) {
	have := n.peer.HaveCount()
	if have == few {
		n.ten = now
	}
	if have == n.world.content.Torrent.Pieces()-few {
		n.near = now
	}
}

func (n *node) tell(e entry) {
	e.at, e.host = n.host.Now(), n.host.ID()
	shard := &n.world.entries[n.host.Worker()]
	shard.list = append(shard.list, e)
}

// counters is what the peer has done, also when it is gone. Where there are send
// buffers, what has only got into one is not sent: its connection may end first.
func (n *node) counters() client.Counters {
	c := n.last
	if n.state == present {
		c = n.peer.Counters()
	}
	if n.world.scenario.Network.Transport != scenario.TransportIdeal {
		t := &n.host.Traffic
		header := client.Message{Kind: client.Piece}
		c.BlocksSent, c.BytesSent = t.Notable, t.NotableBytes-t.Notable*int64(header.Size())
	}
	return c
}

// row is the peer's line of the record.
func (n *node) row() record.PeerRow {
	c := n.counters()
	g := &n.world.scenario.Groups[n.group]
	fate := n.fate
	if n.state == present {
		fate = "stayed"
	}
	up, down := n.host.Rates()
	return record.PeerRow{
		Peer: int(n.host.ID()), Group: g.Name, Seed: g.Seed,
		UpBytesPerSec: up, DownBytesPerSec: down,
		Arrived: n.arrive, FirstPiece: c.FirstPiece, TenthPiece: n.ten, LastTen: n.near, Completed: n.done, Left: n.left, Fate: fate,
		UploadedBytes: c.BytesSent, DownloadedBytes: c.Bytes, Duplicate: c.Duplicate + c.Unwanted,
		FailedPieces: c.FailedPieces, CorruptSent: c.CorruptSent, Banned: c.Banned,
		WireUpBytes: n.host.Traffic.WireSent, WireDownBytes: n.host.Traffic.WireReceived,
	}
}
