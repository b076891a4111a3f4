package netem

import (
	"math/rand/v2"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/queue"
	"swarmsim/slab"
)

// App is what lives on a host. Its methods are called in the host's turn, at
// Host.Now, and may call the host back.
type App interface {
	// Opened: a connection to or from remote stands.
	Opened(c ConnID, remote engine.HostID, dialed bool)
	// DialFailed: nobody answered the dial, or it was refused.
	DialFailed(c ConnID, remote engine.HostID)
	// Received: a message came in; it is the network's again afterwards.
	Received(c ConnID, m *Message, blob []byte)
	// Sent: a message with Notify went out; where there are send buffers, into
	// the connection's. It is the network's again afterwards.
	Sent(c ConnID, m *Message)
	// Closed: the other end hung up.
	Closed(c ConnID)
	// Tick: the time asked for with TickAt has come.
	Tick()
}

// Traffic counts what went through a host, in bytes.
type Traffic struct {
	WireSent, WireReceived     int64 // on the links, headers and control packets included
	StreamSent, StreamReceived int64 // on the streams
	StreamLost                 int64 // arrived here for a connection or a host that was gone
	StreamDropped              int64 // lost here by a queue, or on a path from here
	Lost                       int64 // messages with Notify that were lost; only with Ideal
	Notable, NotableBytes      int64 // messages with Notify whose last byte has gone out, and their bytes; not with Ideal
}

// Host is one host's links and connections, an actor of the engine. What any
// packet touches comes first: see prefetch.go.
type Host struct {
	Net        *Net
	App        App
	prefetcher Prefetcher // app, if it implements it
	Clock      time.Duration
	tick       time.Duration
	Events     *engine.Window[Packet]
	UpRate     int64 // rates, bytes a second
	downRate   int64

	UpFree        time.Duration // when the uplink has sent what it was given
	downFree      time.Duration
	Self          engine.HostID
	isDown        bool
	smallLossless bool // lone messages are sure to arrive
	prefetch      prefetchState
	deadline      time.Duration // of the first dial or stall, or engine.Never
	downlink      downlinkQueue
	TxQueue       TxQueue // of connections for the uplink
	Conns         []Conn
	Nodes         []Node // nodes[0] is no node
	freeNodes     []uint32
	flows         [][]flow // slabs of flows, by slot; nil with Ideal
	Traffic       Traffic

	// What the transports that lose packets touch besides: see hotQueue.
	timers         timers                 // of flows
	fqCoDel        *queue.FQCoDel[queued] // the uplink's queue, if it is not first in, first out
	dropTail       queue.DropTail         // or if it is
	downQueueLimit int64                  // what the downlink's holds, 0 for any number
	scratch        Message                // that the application is being told of

	dials        []dial // by deadline
	stalls       []stall
	keys         uint32
	maxUnsent    uint32    // what a send buffer takes beyond what has gone, 0 for any amount
	discard      Message   // what is sent where nobody is
	dialWith     Transport // to dial with
	notListening bool
	behindNAT    bool
	freeConns    []uint32
	Blobs        Blobs

	// Where packets may be lost: all but Ideal.
	rand   *rand.Rand
	lossIn int64 // packets that pass before the next loss
}

type stall struct {
	until     time.Duration
	slot, key uint32
}

// NewHost returns a host with the given links, on which app will live. It
// accepts connections. The engine number comes with Start.
func NewHost(n *Net, l Link, app App) *Host {
	h := newHost()
	h.Net, h.App, h.dialWith = n, app, n.Transport
	h.prefetcher, _ = app.(Prefetcher)
	h.tick, h.deadline, h.downlink.next = engine.Never, engine.Never, engine.Never
	h.dropTail = queue.NewDropTail(0, n.Segment)
	if l.FairQueue {
		h.fqCoDel = &queue.FQCoDel[queued]{}
	}
	h.SetLink(l)
	return h
}

