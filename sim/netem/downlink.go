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
type downlinkQueue struct {
	next        time.Duration // when the first of them is in, or Never
	ring        []inTransit   // its length is a power of two
	head, n     uint32
	first, last int32 // of this turn's arrivals: the next to come through, and one past the newest
}

// through is a packet that waits at the downlink or is on it.
type inTransit struct {
	at   time.Duration // when the last byte is in
	blob uint32
	Packet
}

func (q *downlinkQueue) push(t inTransit) {
	if int(q.n) == len(q.ring) {
		bigger := make([]inTransit, 2*len(q.ring))
		for i := range q.n {
			bigger[i] = *q.at(i)
		}
		q.ring, q.head = bigger, 0
	}
	*q.at(q.n) = t
	q.n++
}

// at is the i-th in the ring.
func (q *downlinkQueue) at(i uint32) *inTransit { return &q.ring[int(q.head+i)&(len(q.ring)-1)] }

// setNext finds when the next packet is in, as the line moves.
func (h *Host) setNext() {
	q := &h.downlink
	q.next = engine.Never
	if q.n > 0 {
		q.next = q.at(0).at
		return
	}
	for ; q.first < q.last; q.first++ {
		if e := h.Events.At(int(q.first)); e.Body.Kind != Dropped {
			q.next = e.At
			return
		}
	}
}

// admit lets the turn's next arrival join the line for the downlink. It tells
// whether it is the first there.
func (h *Host) admit() (first bool) {
	e, _ := h.Events.Pop()
	q := &h.downlink
	q.last++
	p := &e.Body
	if h.isDown {
		h.lose(p)
		p.Kind = Dropped
		return false
	}
	start := max(h.downFree, e.At)
	if h.Net.Transport != Ideal && p.Kind != Small {
		room := h.downQueueLimit
		if wait := start - e.At; wait > 0 {
			room -= packet.Sent(wait, h.downRate)
			p.AddQueued(wait)
		}
		if h.downQueueLimit > 0 && !p.Lossless() && !p.Keep(p.Size().Cut(room), &h.Traffic) {
			p.Kind = Dropped
			return false
		}
	}
	wire := uint32(p.Wire)
	if h.Net.Transport != Ideal && wire > packet.MTU { // all but its last packet came before
		start = max(h.downFree, e.At-packet.Serialization(wire-packet.MTU, h.downRate))
	}
	h.downFree = start + packet.Serialization(wire, h.downRate)
	e.At = h.downFree
	if q.next != engine.Never {
		return false
	}
	q.first, q.next = q.last-1, e.At
	return true
}

// keep moves what is not through to the ring, as the turn ends.
func (h *Host) keep() {
	q := &h.downlink
	for ; q.first < q.last; q.first++ {
		if e, blob := h.Events.Arrival(int(q.first)); e.Body.Kind != Dropped {
			q.push(inTransit{e.At, h.Blobs.Put(blob), e.Body})
		}
	}
	q.first, q.last = 0, 0
}

// lose accounts for a packet that nobody receives.
func (h *Host) lose(p *Packet) {
	h.Traffic.StreamLost += int64(p.Bytes)
	if p.Whole && p.Message.Notify {
		h.Traffic.Lost++
	}
}

// deliver is the downlink's event: a packet is in.
func (h *Host) deliver() {
	q := &h.downlink
	if q.n > 0 {
		t := q.at(0) // stays as it is until the turn ends
		q.head++
		if q.n--; q.n == 0 {
			q.head = 0 // stay on the same cache lines
		}
		h.setNext()
		h.receive(&t.Packet, h.Blobs.Take(t.blob))
		return
	}
	e, blob := h.Events.Arrival(int(q.first))
	q.first++
	h.setNext()
	h.receive(&e.Body, blob)
}

