package netem

import (
	"time"

	"swarmsim/portable"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/queue"
)

// The sending side of a flow: what its window allows goes to the uplink at
// once, first what was lost, then what is new.

// flush gives every connection in the line its turn. It follows every event, so
// that all the event caused to be said goes out together.
func (h *Host) flush() {
	for h.line.n > 0 {
		slot := h.dequeue().slot
		if h.conns[slot].state != free {
			h.push(slot)
		}
	}
}

// push sends what a connection may send now.
func (h *Host) push(slot uint32) {
	c := &h.conns[slot]
	f := h.flow(slot)
	if c.greet {
		h.greetAt(slot, f)
		return
	}
	if c.state != open {
		return
	}
	busy := c.head != 0 || f.missing > 0
	if busy && (f.news || !f.held) {
		h.pushData(slot, f)
	}
	if c.ackNow {
		c.ackNow = false
		if f.unacked > 0 || f.holes {
			var p Packet
			h.acknowledge(slot, f, &p)
			h.put(slot, f, &p, nil, 0, 0)
			f.acknowledged()
		}
	}
	if f.out() || f.delaying {
		h.wakeAt(slot, f)
	}
	if busy {
		h.buffer(slot, f)
	}
}

// mostTimeouts is more than it takes any window to shrink to the least there is.
const mostTimeouts = 1000

// pushData sends what is lost, and what is new.
func (h *Host) pushData(slot uint32, f *flow) {
	c := &h.conns[slot]
	if f.first == len(f.sent) && c.head != 0 && f.srtt != 0 {
		if idle := h.now - f.newestAt; idle > f.timeout() {
			f.control.idle(int(min(idle/f.timeout(), mostTimeouts)))
		}
	}
	if f.missing > 0 {
		h.sendAgain(slot, f)
	}
	for f.missing == 0 && c.head != 0 {
		room := h.room(f)
		size := h.mayBegin(c, f, room)
		if size == 0 {
			break
		}
		h.sendNew(slot, f, size, room)
	}
	f.held, f.news = c.head != 0, false
}

// buffer tells the application of messages that the socket's send buffer has
// taken: an application that waits for that keeps the buffer full, and what is
// in there cannot be cancelled any more. Linux makes the buffer twice the
// window's packets, counted with their overhead, and asks for more when a third
// of it is free; it never shrinks.
func (h *Host) buffer(slot uint32, f *flow) {
	c := &h.conns[slot]
	key := c.key
	for f.untaken != 0 {
		if !before(f.taken, f.nxt) && (f.taken-f.una > bufferSize(f.widest) || h.unsent > 0 && f.taken-f.nxt > h.unsent) {
			return // what has been sent has been taken, whatever the measure says
		}
		n := &h.nodes[f.untaken]
		f.taken += n.message.Bytes
		f.untaken = n.next
		if !n.message.Notify {
			continue
		}
		h.told = n.message
		h.app.Sent(ConnID(slot), &h.told)
		if c = &h.conns[slot]; c.key != key || c.state != open {
			return
		}
	}
}

// bufferSize is the send buffer's, two and a half windows: 2 times the truesize of a
// packet over its payload (about 1.55), five sixths of which are in use.
func bufferSize(window uint32) uint32 { return window / 2 * 5 }

// greetAt sends a SYN, SYN-ACK, FIN or refusal. The first two may be lost and
// are repeated by the dialer; the others never are.
func (h *Host) greetAt(slot uint32, f *flow) {
	c := &h.conns[slot]
	p := h.greeting(slot)
	if p.kind == syn {
		if f.backoff > 0 {
			p.message.Bytes = 1 // repeated
		}
		f.timeoutAt = h.now + h.uneven(f.timeout())
		f.backoff++
	}
	f.newestAt = h.now
	h.put(slot, f, &p, nil, 0, 0)
	if c.state == closing || c.state == refusing {
		h.release(slot)
		return
	}
	h.wakeAt(slot, f)
}

// room is how many bytes may be sent now.
func (h *Host) room(f *flow) float64 {
	if out := f.nxt - f.una; out+packet.MaxSegment > h.net.Window {
		return 0
	}
	return min(f.window(), float64(h.net.Window)) - float64(f.pipe)
}

// mayBegin is how many new bytes go to the uplink, where the window has that
// much room.
func (h *Host) mayBegin(c *conn, f *flow, room float64) uint32 {
	if room < packet.MaxSegment && f.pipe > 0 {
		if f.large {
			return 0
		}
		size := h.leading(c)
		if f.large = size == 0; !f.large && (float64(size) <= room || c.headSent == 0 && h.mayRunAhead(f, size, room)) {
			return size
		}
		return 0
	}
	size := h.segmentSize(c)
	switch {
	case float64(size) <= room:
		return size
	case room < packet.MaxSegment:
		return min(size, packet.MaxSegment)
	case h.mayRunAhead(f, size, room) && (room >= float64(size)/2 || !h.queue.Overflows(h.now, h.up)):
		return size // else the queue would overflow by what the window may never have room for
	}
	return uint32(room) / packet.MaxSegment * packet.MaxSegment
}