// Start tells the host its number in the engine, before the engine runs.
func (h *Host) Start(id engine.HostID) {
	h.Self = id
	if h.Net.Transport != Ideal {
		h.rand = rand.New(rand.NewPCG(h.Net.Seed, uint64(id)))
	}
	h.smallLossless = h.Net.smallLossless() && h.fqCoDel == nil
	if h.Net.Loss > 0 {
		h.lossIn = h.drawLossGap()
	}
}

// DialWith sets the transport of the connections that the host dials from now
// on. Neither it nor Net.Transport may be Ideal.
func (h *Host) DialWith(t Transport) { h.dialWith = t }

// ID is the host's number in the engine.
func (h *Host) ID() engine.HostID { return h.Self }

// Now is the time of the event being played.
func (h *Host) Now() time.Duration { return h.Clock }

// Worker is the worker that plays the turn; see engine.Window.Worker.
func (h *Host) Worker() int { return h.Events.Worker() }

// TickAt asks for one call of App.Tick at that time; engine.Never cancels.
func (h *Host) TickAt(at time.Duration) { h.tick = at }

// SetLink changes the links' rates, for all that they have not been given yet, and
// what the queues before them hold.
func (h *Host) SetLink(l Link) {
	h.UpRate, h.downRate = l.UpBytesPerSec, l.DownBytesPerSec
	h.dropTail.Limit, h.downQueueLimit = l.UpQueueBytes, l.DownQueueBytes
	if h.fqCoDel != nil {
		h.fqCoDel.Limit = l.UpQueueBytes
	}
}

// Rates are the links' present rates.
func (h *Host) Rates() (upBytesPerSec, downBytesPerSec int64) { return h.UpRate, h.downRate }

// Listen says whether connections are accepted.
func (h *Host) Listen(yes bool) { h.notListening = !yes }

// LimitUnsent bounds what the send buffers take beyond what has been sent
// (TCP_NOTSENT_LOWAT); 0 for the system's own measure. Not with Ideal.
func (h *Host) LimitUnsent(bytes uint32) { h.maxUnsent = bytes }

// BehindNAT says whether dials that the host does not accept are dropped in
// silence, as by a NAT or firewall, instead of refused.
func (h *Host) BehindNAT(yes bool) { h.behindNAT = yes }

// Off takes the host off the network at once, without a farewell: what arrives
// from now on is lost.
func (h *Host) Off() {
	for i := range h.Conns {
		if h.Conns[i].State != Free {
			h.release(uint32(i))
		}
	}
	h.isDown = true
	h.TxQueue.head, h.TxQueue.Len = 0, 0
	for i := range h.Conns {
		h.Conns[i].Queued = false
	}
}

// On brings a host that was off back, without connections.
func (h *Host) On() { h.isDown = false }

// PlayWindow plays what happens to the host in a window of the engine.
func (h *Host) PlayWindow(w *engine.Window[Packet]) time.Duration {
	h.Events = w
	end, arrival := w.End(), w.Peek()
	for {
		at, own := h.nextOwn()
		for arrival <= at && arrival != engine.Never {
			if h.admit() && h.downlink.next <= at {
				at, own = h.downlink.next, anArrival
			}
			arrival = w.Peek()
		}
		if at >= end {
			h.keep()
			return at
		}
		h.Clock = at
		h.play(own)
		if h.Net.Transport != Ideal {
			h.flush()
		}
	}
}

// ownEvent is what a host does when its time has come, whatever else arrives later.
type ownEvent uint8

const (
	anArrival   ownEvent = iota // a packet is through the downlink
	anUplink                    // the uplink has sent all it was given
	aFairUplink                 // likewise, where its queue is FQ-CoDel
	aTimer                      // a flow's timer has run out
	aDeadline                   // a dial has lasted too long, or a stall is over
	aTick                       // the application asked for it
)

// nextOwn is what the host does next if nothing arrives before. What comes
// first here goes first at the same time.
func (h *Host) nextOwn() (at time.Duration, own ownEvent) {
	at, own = h.downlink.next, anArrival
	if h.Net.Transport == Ideal {
		if h.TxQueue.Len > 0 && h.UpFree < at {
			at, own = h.UpFree, anUplink
		}
	} else {
		if h.fqCoDel != nil && h.fqCoDel.Len() > 0 && h.UpFree < at {
			at, own = h.UpFree, aFairUplink
		}
		if len(h.timers) > 0 && h.timers[0].at < at {
			at, own = h.timers[0].at, aTimer
		}
	}
	if h.deadline < at {
		at, own = h.deadline, aDeadline
	}
	if h.tick < at {
		at, own = h.tick, aTick
	}
	return at, own
}

