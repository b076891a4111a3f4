package ideal

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// serve sends a segment's worth: a block of one connection, or small messages of several,
// so that forty small messages on forty connections cost one event and not forty.
func (l *Layer) serve() {
	wire := uint32(0)
	for limit := l.SegmentLimit(); l.TxSchedule.Len() > 0 && wire < limit; {
		x := l.Dequeue()
		slot := x.Conn
		c := &l.Conns[slot]
		if c.InTxSlot {
			c.InTxSlot = false
			if c.Head == 0 && len(l.Net.Splits) == 0 {
				wire = l.sendSlot(c, &x.Message, wire)
				continue
			}
			l.requeue(c, &x.Message)
		}
		if hasWork(c, l.Net.Window) && !l.stall(c, slot) {
			wire = l.sendConn(slot, wire)
		}
	}
	l.UpFree = l.Now + packet.Serialization(wire, l.UpRate)
	l.Traffic.WireSent += int64(wire)
}

// stall sets a connection aside until the split that it crosses ends, and reports whether
// there is one.
func (l *Layer) stall(c *stack.Conn, slot uint32) bool {
	if len(l.Net.Splits) == 0 {
		return false
	}
	until, is := l.Net.Blocked(l.ID, c.Remote, l.Now)
	if is {
		c.Stalled = true
		l.Timeouts.Add(stack.Timeout{At: until, Slot: slot, Key: c.Key})
	}
	return is
}

// Resume lets a stalled connection go on.
func (l *Layer) Resume(slot uint32) {
	if c := &l.Conns[slot]; c.Stalled {
		c.Stalled = false
		l.Schedule(slot)
	}
}

// sendSlot sends a message from TxSchedule, which is a whole segment. It and the next ones
// take and return how many wire bytes have been sent since now.
func (l *Layer) sendSlot(c *stack.Conn, m *packet.Message, wire uint32) uint32 {
	ack, ackWire := takeAck(c, packet.Packets(m.Bytes))
	bytes := packet.OnWire(m.Bytes) + ackWire
	wire += bytes
	p := l.emit(c, wire, nil)
	p.Bytes, p.Wire, p.Ack = uint16(m.Bytes), uint16(bytes), ack
	p.Message, p.Whole = *m, true
	c.InFlight += m.Bytes
	l.Traffic.StreamSent += int64(m.Bytes)
	return wire
}

// sendConn sends a connection's control packet, next segment or acknowledgement.
func (l *Layer) sendConn(slot, wire uint32) uint32 {
	c := &l.Conns[slot]
	if c.ControlDue {
		return l.sendControl(slot, wire)
	}
	stream := uint32(0)
	if c.InFlight < l.Net.Window && c.State == stack.Open {
		stream = l.SegmentSize(c, true)
	}
	ack, ackWire := takeAck(c, packet.Packets(stream))
	if stream == 0 {
		wire += ackWire
		p := l.emit(c, wire, nil)
		p.Wire, p.Ack = uint16(ackWire), ack
		return wire
	}
	wire = l.sendSegment(c, slot, stream, wire, ack, ackWire)
	l.notifySent()
	l.Schedule(slot)
	return wire
}

// sendSegment sends stream bytes, a packet for each message or part of one. The first one
// carries the acknowledgement, which takes ackWire bytes.
func (l *Layer) sendSegment(c *stack.Conn, slot, stream, wire, ack, ackWire uint32) uint32 {
	l.sentConn = slot
	before := uint32(0)
	for done := uint32(0); done < stream; {
		n := c.Head
		x := &l.Nodes[n]
		part := min(x.Message.Bytes-c.HeadSent, stream-done)
		done += part
		after := packet.OnWire(done)
		bytes := after - before + ackWire
		before = after
		wire += bytes
		whole := c.HeadSent+part == x.Message.Bytes
		var blob []byte
		if whole && x.Blob != 0 {
			blob, x.Blob = l.Blobs.Take(x.Blob), 0
		}
		p := l.emit(c, wire, blob)
		p.Bytes, p.Wire, p.Ack = uint16(part), uint16(bytes), ack
		ack, ackWire = 0, 0
		if !whole {
			c.HeadSent += part
			continue
		}
		p.Message, p.Whole = x.Message, true
		c.Head, c.HeadSent = x.Next, 0
		if x.Message.NotifySent {
			l.sent = append(l.sent, n)
		} else {
			l.FreeNodes = append(l.FreeNodes, n)
		}
	}
	c.InFlight += stream
	l.Traffic.StreamSent += int64(stream)
	return wire
}

// notifySent calls App.Sent for the messages of a segment. If App closes the connection,
// Discard forgets the rest of them.
func (l *Layer) notifySent() {
	for len(l.sent) > 0 {
		n := l.sent[0]
		l.sent = l.sent[:copy(l.sent, l.sent[1:])]
		l.App.Sent(stack.ConnID(l.sentConn), &l.Nodes[n].Message)
		l.FreeNodes = append(l.FreeNodes, n)
	}
}

// sendControl sends a SYN, SYN-ACK, FIN or RST.
func (l *Layer) sendControl(slot, wire uint32) uint32 {
	c := &l.Conns[slot]
	wire += packet.Headers
	*l.emit(c, wire, nil) = l.ControlPacket(slot)
	if c.State == stack.Closing || c.State == stack.Refusing {
		l.Free(slot)
	}
	return wire
}