// sendNew sends the next bytes of the stream, a packet for each message or part
// of one. What the window has no room for is late.
func (h *Host) sendNew(slot uint32, f *flow, size uint32, room float64) {
	c := &h.conns[slot]
	wire := uint32(0)
	f.large = false
	for done := uint32(0); done < size; {
		n := c.head
		m := &h.nodes[n].message
		part := min(m.Bytes-c.headSent, size-done)
		done += part
		r := f.newRange()
		r.seq, r.n, r.at = f.nxt, part, f.stamp(h.now+h.opens(f, float64(done)-room))
		p := Packet{kind: data, seq: f.nxt, stream: uint16(part), wire: uint16(packet.OnWire(done) - wire)}
		wire = packet.OnWire(done)
		f.nxt += part
		c.headSent += part
		var blob []byte
		if c.headSent == m.Bytes {
			p.message, p.whole, r.node = *m, true, n
			r.lone = part == m.Bytes && h.lone(c, m.Bytes)
			blob = h.blobs.look(h.nodes[n].blob)
			r.blob = blob != nil
			c.head, c.headSent = h.nodes[n].next, 0
			if m.Notify {
				h.Traffic.Notable++
				h.Traffic.NotableBytes += int64(m.Bytes)
			}
		}
		p.ack = f.expected
		if done == size {
			p.wire += packet.Headers * f.rested(h.now)
		}
		h.put(slot, f, &p, blob, r.at-h.now, uint32(max(room-float64(done-part), 0)))
	}
	h.inform(c, f)
	f.together = packet.MaxSegment // what comes now goes in a packet of its own
	f.pipe += size
	if f.recovery {
		f.reduction.out += size
	}
	f.peak = max(f.peak, f.pipe)
	if f.timeoutAt == 0 || f.probeAt != 0 {
		h.rearm(f)
	}
}

// inform: a packet has carried the acknowledgement; beyond a hole, and for
// Ledbat, one of its own says more.
func (h *Host) inform(c *conn, f *flow) {
	if !f.holes && c.transport != Ledbat {
		c.ackNow = false
		f.acknowledged()
	}
}

// sendAgain repeats what was lost as far as the window allows, oldest first;
// one packet goes in any case when nothing is on its way. Once the oldest is
// under way again the timeout counts anew.
func (h *Host) sendAgain(slot uint32, f *flow) {
	c := &h.conns[slot]
	for i := f.first; i < len(f.sent) && f.missing > 0; i++ {
		r := &f.sent[i]
		if r.arrived || !r.lost || r.again {
			continue
		}
		if room := f.window() - float64(f.pipe); float64(r.n) > room {
			most := uint32(max(room, 0)) / packet.MaxSegment * packet.MaxSegment
			if f.pipe == 0 {
				most = max(most, packet.MaxSegment)
			}
			if most == 0 {
				return
			}
			if most < r.n {
				f.split(i, r.seq+most)
				r = &f.sent[i]
			}
		}
		r.again = true
		f.missing -= r.n
		f.pipe += r.n
		f.reduction.out += r.n
		h.repeat(slot, f, r)
		h.inform(c, f)
		if i == f.first && !f.slowAgain { // as in Linux, tcp_xmit_retransmit_queue
			h.rearm(f)
		}
	}
	if f.timeoutAt == 0 {
		h.rearm(f)
	}
}

// repeat sends a range once more.
func (h *Host) repeat(slot uint32, f *flow, r *sentRange) {
	r.at = f.stamp(h.now)
	p := Packet{kind: data, seq: r.seq, stream: uint16(r.n), wire: uint16(packet.OnWire(r.n)), ack: f.expected}
	var blob []byte
	if r.node != 0 {
		n := &h.nodes[r.node]
		p.message, p.whole = n.message, true
		blob = h.blobs.look(n.blob)
	}
	h.put(slot, f, &p, blob, r.at-h.now, r.n)
}

// probe repeats the newest packet: its acknowledgement tells what is missing
// before it (tail-loss probe, RFC 8985).
func (h *Host) probe(slot uint32, f *flow) {
	f.probeAt, f.probed = 0, true
	if last := len(f.sent) - 1; last >= f.first && f.sent[last].onItsWay() {
		if r := &f.sent[last]; r.n > packet.MaxSegment {
			f.split(last, r.end()-packet.MaxSegment)
			last++
		}
		h.repeat(slot, f, &f.sent[last])
	}
	f.timeoutAt = h.now + f.timeout()
}