func (h *Host) play(own ownEvent) {
	switch own {
	case anArrival:
		h.deliver()
	case anUplink:
		h.serveUplink()
	case aFairUplink:
		h.serveFQ()
	case aTimer:
		h.onTimer()
	case aDeadline:
		if len(h.dials) > 0 && h.dials[0].deadline == h.Clock {
			h.giveUpDial()
		} else {
			h.resume()
		}
	case aTick:
		h.runTick()
	}
}

// setDeadline finds the first deadline, as dials and stalls come and go.
func (h *Host) setDeadline() {
	h.deadline = engine.Never
	if len(h.dials) > 0 {
		h.deadline = h.dials[0].deadline
	}
	if len(h.stalls) > 0 {
		h.deadline = min(h.deadline, h.stalls[0].until)
	}
}

func (h *Host) runTick() {
	h.tick = engine.Never
	h.App.Tick()
}

// Send queues a message at a connection. The host owns blob from now on.
func (h *Host) Send(id ConnID, m *Message, blob []byte) {
	*h.Compose(id, m.Bytes, m.Notify, blob) = *m
}

// Compose queues a message as Send does, and returns it, whose size and Notify are set:
// the rest is for the caller to fill in, before anything else happens on the host. So
// it is written where it will be read. A copy of what has just been written in parts
// would wait until the processor has stored them.
func (h *Host) Compose(id ConnID, bytes uint32, notify bool, blob []byte) *Message {
	c := &h.Conns[id]
	m := &h.discard
	if c.State == Open {
		m = h.stow(c, uint32(id), bytes, notify, blob)
	}
	*m = Message{}
	m.Bytes, m.Notify = bytes, notify
	return m
}

// stow finds room for a new message: in a packet, in the line for the uplink, or
// in its connection's queue.
func (h *Host) stow(c *Conn, slot, bytes uint32, notify bool, blob []byte) *Message {
	var m *Message
	switch {
	case notify:
	case h.smallLossless:
		m = h.sendSmall(c, slot, bytes, blob)
	case h.Net.Express:
		m = h.express(c, blob)
	case h.Net.Transport == Ideal && blob == nil:
		m = h.sendInTxQueue(c, slot, bytes)
	}
	if m == nil {
		m = h.queueUp(c, slot, blob)
	}
	return m
}

// queueUp puts a message behind those that wait at a connection.
func (h *Host) queueUp(c *Conn, slot uint32, blob []byte) *Message {
	n := h.NewNode()
	x := &h.Nodes[n]
	x.Next = 0
	if blob != nil {
		x.Blob = h.Blobs.Put(blob)
	}
	if h.Net.Transport != Ideal {
		h.flow(slot).onQueued(h.Nodes, n, c.Tail, c.Head != 0)
	}
	if c.Head == 0 {
		c.Head = n
	} else {
		h.Nodes[c.Tail].Next = n
	}
	c.Tail = n
	h.enqueue(c, slot)
	return &x.Message
}

// newNode takes a node from the pool.
func (h *Host) NewNode() uint32 {
	if free := len(h.freeNodes); free > 0 {
		n := h.freeNodes[free-1]
		h.freeNodes = h.freeNodes[:free-1]
		return n
	}
	h.Nodes = append(h.Nodes, Node{})
	return uint32(len(h.Nodes) - 1)
}

// Close hangs up. What is queued is dropped, what is in flight still arrives.
func (h *Host) Close(id ConnID) {
	c := &h.Conns[id]
	if c.State == Free || c.State == Closing {
		return
	}
	h.drop(uint32(id))
	if c.State == Dialing { // the other end knows nothing of us, or a SYN-ACK will find nobody
		h.release(uint32(id))
		return
	}
	h.hangUp(uint32(id))
}

