package netem

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// The downlink is a line, first come, first served: what arrives is through
// once all before it and it itself have been serialized.

// inbound is the line. What arrives in a turn stays where the engine has it until
// the turn ends; only what is not through by then moves to the ring, where it
// stands before all that comes later.
type inbound struct {
	next        time.Duration // when the first of them is in, or Never
	ring        []through     // its length is a power of two
	head, n     uint32
	first, last int32 // of this turn's arrivals: the next to come through, and one past the newest
}

// through is a packet that waits at the downlink or is on it.
type through struct {
	at   time.Duration // when the last byte is in
	blob uint32
	Packet
}

func (q *inbound) push(t through) {
	if int(q.n) == len(q.ring) {
		bigger := make([]through, 2*len(q.ring))
		for i := range q.n {
			bigger[i] = *q.at(i)
		}
		q.ring, q.head = bigger, 0
	}
	*q.at(q.n) = t
	q.n++
}

// at is the i-th in the ring.
func (q *inbound) at(i uint32) *through { return &q.ring[int(q.head+i)&(len(q.ring)-1)] }

// setNext finds when the next packet is in, as the line moves.
func (h *Host) setNext() {
	q := &h.arriving
	q.next = engine.Never
	if q.n > 0 {
		q.next = q.at(0).at
		return
	}
	for ; q.first < q.last; q.first++ {
		if e := h.events.At(int(q.first)); e.Body.kind != gone {
			q.next = e.At
			return
		}
	}
}

// admit lets the turn's next arrival join the line for the downlink. It tells
// whether it is the first there.
func (h *Host) admit() (first bool) {
	e, _ := h.events.Pop()
	q := &h.arriving
	q.last++
	p := &e.Body
	if h.off {
		h.lose(p)
		p.kind = gone
		return false
	}
	start := max(h.downFree, e.At)
	if h.net.Transport != Ideal && p.kind != lone {
		room := h.downQueue
		if wait := start - e.At; wait > 0 {
			room -= packet.Sent(wait, h.down)
			p.addWait(wait)
		}
		if h.downQueue > 0 && !p.sure() && !p.cut(p.size().Cut(room), &h.Traffic) {
			p.kind = gone
			return false
		}
	}
	wire := uint32(p.wire)
	if h.net.Transport != Ideal && wire > packet.MTU { // all but its last packet came before
		start = max(h.downFree, e.At-packet.Serialization(wire-packet.MTU, h.down))
	}
	h.downFree = start + packet.Serialization(wire, h.down)
	e.At = h.downFree
	if q.next != engine.Never {
		return false
	}
	q.first, q.next = q.last-1, e.At
	return true
}

// keep moves what is not through to the ring, as the turn ends.
func (h *Host) keep() {
	q := &h.arriving
	for ; q.first < q.last; q.first++ {
		if e, blob := h.events.Arrival(int(q.first)); e.Body.kind != gone {
			q.push(through{e.At, h.blobs.put(blob), e.Body})
		}
	}
	q.first, q.last = 0, 0
}

// lose accounts for a packet that nobody receives.
func (h *Host) lose(p *Packet) {
	h.Traffic.StreamLost += int64(p.stream)
	if p.whole && p.message.Notify {
		h.Traffic.Lost++
	}
}

// deliver is the downlink's event: a packet is in.
func (h *Host) deliver() {
	q := &h.arriving
	if q.n > 0 {
		t := q.at(0) // stays as it is until the turn ends
		q.head++
		if q.n--; q.n == 0 {
			q.head = 0 // stay on the same cache lines
		}
		h.setNext()
		h.receive(&t.Packet, h.blobs.take(t.blob))
		return
	}
	e, blob := h.events.Arrival(int(q.first))
	q.first++
	h.setNext()
	h.receive(&e.Body, blob)
}

