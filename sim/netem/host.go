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
	net        *Net
	app        App
	prefetcher Prefetcher // app, if it implements it
	now        time.Duration
	tick       time.Duration
	events     *engine.Window[Packet]
	up         int64 // rates, bytes a second
	down       int64

	upFree   time.Duration // when the uplink has sent what it was given
	downFree time.Duration
	id       engine.HostID
	off      bool
	sure     bool // lone messages are sure to arrive
	prefetch prefetchState
	deadline time.Duration // of the first dial or stall, or engine.Never
	arriving inbound
	line     lineup // of connections for the uplink
	conns    []conn
	nodes    []node // nodes[0] is no node
	freeNode []uint32
	flows    [][]flow // slabs of flows, by slot; nil with Ideal
	Traffic  Traffic

	// What the transports that lose packets touch besides: see hotQueue.
	timers    timers                 // of flows
	fair      *queue.FQCoDel[queued] // the uplink's queue, if it is not first in, first out
	queue     queue.DropTail         // or if it is
	downQueue int64                  // what the downlink's holds, 0 for any number
	told      Message                // that the application is being told of

	dials     []dial // by deadline
	stalls    []stall
	keys      uint32
	unsent    uint32    // what a send buffer takes beyond what has gone, 0 for any amount
	unheard   Message   // what is sent where nobody is
	transport Transport // to dial with
	deaf      bool
	nat       bool
	freeConn  []uint32
	blobs     blobs

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
	h.net, h.app, h.transport = n, app, n.Transport
	h.prefetcher, _ = app.(Prefetcher)
	h.tick, h.deadline, h.arriving.next = engine.Never, engine.Never, engine.Never
	h.queue = queue.NewDropTail(0, n.Segment)
	if l.FairQueue {
		h.fair = &queue.FQCoDel[queued]{}
	}
	h.SetLink(l)
	return h
}

// Start tells the host its number in the engine, before the engine runs.
func (h *Host) Start(id engine.HostID) {
	h.id = id
	if h.net.Transport != Ideal {
		h.rand = rand.New(rand.NewPCG(h.net.Seed, uint64(id)))
	}
	h.sure = h.net.makesSure() && h.fair == nil
	if h.net.Loss > 0 {
		h.lossIn = h.gap()
	}
}

// DialWith sets the transport of the connections that the host dials from now
// on. Neither it nor Net.Transport may be Ideal.
func (h *Host) DialWith(t Transport) { h.transport = t }

// ID is the host's number in the engine.
func (h *Host) ID() engine.HostID { return h.id }

// Now is the time of the event being played.
func (h *Host) Now() time.Duration { return h.now }

// Worker is the worker that plays the turn; see engine.Window.Worker.
func (h *Host) Worker() int { return h.events.Worker() }

// TickAt asks for one call of App.Tick at that time; engine.Never cancels.
func (h *Host) TickAt(at time.Duration) { h.tick = at }

// SetLink changes the links' rates, for all that they have not been given yet, and
// what the queues before them hold.
func (h *Host) SetLink(l Link) {
	h.up, h.down = l.UpBytesPerSec, l.DownBytesPerSec
	h.queue.Limit, h.downQueue = l.UpQueueBytes, l.DownQueueBytes
	if h.fair != nil {
		h.fair.Limit = l.UpQueueBytes
	}
}

// Rates are the links' present rates.
func (h *Host) Rates() (upBytesPerSec, downBytesPerSec int64) { return h.up, h.down }

// Listen says whether connections are accepted.
func (h *Host) Listen(yes bool) { h.deaf = !yes }

// LimitUnsent bounds what the send buffers take beyond what has been sent
// (TCP_NOTSENT_LOWAT); 0 for the system's own measure. Not with Ideal.
func (h *Host) LimitUnsent(bytes uint32) { h.unsent = bytes }

// BehindNAT says whether dials that the host does not accept are dropped in
// silence, as by a NAT or firewall, instead of refused.
func (h *Host) BehindNAT(yes bool) { h.nat = yes }

// Off takes the host off the network at once, without a farewell: what arrives
// from now on is lost.
func (h *Host) Off() {
	for i := range h.conns {
		if h.conns[i].state != free {
			h.release(uint32(i))
		}
	}
	h.off = true
	h.line.head, h.line.n = 0, 0
	for i := range h.conns {
		h.conns[i].ready = false
	}
}

// On brings a host that was off back, without connections.
func (h *Host) On() { h.off = false }

