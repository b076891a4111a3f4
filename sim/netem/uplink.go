package netem

import "swarmsim/sim/netem/packet"

// The uplink serves the connections that have something to send in turn, a
// segment each. A turn at the engine is one block's worth of segments, so that
// forty small messages to forty connections cost one event and not forty.

// enqueue gives a connection with work a place in the line.
func (h *Host) enqueue(c *conn, slot uint32) {
	if c.ready || h.net.Transport == Ideal && !c.hasWork(h.net.Window) {
		return
	}
	h.lineUp(c, slot)
}

// lineUp puts a connection into the line, of which it may be the first.
func (h *Host) lineUp(c *conn, slot uint32) *place {
	c.ready = true
	if h.line.n == 0 && h.net.Transport == Ideal {
		h.upFree = max(h.upFree, h.now)
	}
	x := h.line.push()
	x.slot = slot
	return x
}

func (h *Host) dequeue() *place {
	h.prefetchAlongLine()
	x := h.line.pop()
	h.conns[x.slot].ready = false
	return x
}

// sendInLine has a small message wait in the line itself, if that is all that its
// connection has to send; otherwise it returns nil.
func (h *Host) sendInLine(c *conn, slot, bytes uint32) *Message {
	if c.ready || c.stalled || c.head != 0 || bytes > h.net.Segment || c.inFlight >= h.net.Window {
		return nil
	}
	c.inLine = true
	return &h.lineUp(c, slot).message
}

// join puts a message that waited alone before those that have come to its connection
// meanwhile.
func (h *Host) join(c *conn, m *Message) {
	n := h.newNode()
	x := &h.nodes[n]
	x.message, x.next = *m, c.head
	if c.head == 0 {
		c.tail = n
	}
	c.head = n
}

// serve is the uplink's event: it has sent all it was given.
func (h *Host) serve() {
	wire := uint32(0)
	for segment := h.segment(); h.line.n > 0 && wire < segment; {
		x := h.dequeue()
		slot := x.slot
		c := &h.conns[slot]
		if c.inLine {
			c.inLine = false
			if c.head == 0 && len(h.net.Splits) == 0 {
				wire = h.transmitFromLine(c, &x.message, wire)
				continue
			}
			h.join(c, &x.message)
		}
		if !c.hasWork(h.net.Window) {
			continue
		}
		if len(h.net.Splits) > 0 {
			if until, is := h.net.blocked(h.id, c.remote, h.now); is {
				h.stallUntil(slot, stall{until, slot, c.key})
				continue
			}
		}
		wire = h.transmit(slot, wire)
	}
	h.upFree = h.now + packet.Serialization(wire, h.up)
	h.Traffic.WireSent += int64(wire)
}

// transmitFromLine does as transmit, where a message from the line is the whole segment.
func (h *Host) transmitFromLine(c *conn, m *Message, wire uint32) uint32 {
	ack, ackWire := c.settle(packet.Packets(m.Bytes))
	bytes := packet.OnWire(m.Bytes) + ackWire
	wire += bytes
	p := h.emit(c, wire, nil)
	p.stream, p.wire, p.ack = uint16(m.Bytes), uint16(bytes), ack
	p.message, p.whole = *m, true
	c.inFlight += m.Bytes
	h.Traffic.StreamSent += int64(m.Bytes)
	return wire
}

// transmit sends a connection's segment behind the wire bytes already sent in
// this turn, and returns their sum.
func (h *Host) transmit(slot, wire uint32) uint32 {
	c := &h.conns[slot]
	if c.greet {
		return h.transmitGreeting(slot, wire)
	}
	// How much goes, so that the acknowledgement knows what carries it.
	stream := uint32(0)
	if c.inFlight < h.net.Window && c.state == open {
		stream = h.segmentSize(c)
	}
	ack, ackWire := c.settle(packet.Packets(stream))
	if stream == 0 {
		wire += ackWire
		p := h.emit(c, wire, nil)
		p.wire, p.ack = uint16(ackWire), ack
		return wire
	}
	var sent [maxNotified]uint32
	before, notified := packet.OnWire(0), 0
	for done := uint32(0); done < stream; {
		n := c.head
		x := &h.nodes[n]
		part := min(x.message.Bytes-c.headSent, stream-done)
		done += part
		after := packet.OnWire(done)
		bytes := after - before + ackWire
		before = after
		wire += bytes
		whole := c.headSent+part == x.message.Bytes
		var blob []byte
		if whole && x.blob != 0 {
			blob, x.blob = h.blobs.take(x.blob), 0
		}
		p := h.emit(c, wire, blob)
		p.stream, p.wire, p.ack = uint16(part), uint16(bytes), ack
		ack, ackWire = 0, 0
		if !whole {
			c.headSent += part
			continue
		}
		p.message, p.whole = x.message, true
		c.head, c.headSent = x.next, 0
		if x.message.Notify {
			sent[notified] = n
			notified++
		} else {
			h.freeNode = append(h.freeNode, n)
		}
	}
	c.inFlight += stream
	h.Traffic.StreamSent += int64(stream)
	if notified > 0 {
		h.tellSent(slot, sent[:notified])
		c = &h.conns[slot]
	}
	h.enqueue(c, slot)
	return wire
}

