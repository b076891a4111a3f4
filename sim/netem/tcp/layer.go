package tcp

import (
	"math/rand/v2"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/queue"
	"swarmsim/sim/netem/stack"
	"swarmsim/slab"
)

// Layer is a host's TCP: the flows of its connections, their timers, and the queue before
// the uplink.
type Layer struct {
	*stack.Stack

	flows         [][]flow // slabs, by slot
	timers        timers
	fqCoDel       *queue.FQCoDel[queued] // the uplink's queue, if it is FQ-CoDel
	dropTail      queue.DropTail         // or if it is first in, first out
	smallLossless bool                   // small messages are never lost: see smallmsg.go

	scratch   packet.Message // the message that App.Sent is called with
	maxUnsent uint32         // most bytes in a send buffer that are not sent yet, 0 for no limit
	rand      *rand.Rand
	lossIn    int64 // packets that pass before the next loss
}

// Setup makes l the transport of a host. If fair, the uplink's queue is FQ-CoDel. The caller
// allocates l, beside what else a packet touches of the host.
func (l *Layer) Setup(s *stack.Stack, fair bool) {
	l.Stack, l.dropTail = s, queue.NewDropTail(0, s.Net.Segment)
	if fair {
		l.fqCoDel = &queue.FQCoDel[queued]{}
	}
}

// Start is called once the host's ID is known.
func (l *Layer) Start() {
	l.rand = rand.New(rand.NewPCG(l.Net.Seed, uint64(l.ID)))
	l.smallLossless = smallLossless(l.Net) && l.fqCoDel == nil
	if l.Net.Loss > 0 {
		l.lossIn = l.drawLossGap()
	}
}

// LimitQueue sets the limit of the uplink's queue, 0 for none.
func (l *Layer) LimitQueue(bytes int64) {
	l.dropTail.Limit = bytes
	if l.fqCoDel != nil {
		l.fqCoDel.Limit = bytes
	}
}

// LimitUnsent bounds the bytes in a send buffer that are not sent yet
// (TCP_NOTSENT_LOWAT); 0 for no limit.
func (l *Layer) LimitUnsent(bytes uint32) { l.maxUnsent = bytes }

// Init starts the flow of a new connection.
func (l *Layer) Init(slot uint32) {
	if int(slot) == len(l.flows)*slab.Len {
		l.flows = append(l.flows, slab.Make[flow]())
	}
	l.flow(slot).init(l.Conns[slot].Transport)
}

// flow returns the flow of a connection.
func (l *Layer) flow(slot uint32) *flow { return &l.flows[slot/slab.Len][slot%slab.Len] }

// Dialed is called for a SYN-ACK, of which the first establishes the connection. If
// another one arrives, the acceptor has missed the answer to the first.
func (l *Layer) Dialed(slot uint32, first bool) {
	if first {
		l.flow(slot).onEstablished(l.Now)
	}
	l.Conns[slot].AckDue = true
	l.flow(slot).unackedPackets = 1
	l.Queue(slot)
}

// Established is called for the first packet after a SYN-ACK that was sent.
func (l *Layer) Established(slot uint32) { l.flow(slot).onEstablished(l.Now) }

// Drop forgets what a connection has to send, what it has sent, and what has arrived out
// of order.
func (l *Layer) Drop(slot uint32) {
	l.DropQueue(&l.Conns[slot])
	f := l.flow(slot)
	for ; f.firstUnacked < len(f.unacked); f.firstUnacked++ {
		if n := f.unacked[f.firstUnacked].node; n != 0 {
			l.FreeNode(n)
		}
	}
	for i := range f.oooMessages {
		l.Blobs.Take(f.oooMessages[i].blob)
	}
	f.oooMessages, f.outOfOrder = f.oooMessages[:0], f.outOfOrder[:0]
	f.unbuffered, f.hasHole, f.headIsLarge = 0, false, false
}

// Compose queues a message, which the caller fills in.
func (l *Layer) Compose(c *stack.Conn, slot, bytes uint32, notify bool, blob []byte) *packet.Message {
	if !notify && l.smallLossless {
		if m := l.sendSmall(c, slot, bytes, blob); m != nil {
			return m
		}
	}
	n := l.NewNode(blob)
	l.flow(slot).onQueued(l.Nodes, n, c.Tail, c.Head != 0)
	l.Append(c, n)
	l.Queue(slot)
	return &l.Nodes[n].Message
}

// Queue puts a connection into TxQueue. It is served when the present event has been
// played.
func (l *Layer) Queue(slot uint32) {
	if c := &l.Conns[slot]; !c.Queued {
		c.Queued = true
		l.TxQueue.Push().Conn = slot
	}
}

// Flush serves the connections in TxQueue. It follows every event, so that all that the
// event has caused to be sent leaves together.
func (l *Layer) Flush() {
	for l.TxQueue.Len() > 0 {
		l.prefetchBehind()
		slot := l.Dequeue().Conn
		if l.Conns[slot].State != stack.Free {
			l.sendPending(slot)
		}
	}
}

// Resume does nothing: what was sent across a split is lost, and timers send it again.
func (l *Layer) Resume(uint32) {}

// Next is when Play is to be called, or engine.Never.
func (l *Layer) Next() time.Duration {
	at := engine.Never
	if l.fqCoDel != nil && l.fqCoDel.Len() > 0 {
		at = l.UpFree
	}
	if len(l.timers) > 0 {
		at = min(at, l.timers[0].at)
	}
	return at
}

// Play serves the uplink if it is free, or else the first timer.
func (l *Layer) Play() {
	if l.fqCoDel != nil && l.fqCoDel.Len() > 0 && l.UpFree <= l.Now {
		l.serveFQ()
		return
	}
	l.onTimer()
}

// Expected is the next sequence number that a connection expects.
func (l *Layer) Expected(slot uint32) uint32 { return l.flow(slot).rcvNxt }

// Undelivered is how many messages with Notify have been sent and not received, where the
// other end expects that sequence number next.
func (l *Layer) Undelivered(slot, expected uint32) (n int64) {
	f := l.flow(slot)
	for i := f.firstUnacked; i < len(f.unacked); i++ {
		if r := &f.unacked[i]; r.node != 0 && l.Nodes[r.node].Message.Notify && before(expected, r.end()) {
			n++
		}
	}
	return n
}

// InUplinkQueue is how many stream bytes wait in FQ-CoDel.
func (l *Layer) InUplinkQueue() int64 {
	if l.fqCoDel == nil {
		return 0
	}
	return l.fqCoDel.StreamBytes()
}
