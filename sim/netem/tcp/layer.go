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

// Layer is the transport of a host whose connections use TCP, with CUBIC or Reno, or uTP with
// LEDBAT: the flows of its connections, their timers, and the uplink queue.
type Layer struct {
	*stack.Stack

	flows         [][]flow // slabs, by slot
	timers        timers
	fqCoDel       *queue.FQCoDel[queued] // the uplink queue, if it is FQ-CoDel
	dropTail      queue.DropTail         // the uplink queue otherwise: tail-drop FIFO
	smallLossless bool                   // small messages are never lost: see smallmsg.go

	scratch          packet.Message // the message that App.Sent is called with
	maxUnsent        uint32         // most bytes in a send buffer that are not sent yet, 0 for no limit
	rand             *rand.Rand
	packetsUntilLoss int64 // packets that arrive before the next one is lost
}

// Setup makes l the transport of a host. useFQCoDel selects the uplink queue. The caller
// allocates l next to the host, because a packet touches both.
func (l *Layer) Setup(s *stack.Stack, useFQCoDel bool) {
	l.Stack, l.dropTail = s, queue.NewDropTail(0, s.Net.Segment)
	if useFQCoDel {
		l.fqCoDel = &queue.FQCoDel[queued]{}
	}
}

// Start is called once the host's ID is known.
func (l *Layer) Start() {
	l.rand = rand.New(rand.NewPCG(l.Net.Seed, uint64(l.ID)))
	l.smallLossless = smallLossless(l.Net) && l.fqCoDel == nil
	if l.Net.Loss > 0 {
		l.packetsUntilLoss = l.drawLossGap()
	}
}

// LimitUplinkQueue sets the limit of the uplink queue, 0 for none.
func (l *Layer) LimitUplinkQueue(bytes int64) {
	l.dropTail.Limit = bytes
	if l.fqCoDel != nil {
		l.fqCoDel.Limit = bytes
	}
}

// LimitUnsent bounds the bytes in a send buffer that are not sent yet
// (TCP_NOTSENT_LOWAT); 0 for no limit.
func (l *Layer) LimitUnsent(bytes uint32) { l.maxUnsent = bytes }

// Open creates the flow of a new connection.
func (l *Layer) Open(slot uint32) {
	if int(slot) == len(l.flows)*slab.Len {
		l.flows = append(l.flows, slab.Make[flow]())
	}
	l.flow(slot).init(l.Conns[slot].Transport)
}

// flow returns the flow of a connection.
func (l *Layer) flow(slot uint32) *flow { return &l.flows[slot/slab.Len][slot%slab.Len] }

// Dialed is called for each SYN-ACK received; the first establishes the connection. A
// repeated one means that our ACK was lost, so it is acknowledged again.
func (l *Layer) Dialed(slot uint32, first bool) {
	if first {
		l.flow(slot).onEstablished(l.Now)
	}
	l.Conns[slot].AckDue = true
	l.flow(slot).ackOwedPackets = 1
	l.Schedule(slot)
}

// Established is called for the first packet after a SYN-ACK that was sent.
func (l *Layer) Established(slot uint32) { l.flow(slot).onEstablished(l.Now) }

// Discard empties the connection's send queue and forgets what is in flight and what has
// arrived out of order.
func (l *Layer) Discard(slot uint32) {
	l.ClearSendQueue(&l.Conns[slot])
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
	f.firstUnbuffered, f.hasHole, f.headSpansPackets = 0, false, false
}

// Compose appends a message to the connection's send queue, or sends a small one at once
// (smallmsg.go). The caller fills it in.
func (l *Layer) Compose(c *stack.Conn, slot, bytes uint32, notify bool, blob []byte) *packet.Message {
	if !notify && l.smallLossless {
		if m := l.sendSmall(c, slot, bytes, blob); m != nil {
			return m
		}
	}
	n := l.NewNode(blob)
	l.flow(slot).onQueued(l.Nodes, n, c.Tail, c.Head != 0)
	l.Append(c, n)
	l.Schedule(slot)
	return &l.Nodes[n].Message
}

// Schedule puts a connection into TxSchedule, unless it is there. Flush serves it after the
// current event.
func (l *Layer) Schedule(slot uint32) {
	if c := &l.Conns[slot]; !c.Scheduled {
		c.Scheduled = true
		l.TxSchedule.Push().Conn = slot
	}
}

// Flush serves the connections in TxSchedule. It is called after every event, so that
// everything that the event caused to be sent leaves together.
func (l *Layer) Flush() {
	for l.TxSchedule.Len() > 0 {
		l.prefetchBehind()
		slot := l.Dequeue().Conn
		if l.Conns[slot].State != stack.Free {
			l.sendPending(slot)
		}
	}
}

// Resume does nothing: what was sent across a network partition (stack.Split) is lost, and is
// retransmitted after the retransmission timeout.
func (l *Layer) Resume(uint32) {}

// NextEventAt returns when RunNext is to be called, or engine.Never.
func (l *Layer) NextEventAt() time.Duration {
	at := engine.Never
	if l.fqCoDel != nil && l.fqCoDel.Len() > 0 {
		at = l.UpFree
	}
	if len(l.timers) > 0 {
		at = min(at, l.timers[0].at)
	}
	return at
}

// RunNext serves the uplink if it is free and packets wait in FQ-CoDel; otherwise it runs the
// first timer.
func (l *Layer) RunNext() {
	if l.fqCoDel != nil && l.fqCoDel.Len() > 0 && l.UpFree <= l.Now {
		l.serveFQ()
		return
	}
	l.onTimer()
}

// RcvNxt returns the connection's RCV.NXT: the next sequence number that it expects.
func (l *Layer) RcvNxt(slot uint32) uint32 { return l.flow(slot).rcvNxt }

// Undelivered counts the messages with NotifySent (blocks) that have been sent and not yet been
// received completely; rcvNxt is the RCV.NXT of the other end.
func (l *Layer) Undelivered(slot, rcvNxt uint32) (n int64) {
	f := l.flow(slot)
	for i := f.firstUnacked; i < len(f.unacked); i++ {
		if r := &f.unacked[i]; r.node != 0 && l.Nodes[r.node].Message.NotifySent && before(rcvNxt, r.end()) {
			n++
		}
	}
	return n
}

// UplinkQueueBytes returns the stream bytes that wait in FQ-CoDel. With the tail-drop FIFO it is
// 0: a packet is on its path as soon as the FIFO has accepted it.
func (l *Layer) UplinkQueueBytes() int64 {
	if l.fqCoDel == nil {
		return 0
	}
	return l.fqCoDel.StreamBytes()
}
