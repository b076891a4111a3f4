package ideal

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Compose appends a message to the connection's send queue, or puts a small one into TxSchedule, or
// sends it at once if the network is Express. The caller fills it in.
func (l *Layer) Compose(c *stack.Conn, slot, bytes uint32, notify bool, blob []byte) *packet.Message {
	var m *packet.Message
	switch {
	case notify:
	case l.Net.Express:
		m = l.express(c, blob)
	case blob == nil:
		m = l.joinWith(c, slot, bytes)
	}
	if m != nil {
		return m
	}
	n := l.NewNode(blob)
	l.Append(c, n)
	l.Schedule(slot)
	return &l.Nodes[n].Message
}

// express sends a message outside the stream; it returns nil if a split is in the way.
func (l *Layer) express(c *stack.Conn, blob []byte) *packet.Message {
	if _, is := l.Net.Blocked(l.ID, c.Remote, l.Now); is {
		return nil
	}
	p := l.emit(c, 0, blob)
	p.Whole = true
	return &p.Message
}

// joinWith puts a connection into TxSchedule together with a small message, if that is all it
// has to send; otherwise it returns nil.
func (l *Layer) joinWith(c *stack.Conn, slot, bytes uint32) *packet.Message {
	if c.Scheduled || c.Stalled || c.Head != 0 || bytes > l.Net.Segment || c.InFlight >= l.Net.Window {
		return nil
	}
	c.InTxSlot = true
	return &l.join(c, slot).Message
}

// requeue puts a message from TxSchedule before those that its connection has since been
// given.
func (l *Layer) requeue(c *stack.Conn, m *packet.Message) {
	n := l.NewNode(nil)
	l.Nodes[n].Message = *m
	l.Prepend(c, n)
}
