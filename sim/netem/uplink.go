package netem

import "swarmsim/sim/netem/packet"

// The uplink serves the connections that have something to send in turn, a
// segment each. A turn at the engine is one block's worth of segments, so that
// forty small messages to forty connections cost one event and not forty.

// enqueue gives a connection with work a place in the line.
func (h *Host) enqueue(c *Conn, slot uint32) {
	if c.Queued || h.Net.Transport == Ideal && !c.hasWork(h.Net.Window) {
		return
	}
	h.joinTxQueue(c, slot)
}

// lineUp puts a connection into the line, of which it may be the first.
func (h *Host) joinTxQueue(c *Conn, slot uint32) *TxSlot {
	c.Queued = true
	if h.TxQueue.Len == 0 && h.Net.Transport == Ideal {
		h.UpFree = max(h.UpFree, h.Clock)
	}
	x := h.TxQueue.Push()
	x.Conn = slot
	return x
}

func (h *Host) dequeue() *TxSlot {
	h.prefetchAlongLine()
	x := h.TxQueue.Pop()
	h.Conns[x.Conn].Queued = false
	return x
}

// sendInLine has a small message wait in the line itself, if that is all that its
// connection has to send; otherwise it returns nil.
func (h *Host) sendInTxQueue(c *Conn, slot, bytes uint32) *Message {
	if c.Queued || c.Stalled || c.Head != 0 || bytes > h.Net.Segment || c.InFlight >= h.Net.Window {
		return nil
	}
	c.InTxQueue = true
	return &h.joinTxQueue(c, slot).Message
}

// join puts a message that waited alone before those that have come to its connection
// meanwhile.
func (h *Host) requeueHead(c *Conn, m *Message) {
	n := h.NewNode()
	x := &h.Nodes[n]
	x.Message, x.Next = *m, c.Head
	if c.Head == 0 {
		c.Tail = n
	}
	c.Head = n
}

// serve is the uplink's event: it has sent all it was given.
func (h *Host) serveUplink() {
	wire := uint32(0)
	for segment := h.SegmentLimit(); h.TxQueue.Len > 0 && wire < segment; {
		x := h.dequeue()
		slot := x.Conn
		c := &h.Conns[slot]
		if c.InTxQueue {
			c.InTxQueue = false
			if c.Head == 0 && len(h.Net.Splits) == 0 {
				wire = h.transmitFromLine(c, &x.Message, wire)
				continue
			}
			h.requeueHead(c, &x.Message)
		}
		if !c.hasWork(h.Net.Window) {
			continue
		}
		if len(h.Net.Splits) > 0 {
			if until, is := h.Net.Blocked(h.Self, c.Remote, h.Clock); is {
				h.stallUntil(slot, stall{until, slot, c.Key})
				continue
			}
		}
		wire = h.transmit(slot, wire)
	}
	h.UpFree = h.Clock + packet.Serialization(wire, h.UpRate)
	h.Traffic.WireSent += int64(wire)
}

// transmitFromLine does as transmit, where a message from the line is the whole segment.
func (h *Host) transmitFromLine(c *Conn, m *Message, wire uint32) uint32 {
	ack, ackWire := c.settle(packet.Packets(m.Bytes))
	bytes := packet.OnWire(m.Bytes) + ackWire
	wire += bytes
	p := h.emit(c, wire, nil)
	p.Bytes, p.Wire, p.Ack = uint16(m.Bytes), uint16(bytes), ack
	p.Message, p.Whole = *m, true
	c.InFlight += m.Bytes
	h.Traffic.StreamSent += int64(m.Bytes)
	return wire
}

// transmit sends a connection's segment behind the wire bytes already sent in
// this turn, and returns their sum.
func (h *Host) transmit(slot, wire uint32) uint32 {
	c := &h.Conns[slot]
	if c.ControlDue {
		return h.transmitGreeting(slot, wire)
	}
	// How much goes, so that the acknowledgement knows what carries it.
	stream := uint32(0)
	if c.InFlight < h.Net.Window && c.State == Open {
		stream = h.SegmentSize(c)
	}
	ack, ackWire := c.settle(packet.Packets(stream))
	if stream == 0 {
		wire += ackWire
		p := h.emit(c, wire, nil)
		p.Wire, p.Ack = uint16(ackWire), ack
		return wire
	}
	var sent [maxNotified]uint32
	before, notified := packet.OnWire(0), 0
	for done := uint32(0); done < stream; {
		n := c.Head
		x := &h.Nodes[n]
		part := min(x.Message.Bytes-c.HeadSent, stream-done)
		done += part
		after := packet.OnWire(done)
		bytes := after - before + ackWire
		before = after
		wire += bytes
		whole := c.HeadSent+part == x.Message.Bytes
		var blob []byte
		if whole && x.Blob != 0 {
			blob, x.Blob = h.Blobs.Take(x.Blob), 0
		}
		p := h.emit(c, wire, blob)
		p.Bytes, p.Wire, p.Ack = uint16(part), uint16(bytes), ack
		ack, ackWire = 0, 0
		if !whole {
			c.HeadSent += part
			continue
		}
		p.Message, p.Whole = x.Message, true
		c.Head, c.HeadSent = x.Next, 0
		if x.Message.Notify {
			sent[notified] = n
			notified++
		} else {
			h.freeNodes = append(h.freeNodes, n)
		}
	}
	c.InFlight += stream
	h.Traffic.StreamSent += int64(stream)
	if notified > 0 {
		h.notifySent(slot, sent[:notified])
		c = &h.Conns[slot]
	}
	h.enqueue(c, slot)
	return wire
}