// hangUp leaves nothing to do on a connection but its FIN.
func (h *Host) hangUp(slot uint32) {
	c := &h.Conns[slot]
	c.State, c.ControlDue, c.Stalled = Closing, true, false
	h.enqueue(c, slot)
}

func (h *Host) alloc(remote engine.HostID, s State) uint32 {
	var slot uint32
	if n := len(h.freeConns); n > 0 {
		slot = h.freeConns[n-1]
		h.freeConns = h.freeConns[:n-1]
	} else {
		slot = uint32(len(h.Conns))
		h.Conns = append(h.Conns, Conn{})
	}
	h.keys++
	c := &h.Conns[slot]
	// A slot may still stand in the ready line from its last use.
	*c = Conn{Remote: remote, Key: h.keys, State: s, Transport: h.dialWith, Delay: h.Net.Delay(h.Self, remote), Queued: c.Queued}
	if h.Net.Transport != Ideal {
		if int(slot) == len(h.flows)*slab.Len {
			h.flows = append(h.flows, slab.Make[flow]())
		}
		h.flow(slot).init(h.dialWith)
	}
	return slot
}

func (h *Host) release(slot uint32) {
	c := &h.Conns[slot]
	h.drop(slot)
	c.State = Free
	h.freeConns = append(h.freeConns, slot)
}

// drop empties a connection's queue.
func (h *Host) drop(slot uint32) {
	c := &h.Conns[slot]
	for n := c.Head; n != 0; {
		n = h.FreeMessage(n)
	}
	c.Head, c.Tail, c.HeadSent, c.InTxQueue = 0, 0, 0, false
	if h.Net.Transport != Ideal {
		h.dropFlow(h.flow(slot))
	}
}

// dropFlow forgets what was sent and not acknowledged, and what arrived ahead.
func (h *Host) dropFlow(f *flow) {
	for ; f.firstUnacked < len(f.unacked); f.firstUnacked++ {
		if n := f.unacked[f.firstUnacked].node; n != 0 {
			h.FreeMessage(n)
		}
	}
	for i := range f.oooMessages {
		h.Blobs.Take(f.oooMessages[i].blob)
	}
	f.oooMessages, f.outOfOrder, f.unbuffered, f.hasHole, f.headIsLarge = f.oooMessages[:0], f.outOfOrder[:0], 0, false, false
}

// freeMessage puts a node back into the pool and returns the one behind it.
func (h *Host) FreeMessage(n uint32) (next uint32) {
	x := &h.Nodes[n]
	next = x.Next
	if x.Blob != 0 {
		h.Blobs.Take(x.Blob)
		x.Blob = 0
	}
	h.freeNodes = append(h.freeNodes, n)
	return next
}

// Undelivered counts the messages with Notify that went out on the open
// connections and have not arrived. Only between windows, and not with Ideal;
// at finds a host.
func (h *Host) Undelivered(at func(engine.HostID) *Host) int64 {
	n := int64(0)
	for slot := range h.Conns {
		c := &h.Conns[slot]
		if c.State != Open {
			continue
		}
		other := at(c.Remote)
		if int(c.RemoteConn) >= len(other.Conns) || other.Conns[c.RemoteConn].Key != c.RemoteKey || other.Conns[c.RemoteConn].State != Open {
			continue
		}
		f, expected := h.flow(uint32(slot)), other.flow(c.RemoteConn).rcvNxt
		for i := f.firstUnacked; i < len(f.unacked); i++ {
			if r := &f.unacked[i]; r.node != 0 && h.Nodes[r.node].Message.Notify && before(expected, r.end()) {
				n++
			}
		}
	}
	return n
}

// Remote is the host at the other end of a connection.
func (h *Host) Remote(id ConnID) engine.HostID { return h.Conns[id].Remote }

// Heard is when a part of a message, and not the end of it, came last on a
// connection, to a second or so.
func (h *Host) Heard(id ConnID) time.Duration {
	return time.Duration(h.Conns[id].LastPart) << lastPartShift
}