// receive takes a packet that is in.
func (h *Host) receive(t *Packet, blob []byte) {
	if h.off {
		h.lose(t)
		return
	}
	h.Traffic.WireReceived += int64(t.wire)
	if t.kind == syn {
		if h.deaf {
			if !h.nat {
				h.answer(t, refusing)
			}
		} else if h.net.Transport == Ideal || !h.repeated(t) {
			h.answer(t, accepted)
		}
		return
	}
	if int(t.conn) >= len(h.conns) {
		h.lose(t)
		return
	}
	c := &h.conns[t.conn]
	if c.key != t.key || c.state == free || c.state == closing && t.kind != fin {
		if t.kind == synAck { // the dial was given up: tell the other end
			h.answer(t, refusing)
		}
		h.lose(t)
		return
	}
	switch t.kind {
	case synAck:
		if c.state == open { // a second one: its sender knows nothing of us yet
			c.ackNow, h.flow(t.conn).unacked = true, 1
			h.enqueue(c, t.conn)
			return
		}
		c.remoteConn, c.remoteKey = t.message.X, t.message.Y
		c.state = open
		c.owedAcks, c.ackNow = 2, true // the third step of the handshake
		if h.net.Transport != Ideal {
			h.flow(t.conn).opened(h.now)
			h.flow(t.conn).unacked = 1
		}
		h.enqueue(c, t.conn)
		h.app.Opened(ConnID(t.conn), c.remote, true)
	case refuse:
		was := c.state
		h.release(t.conn)
		switch was {
		case dialing:
			h.app.DialFailed(ConnID(t.conn), h.conns[t.conn].remote)
		case open: // its first SYN was answered, and the one that it repeated refused
			h.app.Closed(ConnID(t.conn))
		}
	case fin:
		h.finish(t.conn)
	case data, lone:
		h.receiveData(t, blob)
	}
}

// answer makes the end of a connection that t, which names the other end,
// calls for.
func (h *Host) answer(t *Packet, s connState) {
	slot := h.alloc(engine.HostID(t.message.Z), s)
	c := &h.conns[slot]
	if h.net.Transport != Ideal && t.kind == syn {
		c.transport = Transport(t.message.Flag)
		h.flow(slot).reset(c.transport)
	}
	c.remoteConn, c.remoteKey = t.message.X, t.message.Y
	c.greet = true
	h.enqueue(c, slot)
}

// repeated reports whether a SYN was heard before; it is answered again then, if
// the other end may not have heard.
func (h *Host) repeated(t *Packet) bool {
	if t.message.Bytes == 0 {
		return false
	}
	for slot := range h.conns {
		c := &h.conns[slot]
		if c.state != free && c.remote == engine.HostID(t.message.Z) && c.remoteConn == t.message.X && c.remoteKey == t.message.Y {
			if c.state == accepted {
				c.greet = true
				h.enqueue(c, uint32(slot))
			}
			return true
		}
	}
	return false
}

// finish ends a connection that the other end has left.
func (h *Host) finish(slot uint32) {
	c := &h.conns[slot]
	was := c.state
	if was == closing {
		return
	}
	h.drop(slot)
	h.hangUp(slot)
	if was == open {
		h.app.Closed(ConnID(slot))
	}
}

// receiveData takes a packet of a connection that stands, or stands with it.
func (h *Host) receiveData(t *Packet, blob []byte) {
	slot := t.conn
	c := &h.conns[slot]
	if c.state == accepted {
		c.state = open
		if h.net.Transport != Ideal {
			h.flow(slot).opened(h.now)
		}
		h.app.Opened(ConnID(slot), c.remote, false)
		if c = &h.conns[slot]; c.key != t.key || c.state != open {
			h.lose(t)
			return
		}
	}
	if t.kind == lone {
		h.hearLone(t, blob)
		return
	}
	if !t.whole && t.stream > 0 {
		c.heard = uint32(h.now >> heardGrain)
	}
	if h.net.Transport != Ideal {
		if !t.whole {
			blob = nil
		}
		h.hear(t, blob)
		return
	}
	h.Traffic.StreamReceived += int64(t.stream)
	if t.stream > 0 {
		c.owe(uint32(t.stream))
	}
	if t.ack > 0 {
		c.inFlight -= min(t.ack, c.inFlight)
	}
	if t.whole {
		h.app.Received(ConnID(slot), &t.message, blob)
		if c = &h.conns[slot]; c.key != t.key {
			return
		}
	}
	h.enqueue(c, slot)
}

// Waiting calls yield for every packet that has arrived and is not through the
// downlink yet. Only between windows.
func (h *Host) Waiting(yield func(*Packet)) {
	for i := range h.arriving.n {
		yield(&h.arriving.at(i).Packet)
	}
}
