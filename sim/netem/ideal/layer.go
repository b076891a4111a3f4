package ideal

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Layer is a host's ideal transport.
type Layer struct {
	*stack.Stack

	// App.Sent is due for these messages of a connection: nodes that are no longer queued.
	sent     []uint32
	sentConn uint32
	fewSent  [5]uint32 // what sent begins with, in the cache line of the layer
}

// Setup makes l the transport of a host. The caller allocates l next to the host, because a packet
// touches both.
func (l *Layer) Setup(s *stack.Stack) { l.Stack, l.sent = s, l.fewSent[:0] }

// Open does nothing: what a connection keeps is in stack.Conn.
func (l *Layer) Open(uint32) {}

// Dialed sends the third packet of the handshake. A SYN-ACK comes only once.
func (l *Layer) Dialed(slot uint32, _ bool) {
	c := &l.Conns[slot]
	c.HalfAcks, c.AckDue = 2, true
	l.Schedule(slot)
}

// Established does nothing: a connection has no round trip to measure.
func (l *Layer) Established(uint32) {}

// Discard empties the connection's send queue.
func (l *Layer) Discard(slot uint32) {
	l.ClearSendQueue(&l.Conns[slot])
	if slot == l.sentConn {
		l.FreeNodes = append(l.FreeNodes, l.sent...)
		l.sent = l.sent[:0]
	}
}

// NextEventAt returns when the uplink is free for the next segment, or engine.Never.
func (l *Layer) NextEventAt() time.Duration {
	if l.TxSchedule.Len() == 0 {
		return engine.Never
	}
	return l.UpFree
}

// RunNext sends the next segment.
func (l *Layer) RunNext() { l.serve() }

// Flush does nothing: what waits is sent when the uplink is free.
func (l *Layer) Flush() {}

// Schedule puts a connection into TxSchedule if it has something to send.
func (l *Layer) Schedule(slot uint32) {
	c := &l.Conns[slot]
	if !c.Scheduled && hasWork(c, l.Net.Window) {
		l.join(c, slot)
	}
}

// hasWork reports whether the uplink should serve the connection.
func hasWork(c *stack.Conn, window uint32) bool {
	if c.Stalled || c.State == stack.Free {
		return false
	}
	return c.Head != 0 && c.InFlight < window && c.State == stack.Open ||
		c.UnackedBytes >= ackEvery || c.ControlDue || c.AckDue
}

// join puts a connection into TxSchedule.
func (l *Layer) join(c *stack.Conn, slot uint32) *stack.TxSlot {
	c.Scheduled = true
	if l.TxSchedule.Len() == 0 {
		l.UpFree = max(l.UpFree, l.Now)
	}
	x := l.TxSchedule.Push()
	x.Conn = slot
	return x
}

// emit puts a packet of a connection on its path, after the uplink has sent wire bytes
// from now. The caller fills it in.
func (l *Layer) emit(c *stack.Conn, wire uint32, blob []byte) *packet.Packet {
	p := l.Events.Send(l.Now+packet.Serialization(wire, l.UpRate)+c.Delay, c.Remote, blob)
	*p = packet.Packet{}
	p.Kind, p.Conn, p.Key = packet.Data, c.RemoteConn, c.RemoteKey
	return p
}