// put gives a packet to the uplink, whose end in truth comes there late by so
// much; the window has room for so many of its bytes now. The queue takes of it what it
// has room for; the path may lose some more. What is left arrives after the path's
// latency and jitter, in order.
func (h *Host) put(slot uint32, f *flow, p *Packet, blob []byte, late time.Duration, room uint32) {
	c := &h.conns[slot]
	p.conn, p.key = c.remoteConn, c.remoteKey
	h.Traffic.StreamSent += int64(p.stream)
	if len(h.net.Splits) > 0 {
		if _, is := h.net.blocked(h.id, c.remote, h.now); is {
			h.Traffic.StreamDropped += int64(p.stream)
			return
		}
	}
	if h.fair != nil {
		h.Traffic.StreamDropped += h.fair.Push(c.key, queue.Packet[queued]{
			Size: p.size(), At: h.now, Payload: queued{route{c.remote, c.delay, f}, *p, blob},
		})
		if h.fair.Len() == 1 {
			h.upFree = max(h.upFree, h.now)
		}
		return
	}
	if c.transport == Ledbat {
		p.addWait(max(h.upFree-h.now, 0))
	}
	pace := h.pace(f, p)
	a := queue.Arrival{Size: p.size(), Ready: room, Pace: pace, Lossless: p.sure()}
	if !p.cut(h.queue.Admit(a, h.now, h.up), &h.Traffic) {
		return
	}
	h.depart(route{c.remote, c.delay, f}, h.begin(p, f, pace, late), p, blob)
}

// route is where a flow's packets go, and how long that takes.
type route struct {
	to    engine.HostID
	delay time.Duration
	flow  *flow
}

// queued is what waits in FQ-CoDel.
type queued struct {
	route  route
	packet Packet
	blob   []byte
}

// depart puts on the path what the uplink has begun to send at start, but for
// the packets that the path loses.
func (h *Host) depart(r route, start time.Duration, p *Packet, blob []byte) {
	if h.net.Loss > 0 && !p.sure() {
		h.losing(r, start, p, blob)
		return
	}
	h.travel(r, start+packet.Serialization(uint32(p.wire), h.up), p, blob)
}

// losing lets the path lose packets at random. What is left of one that stands
// for several travels in stretches.
func (h *Host) losing(r route, start time.Duration, p *Packet, blob []byte) {
	total, wire := uint32(p.stream), uint32(p.wire)
	from := uint32(0)
	for at, n := uint32(0), p.packets(); n > 0; n-- {
		size := min(total-at, packet.MaxSegment)
		lost := h.lossIn == 0
		if lost {
			h.lossIn = h.gap()
			h.Traffic.StreamDropped += int64(size)
			if at > from {
				h.stretch(r, start, *p, from, at)
			}
			from = at + size
		} else {
			h.lossIn--
		}
		at += size
		if n > 1 {
			continue
		}
		switch {
		case lost:
		case from == 0:
			h.travel(r, start+packet.Serialization(wire, h.up), p, blob)
		default:
			rest := *p
			rest.seq, rest.stream, rest.wire = p.seq+from, uint16(total-from), uint16(wire-packet.OnWire(from))
			h.travel(r, start+packet.Serialization(wire, h.up), &rest, blob)
		}
	}
}

// stretch sends bytes from up to to of a packet whose end does not belong to it.
func (h *Host) stretch(r route, start time.Duration, p Packet, from, to uint32) {
	p.seq, p.stream, p.whole = p.seq+from, uint16(to-from), false
	p.wire = uint16(packet.OnWire(to - from))
	p.message = Message{}
	h.travel(r, start+packet.Serialization(packet.OnWire(to), h.up), &p, nil)
}

// gap draws how many packets pass before the next loss: geometric.
func (h *Host) gap() int64 {
	u := 1 - float64(h.rand.Float64())
	return int64(min(portable.Log(u)/portable.Log1p(-h.net.Loss), 1e15))
}

// travel has a packet arrive after the path's latency and jitter. The start of a
// segment may have gone before now.
func (h *Host) travel(r route, gone time.Duration, p *Packet, blob []byte) {
	at := max(gone, h.now) + r.delay
	if h.net.Jitter > 0 {
		at += time.Duration(h.rand.Int64N(int64(h.net.Jitter)))
	}
	if p.stream > 0 || h.net.Jitter > 0 {
		at = max(at, r.flow.arrival)
		r.flow.arrival = at
	}
	next := r.to
	if h.net.RouterOf != nil {
		var routed bool
		if next, routed = h.net.firstHop(h.id, r.to); routed {
			p.far = uint32(r.to) + 1
		}
	}
	*h.events.Send(at, next, blob) = *p
}

// serveFair is the uplink's event where its queue is FQ-CoDel: it is free for
// the next packet.
func (h *Host) serveFair() {
	x, dropped, ok := h.fair.Pop(h.now)
	h.Traffic.StreamDropped += dropped
	if !ok {
		return
	}
	h.upFree = h.now + packet.Serialization(x.Wire, h.up)
	h.Traffic.WireSent += int64(x.Wire)
	p := &x.Payload.packet
	p.addWait(h.now - x.At)
	h.depart(x.Payload.route, h.now, p, x.Payload.blob)
}