// tellSent tells the application which messages have gone, as long as it keeps
// the connection, and gives their nodes back.
func (h *Host) tellSent(slot uint32, sent []uint32) {
	key := h.conns[slot].key
	for _, n := range sent {
		if c := &h.conns[slot]; c.key == key && c.state == open {
			h.app.Sent(ConnID(slot), &h.nodes[n].message)
		}
		h.freeNode = append(h.freeNode, n)
	}
}

// maxNotified bounds the messages with Notify in a segment; one more waits.
const maxNotified = 8

// slowUplink is a rate below which connections take turns packet by packet: at 1
// kB/s a segment of 16 KiB would have all others wait for 16 s.
const slowUplink = 4096

// segment is how much a connection sends at a turn at most.
func (h *Host) segment() uint32 {
	if h.up < slowUplink {
		return packet.MaxSegment
	}
	return h.net.Segment
}

// segmentSize is how many stream bytes a connection sends now: whole messages
// as far as a segment goes, of which the last may overshoot by 1/64 (so that a
// block and its header are one segment of 16 KiB); where a segment is smaller
// than a message, a part of it.
func (h *Host) segmentSize(c *conn) uint32 {
	limit := h.segment()
	most := limit
	if limit > packet.MaxSegment {
		most += limit / 64
	}
	size, notified := uint32(0), 0
	for n := c.head; n != 0; n = h.nodes[n].next {
		m := &h.nodes[n].message
		left := m.Bytes
		if n == c.head {
			left -= c.headSent
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
		if size += left; size >= limit && h.net.Transport != Ideal {
			break // and spare the next a look
		}
	}
	return size
}

// transmitGreeting sends what opens or ends a connection.
func (h *Host) transmitGreeting(slot, wire uint32) uint32 {
	c := &h.conns[slot]
	wire += packet.Headers
	*h.emit(c, wire, nil) = h.greeting(slot)
	if c.state == closing || c.state == refusing {
		h.release(slot)
	}
	return wire
}

// greeting is the packet that opens or ends a connection.
func (h *Host) greeting(slot uint32) Packet {
	c := &h.conns[slot]
	c.greet = false
	p := Packet{conn: c.remoteConn, key: c.remoteKey, wire: packet.Headers}
	switch c.state {
	case dialing:
		p.kind, p.message = syn, Message{X: slot, Y: c.key, Z: uint32(h.id), Flag: uint8(c.transport)}
	case accepted:
		p.kind, p.message = synAck, Message{X: slot, Y: c.key, Z: uint32(h.id)}
	case closing:
		p.kind = fin
	case refusing:
		p.kind = refuse
	}
	return p
}

// emit puts a packet of a connection on its path, wire bytes after the start of
// this turn. What is in it is for the caller to say.
func (h *Host) emit(c *conn, wire uint32, blob []byte) *Packet {
	p := h.events.Send(h.now+packet.Serialization(wire, h.up)+c.delay, c.remote, blob)
	*p = Packet{}
	p.kind, p.conn, p.key = data, c.remoteConn, c.remoteKey
	return p
}

// express sends a message apart from the stream, unless a split is in the way.
func (h *Host) express(c *conn, blob []byte) *Message {
	if _, is := h.net.blocked(h.id, c.remote, h.now); is {
		return nil
	}
	p := h.emit(c, 0, blob)
	p.whole = true
	return &p.message
}

// stallUntil sets a connection aside until a split heals.
func (h *Host) stallUntil(slot uint32, s stall) {
	h.conns[slot].stalled = true
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
	if c := &h.conns[s.slot]; c.key == s.key && c.stalled {
		c.stalled = false
		h.enqueue(c, s.slot)
	}
}