// tellSent tells the application which messages have gone, as long as it keeps
// the connection, and gives their nodes back.
func (h *Host) notifySent(slot uint32, sent []uint32) {
	key := h.Conns[slot].Key
	for _, n := range sent {
		if c := &h.Conns[slot]; c.Key == key && c.State == Open {
			h.App.Sent(ConnID(slot), &h.Nodes[n].Message)
		}
		h.freeNodes = append(h.freeNodes, n)
	}
}

// maxNotified bounds the messages with Notify in a segment; one more waits.
const maxNotified = 8

// slowUplink is a rate below which connections take turns packet by packet: at 1
// kB/s a segment of 16 KiB would have all others wait for 16 s.
const slowUplink = 4096

// segment is how much a connection sends at a turn at most.
func (h *Host) SegmentLimit() uint32 {
	if h.UpRate < slowUplink {
		return packet.MaxSegment
	}
	return h.Net.Segment
}

// segmentSize is how many stream bytes a connection sends now: whole messages
// as far as a segment goes, of which the last may overshoot by 1/64 (so that a
// block and its header are one segment of 16 KiB); where a segment is smaller
// than a message, a part of it.
func (h *Host) SegmentSize(c *Conn) uint32 {
	limit := h.SegmentLimit()
	most := limit
	if limit > packet.MaxSegment {
		most += limit / 64
	}
	size, notified := uint32(0), 0
	for n := c.Head; n != 0; n = h.Nodes[n].Next {
		m := &h.Nodes[n].Message
		left := m.Bytes
		if n == c.Head {
			left -= c.HeadSent
		}
		if m.Notify {
			if notified++; notified > maxNotified {
				break
			}
		}
		if size+left > most {
			if size == 0 || limit <= packet.MaxSegment {
				size = limit
			}
			break
		}
		if size += left; size >= limit && h.Net.Transport != Ideal {
			break // and spare the next a look
		}
	}
	return size
}

// transmitGreeting sends what opens or ends a connection.
func (h *Host) transmitGreeting(slot, wire uint32) uint32 {
	c := &h.Conns[slot]
	wire += packet.Headers
	*h.emit(c, wire, nil) = h.ControlPacket(slot)
	if c.State == Closing || c.State == Refusing {
		h.release(slot)
	}
	return wire
}

// greeting is the packet that opens or ends a connection.
func (h *Host) ControlPacket(slot uint32) Packet {
	c := &h.Conns[slot]
	c.ControlDue = false
	p := Packet{Conn: c.RemoteConn, Key: c.RemoteKey, Wire: packet.Headers}
	switch c.State {
	case Dialing:
		p.Kind, p.Message = SYN, Message{X: slot, Y: c.Key, Z: uint32(h.Self), Flag: uint8(c.Transport)}
	case Accepted:
		p.Kind, p.Message = SYNACK, Message{X: slot, Y: c.Key, Z: uint32(h.Self)}
	case Closing:
		p.Kind = FIN
	case Refusing:
		p.Kind = RST
	}
	return p
}

// emit puts a packet of a connection on its path, wire bytes after the start of
// this turn. What is in it is for the caller to say.
func (h *Host) emit(c *Conn, wire uint32, blob []byte) *Packet {
	p := h.Events.Send(h.Clock+packet.Serialization(wire, h.UpRate)+c.Delay, c.Remote, blob)
	*p = Packet{}
	p.Kind, p.Conn, p.Key = Data, c.RemoteConn, c.RemoteKey
	return p
}

// express sends a message apart from the stream, unless a split is in the way.
func (h *Host) express(c *Conn, blob []byte) *Message {
	if _, is := h.Net.Blocked(h.Self, c.Remote, h.Clock); is {
		return nil
	}
	p := h.emit(c, 0, blob)
	p.Whole = true
	return &p.Message
}

// stallUntil sets a connection aside until a split heals.
func (h *Host) stallUntil(slot uint32, s stall) {
	h.Conns[slot].Stalled = true
	i := len(h.stalls)
	h.stalls = append(h.stalls, s)
	for ; i > 0 && h.stalls[i-1].until > s.until; i-- {
		h.stalls[i] = h.stalls[i-1]
	}
	h.stalls[i] = s
	h.setDeadline()
}

func (h *Host) resume() {
	s := h.stalls[0]
	h.stalls = h.stalls[:copy(h.stalls, h.stalls[1:])]
	h.setDeadline()
	if c := &h.Conns[s.slot]; c.Key == s.key && c.Stalled {
		c.Stalled = false
		h.enqueue(c, s.slot)
	}
}