// PlayWindow plays what happens to the host in a window of the engine.
func (h *Host) PlayWindow(w *engine.Window[Packet]) time.Duration {
	h.events = w
	end, arrival := w.End(), w.Peek()
	for {
		at, own := h.nextOwn()
		for arrival <= at && arrival != engine.Never {
			if h.admit() && h.arriving.next <= at {
				at, own = h.arriving.next, anArrival
			}
			arrival = w.Peek()
		}
		if at >= end {
			h.keep()
			return at
		}
		h.now = at
		h.play(own)
		if h.net.Transport != Ideal {
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
	at, own = h.arriving.next, anArrival
	if h.net.Transport == Ideal {
		if h.line.n > 0 && h.upFree < at {
			at, own = h.upFree, anUplink
		}
	} else {
		if h.fair != nil && h.fair.Len() > 0 && h.upFree < at {
			at, own = h.upFree, aFairUplink
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
		h.serve()
	case aFairUplink:
		h.serveFair()
	case aTimer:
		h.wake()
	case aDeadline:
		if len(h.dials) > 0 && h.dials[0].deadline == h.now {
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
	h.app.Tick()
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
	c := &h.conns[id]
	m := &h.unheard
	if c.state == open {
		m = h.stow(c, uint32(id), bytes, notify, blob)
	}
	*m = Message{}
	m.Bytes, m.Notify = bytes, notify
	return m
}

// stow finds room for a new message: in a packet, in the line for the uplink, or
// in its connection's queue.
func (h *Host) stow(c *conn, slot, bytes uint32, notify bool, blob []byte) *Message {
	var m *Message
	switch {
	case notify:
	case h.sure:
		m = h.sendLone(c, slot, bytes, blob)
	case h.net.Express:
		m = h.express(c, blob)
	case h.net.Transport == Ideal && blob == nil:
		m = h.sendInLine(c, slot, bytes)
	}
	if m == nil {
		m = h.queueUp(c, slot, blob)
	}
	return m
}

// queueUp puts a message behind those that wait at a connection.
func (h *Host) queueUp(c *conn, slot uint32, blob []byte) *Message {
	n := h.newNode()
	x := &h.nodes[n]
	x.next = 0
	if blob != nil {
		x.blob = h.blobs.put(blob)
	}
	if h.net.Transport != Ideal {
		h.flow(slot).queued(h.nodes, n, c.tail, c.head != 0)
	}
	if c.head == 0 {
		c.head = n
	} else {
		h.nodes[c.tail].next = n
	}
	c.tail = n
	h.enqueue(c, slot)
	return &x.message
}

// newNode takes a node from the pool.
func (h *Host) newNode() uint32 {
	if free := len(h.freeNode); free > 0 {
		n := h.freeNode[free-1]
		h.freeNode = h.freeNode[:free-1]
		return n
	}
	h.nodes = append(h.nodes, node{})
	return uint32(len(h.nodes) - 1)
}

// Close hangs up. What is queued is dropped, what is in flight still arrives.
func (h *Host) Close(id ConnID) {
	c := &h.conns[id]
	if c.state == free || c.state == closing {
		return
	}
	h.drop(uint32(id))
	if c.state == dialing { // the other end knows nothing of us, or a SYN-ACK will find nobody
		h.release(uint32(id))
		return
	}
	h.hangUp(uint32(id))
}

// hangUp leaves nothing to do on a connection but its FIN.
func (h *Host) hangUp(slot uint32) {
	c := &h.conns[slot]
	c.state, c.greet, c.stalled = closing, true, false
	h.enqueue(c, slot)
}

func (h *Host) alloc(remote engine.HostID, s connState) uint32 {
	var slot uint32
	if n := len(h.freeConn); n > 0 {
		slot = h.freeConn[n-1]
		h.freeConn = h.freeConn[:n-1]
	} else {
		slot = uint32(len(h.conns))
		h.conns = append(h.conns, conn{})
	}
	h.keys++
	c := &h.conns[slot]
	// A slot may still stand in the ready line from its last use.
	*c = conn{remote: remote, key: h.keys, state: s, transport: h.transport, delay: h.net.Delay(h.id, remote), ready: c.ready}
	if h.net.Transport != Ideal {
		if int(slot) == len(h.flows)*slab.Len {
			h.flows = append(h.flows, slab.Make[flow]())
		}
		h.flow(slot).reset(h.transport)
	}
	return slot
}

func (h *Host) release(slot uint32) {
	c := &h.conns[slot]
	h.drop(slot)
	c.state = free
	h.freeConn = append(h.freeConn, slot)
}

// drop empties a connection's queue.
func (h *Host) drop(slot uint32) {
	c := &h.conns[slot]
	for n := c.head; n != 0; {
		n = h.freeMessage(n)
	}
	c.head, c.tail, c.headSent, c.inLine = 0, 0, 0, false
	if h.net.Transport != Ideal {
		h.dropFlow(h.flow(slot))
	}
}

// dropFlow forgets what was sent and not acknowledged, and what arrived ahead.
func (h *Host) dropFlow(f *flow) {
	for ; f.first < len(f.sent); f.first++ {
		if n := f.sent[f.first].node; n != 0 {
			h.freeMessage(n)
		}
	}
	for i := range f.endings {
		h.blobs.take(f.endings[i].blob)
	}
	f.endings, f.ahead, f.untaken, f.holes, f.large = f.endings[:0], f.ahead[:0], 0, false, false
}

// freeMessage puts a node back into the pool and returns the one behind it.
func (h *Host) freeMessage(n uint32) (next uint32) {
	x := &h.nodes[n]
	next = x.next
	if x.blob != 0 {
		h.blobs.take(x.blob)
		x.blob = 0
	}
	h.freeNode = append(h.freeNode, n)
	return next
}

// Undelivered counts the messages with Notify that went out on the open
// connections and have not arrived. Only between windows, and not with Ideal;
// at finds a host.
func (h *Host) Undelivered(at func(engine.HostID) *Host) int64 {
	n := int64(0)
	for slot := range h.conns {
		c := &h.conns[slot]
		if c.state != open {
			continue
		}
		other := at(c.remote)
		if int(c.remoteConn) >= len(other.conns) || other.conns[c.remoteConn].key != c.remoteKey || other.conns[c.remoteConn].state != open {
			continue
		}
		f, expected := h.flow(uint32(slot)), other.flow(c.remoteConn).expected
		for i := f.first; i < len(f.sent); i++ {
			if r := &f.sent[i]; r.node != 0 && h.nodes[r.node].message.Notify && before(expected, r.end()) {
				n++
			}
		}
	}
	return n
}

// Remote is the host at the other end of a connection.
func (h *Host) Remote(id ConnID) engine.HostID { return h.conns[id].remote }

// Heard is when a part of a message, and not the end of it, came last on a
// connection, to a second or so.
func (h *Host) Heard(id ConnID) time.Duration { return time.Duration(h.conns[id].heard) << heardGrain }
