package netem

// The uplink serves the connections that have something to send in turn, a
// segment each. A turn at the engine is one block's worth of segments, so that
// forty small messages to forty connections cost one event and not forty.

// enqueue gives a connection with work a place in the line.
func (h *Host) enqueue(slot uint32) {
	c := &h.conns[slot]
	if c.ready || h.net.Transport == Ideal && !c.hasWork(h.net.Window) {
		return
	}
	c.ready = true
	if h.line.n == 0 && h.net.Transport == Ideal {
		h.upFree = max(h.upFree, h.now)
	}
	h.line.push(slot)
}

func (h *Host) dequeue() uint32 {
	h.aheadInLine()
	slot := h.line.pop()
	h.conns[slot].ready = false
	return slot
}

// serve is the uplink's event: it has sent all it was given.
func (h *Host) serve() {
	wire := uint32(0)
	for h.line.n > 0 && wire < h.net.Segment {
		slot := h.dequeue()
		c := &h.conns[slot]
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
	h.upFree = h.now + serialization(wire, h.up)
	h.Traffic.WireSent += int64(wire)
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
	ack, ackWire := c.settle(dataPackets(stream))
	if stream == 0 {
		wire += ackWire
		h.emit(c, wire, Packet{kind: data, wire: uint16(ackWire), ack: ack}, nil)
		return wire
	}
	key, before, notified := c.key, onWire(0), 0
	var sent [maxNotified]Message
	for done := uint32(0); done < stream; {
		n := c.head
		m := h.nodes[n].message
		part := min(m.Bytes-c.headSent, stream-done)
		done += part
		p := Packet{kind: data, stream: uint16(part), ack: ack, wire: uint16(onWire(done) - before + ackWire)}
		before = onWire(done)
		wire += uint32(p.wire)
		ack, ackWire = 0, 0
		var blob []byte
		c.headSent += part
		if c.headSent == m.Bytes {
			p.message, p.whole = m, true
			blob = h.blobs.take(h.nodes[n].blob)
			h.nodes[n].blob = 0
			c.head, c.headSent = h.freeMessage(n), 0
			if m.Notify {
				sent[notified] = m
				notified++
			}
		}
		h.emit(c, wire, p, blob)
	}
	c.inFlight += stream
	h.Traffic.StreamSent += int64(stream)
	for i := range notified {
		if h.conns[slot].key != key || h.conns[slot].state != open {
			break
		}
		h.app.Sent(ConnID(slot), sent[i])
	}
	h.enqueue(slot)
	return wire
}

// maxNotified bounds the messages with Notify in a segment; one more waits.
const maxNotified = 8

// segmentSize is how many stream bytes a connection sends now: whole messages
// as far as a segment goes, of which the last may overshoot by 1/64 (so that a
// block and its header are one segment of 16 KiB); where a segment is smaller
// than a message, a part of it.
func (h *Host) segmentSize(c *conn) uint32 {
	limit := h.net.Segment
	most := limit
	if limit > maxSegment {
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
			if size == 0 || limit <= maxSegment {
				size = limit
			}
			break
		}
		size += left
	}
	return size
}

// transmitGreeting sends what opens or ends a connection.
func (h *Host) transmitGreeting(slot, wire uint32) uint32 {
	c := &h.conns[slot]
	wire += headers
	h.emit(c, wire, h.greeting(slot), nil)
	if c.state == closing || c.state == refusing {
		h.release(slot)
	}
	return wire
}

// greeting is the packet that opens or ends a connection.
func (h *Host) greeting(slot uint32) Packet {
	c := &h.conns[slot]
	c.greet = false
	p := Packet{wire: headers}
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

// emit puts a packet on its path, wire bytes after the start of this turn.
func (h *Host) emit(c *conn, wire uint32, p Packet, blob []byte) {
	p.conn, p.key = c.remoteConn, c.remoteKey
	*h.turn.Send(h.now+serialization(wire, h.up)+c.delay, c.remote, blob) = p
}

// express sends a message apart from the stream, unless a split is in the way.
func (h *Host) express(c *conn, m Message, blob []byte) bool {
	if _, is := h.net.blocked(h.id, c.remote, h.now); is {
		return false
	}
	h.emit(c, 0, Packet{kind: data, message: m, whole: true}, blob)
	return true
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
}

func (h *Host) resume() {
	s := h.stalls[0]
	h.stalls = h.stalls[:copy(h.stalls, h.stalls[1:])]
	if c := &h.conns[s.slot]; c.key == s.key && c.stalled {
		c.stalled = false
		h.enqueue(s.slot)
	}
}