// receive takes a packet that is in.
func (h *Host) receive(t *Packet, blob []byte) {
	if h.isDown {
		h.lose(t)
		return
	}
	h.Traffic.WireReceived += int64(t.Wire)
	if t.Kind == SYN {
		if h.notListening {
			if !h.behindNAT {
				h.answer(t, Refusing)
			}
		} else if h.Net.Transport == Ideal || !h.repeated(t) {
			h.answer(t, Accepted)
		}
		return
	}
	if int(t.Conn) >= len(h.Conns) {
		h.lose(t)
		return
	}
	c := &h.Conns[t.Conn]
	if c.Key != t.Key || c.State == Free || c.State == Closing && t.Kind != FIN {
		if t.Kind == SYNACK { // the dial was given up: tell the other end
			h.answer(t, Refusing)
		}
		h.lose(t)
		return
	}
	switch t.Kind {
	case SYNACK:
		if c.State == Open { // a second one: its sender knows nothing of us yet
			c.AckDue, h.flow(t.Conn).unackedPackets = true, 1
			h.enqueue(c, t.Conn)
			return
		}
		c.RemoteConn, c.RemoteKey = t.Message.X, t.Message.Y
		c.State = Open
		c.HalfAcks, c.AckDue = 2, true // the third step of the handshake
		if h.Net.Transport != Ideal {
			h.flow(t.Conn).onEstablished(h.Clock)
			h.flow(t.Conn).unackedPackets = 1
		}
		h.enqueue(c, t.Conn)
		h.App.Opened(ConnID(t.Conn), c.Remote, true)
	case RST:
		was := c.State
		h.release(t.Conn)
		switch was {
		case Dialing:
			h.App.DialFailed(ConnID(t.Conn), h.Conns[t.Conn].Remote)
		case Open: // its first SYN was answered, and the one that it repeated refused
			h.App.Closed(ConnID(t.Conn))
		}
	case FIN:
		h.finish(t.Conn)
	case Data, Small:
		h.receiveData(t, blob)
	}
}

// answer makes the end of a connection that t, which names the other end,
// calls for.
func (h *Host) answer(t *Packet, s State) {
	slot := h.alloc(engine.HostID(t.Message.Z), s)
	c := &h.Conns[slot]
	if h.Net.Transport != Ideal && t.Kind == SYN {
		c.Transport = Transport(t.Message.Flag)
		h.flow(slot).init(c.Transport)
	}
	c.RemoteConn, c.RemoteKey = t.Message.X, t.Message.Y
	c.ControlDue = true
	h.enqueue(c, slot)
}

// repeated reports whether a SYN was heard before; it is answered again then, if
// the other end may not have heard.
func (h *Host) repeated(t *Packet) bool {
	if t.Message.Bytes == 0 {
		return false
	}
	for slot := range h.Conns {
		c := &h.Conns[slot]
		if c.State != Free && c.Remote == engine.HostID(t.Message.Z) && c.RemoteConn == t.Message.X && c.RemoteKey == t.Message.Y {
			if c.State == Accepted {
				c.ControlDue = true
				h.enqueue(c, uint32(slot))
			}
			return true
		}
	}
	return false
}

// finish ends a connection that the other end has left.
func (h *Host) finish(slot uint32) {
	c := &h.Conns[slot]
	was := c.State
	if was == Closing {
		return
	}
	h.drop(slot)
	h.hangUp(slot)
	if was == Open {
		h.App.Closed(ConnID(slot))
	}
}

// receiveData takes a packet of a connection that stands, or stands with it.
func (h *Host) receiveData(t *Packet, blob []byte) {
	slot := t.Conn
	c := &h.Conns[slot]
	if c.State == Accepted {
		c.State = Open
		if h.Net.Transport != Ideal {
			h.flow(slot).onEstablished(h.Clock)
		}
		h.App.Opened(ConnID(slot), c.Remote, false)
		if c = &h.Conns[slot]; c.Key != t.Key || c.State != Open {
			h.lose(t)
			return
		}
	}
	if t.Kind == Small {
		h.receiveSmall(t, blob)
		return
	}
	if !t.Whole && t.Bytes > 0 {
		c.LastPart = uint32(h.Clock >> lastPartShift)
	}
	if h.Net.Transport != Ideal {
		if !t.Whole {
			blob = nil
		}
		h.receiveSegment(t, blob)
		return
	}
	h.Traffic.StreamReceived += int64(t.Bytes)
	if t.Bytes > 0 {
		c.owe(uint32(t.Bytes))
	}
	if t.Ack > 0 {
		c.InFlight -= min(t.Ack, c.InFlight)
	}
	if t.Whole {
		h.App.Received(ConnID(slot), &t.Message, blob)
		if c = &h.Conns[slot]; c.Key != t.Key {
			return
		}
	}
	h.enqueue(c, slot)
}

// Waiting calls yield for every packet that has arrived and is not through the
// downlink yet. Only between windows.
func (h *Host) Waiting(yield func(*Packet)) {
	for i := range h.downlink.n {
		yield(&h.downlink.at(i).Packet)
	}
}
