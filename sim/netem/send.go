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
	for h.TxQueue.Len > 0 {
		slot := h.dequeue().Conn
		if h.Conns[slot].State != Free {
			h.sendPending(slot)
		}
	}
}

// push sends what a connection may send now.
func (h *Host) sendPending(slot uint32) {
	c := &h.Conns[slot]
	f := h.flow(slot)
	if c.ControlDue {
		h.sendControl(slot, f)
		return
	}
	if c.State != Open {
		return
	}
	busy := c.Head != 0 || f.lost > 0
	if busy && (f.unblocked || !f.cwndBlocked) {
		h.sendData(slot, f)
	}
	if c.AckDue {
		c.AckDue = false
		if f.unackedPackets > 0 || f.hasHole {
			var p Packet
			h.buildAck(slot, f, &p)
			h.toUplink(slot, f, &p, nil, 0, 0)
			f.onAckSent()
		}
	}
	if f.hasUnacked() || f.delAckSet {
		h.scheduleTimer(slot, f)
	}
	if busy {
		h.fillSendBuffer(slot, f)
	}
}

// mostTimeouts is more than it takes any window to shrink to the least there is.
const maxIdleRTOs = 1000

// pushData sends what is lost, and what is new.
func (h *Host) sendData(slot uint32, f *flow) {
	c := &h.Conns[slot]
	if f.firstUnacked == len(f.unacked) && c.Head != 0 && f.srtt != 0 {
		if idle := h.Clock - f.lastSentAt; idle > f.rto() {
			f.control.onIdle(int(min(idle/f.rto(), maxIdleRTOs)))
		}
	}
	if f.lost > 0 {
		h.retransmitLost(slot, f)
	}
	for f.lost == 0 && c.Head != 0 {
		room := h.windowRoom(f)
		size := h.nextSize(c, f, room)
		if size == 0 {
			break
		}
		h.sendNew(slot, f, size, room)
	}
	f.cwndBlocked, f.unblocked = c.Head != 0, false
}

// buffer tells the application of messages that the socket's send buffer has
// taken: an application that waits for that keeps the buffer full, and what is
// in there cannot be cancelled any more. Linux makes the buffer twice the
// window's packets, counted with their overhead, and asks for more when a third
// of it is free; it never shrinks.
func (h *Host) fillSendBuffer(slot uint32, f *flow) {
	c := &h.Conns[slot]
	key := c.Key
	for f.unbuffered != 0 {
		if !before(f.buffered, f.sndNxt) && (f.buffered-f.sndUna > bufferSize(f.maxCwnd) || h.maxUnsent > 0 && f.buffered-f.sndNxt > h.maxUnsent) {
			return // what has been sent has been taken, whatever the measure says
		}
		n := &h.Nodes[f.unbuffered]
		f.buffered += n.Message.Bytes
		f.unbuffered = n.Next
		if !n.Message.Notify {
			continue
		}
		h.scratch = n.Message
		h.App.Sent(ConnID(slot), &h.scratch)
		if c = &h.Conns[slot]; c.Key != key || c.State != Open {
			return
		}
	}
}

// bufferSize is the send buffer's, two and a half windows: 2 times the truesize of a
// packet over its payload (about 1.55), five sixths of which are in use.
func bufferSize(window uint32) uint32 { return window / 2 * 5 }

// greetAt sends a SYN, SYN-ACK, FIN or refusal. The first two may be lost and
// are repeated by the dialer; the others never are.
func (h *Host) sendControl(slot uint32, f *flow) {
	c := &h.Conns[slot]
	p := h.ControlPacket(slot)
	if p.Kind == SYN {
		if f.backoff > 0 {
			p.Message.Bytes = 1 // repeated
		}
		f.rtoAt = h.Clock + h.randomizeRTO(f.rto())
		f.backoff++
	}
	f.lastSentAt = h.Clock
	h.toUplink(slot, f, &p, nil, 0, 0)
	if c.State == Closing || c.State == Refusing {
		h.release(slot)
		return
	}
	h.scheduleTimer(slot, f)
}

// room is how many bytes may be sent now.
func (h *Host) windowRoom(f *flow) float64 {
	if out := f.sndNxt - f.sndUna; out+packet.MaxSegment > h.Net.Window {
		return 0
	}
	return min(f.sendWindow(), float64(h.Net.Window)) - float64(f.pipe)
}

// mayBegin is how many new bytes go to the uplink, where the window has that
// much room.
func (h *Host) nextSize(c *Conn, f *flow, room float64) uint32 {
	if room < packet.MaxSegment && f.pipe > 0 {
		if f.headIsLarge {
			return 0
		}
		size := h.smallAtHead(c)
		if f.headIsLarge = size == 0; !f.headIsLarge && (float64(size) <= room || c.HeadSent == 0 && h.maySendEarly(f, size, room)) {
			return size
		}
		return 0
	}
	size := h.SegmentSize(c)
	switch {
	case float64(size) <= room:
		return size
	case room < packet.MaxSegment:
		return min(size, packet.MaxSegment)
	case h.maySendEarly(f, size, room) && (room >= float64(size)/2 || !h.dropTail.Overflows(h.Clock, h.UpRate)):
		return size // else the queue would overflow by what the window may never have room for
	}
	return uint32(room) / packet.MaxSegment * packet.MaxSegment
}

// sendNew sends the next bytes of the stream, a packet for each message or part
// of one. What the window has no room for is late.
func (h *Host) sendNew(slot uint32, f *flow, size uint32, room float64) {
	c := &h.Conns[slot]
	wire := uint32(0)
	f.headIsLarge = false
	for done := uint32(0); done < size; {
		n := c.Head
		m := &h.Nodes[n].Message
		part := min(m.Bytes-c.HeadSent, size-done)
		done += part
		r := f.appendRange()
		r.seq, r.n, r.sentAt = f.sndNxt, part, f.sendTime(h.Clock+h.timeToRoom(f, float64(done)-room))
		p := Packet{Kind: Data, Seq: f.sndNxt, Bytes: uint16(part), Wire: uint16(packet.OnWire(done) - wire)}
		wire = packet.OnWire(done)
		f.sndNxt += part
		c.HeadSent += part
		var blob []byte
		if c.HeadSent == m.Bytes {
			p.Message, p.Whole, r.node = *m, true, n
			r.small = part == m.Bytes && h.isSmall(c, m.Bytes)
			blob = h.Blobs.Get(h.Nodes[n].Blob)
			r.hasBlob = blob != nil
			c.Head, c.HeadSent = h.Nodes[n].Next, 0
			if m.Notify {
				h.Traffic.Notable++
				h.Traffic.NotableBytes += int64(m.Bytes)
			}
		}
		p.Ack = f.rcvNxt
		if done == size {
			p.Wire += packet.Headers * f.pastDelayedAcks(h.Clock)
		}
		h.toUplink(slot, f, &p, blob, r.sentAt-h.Clock, uint32(max(room-float64(done-part), 0)))
	}
	h.onAckCarried(c, f)
	f.coalesced = packet.MaxSegment // what comes now goes in a packet of its own
	f.pipe += size
	if f.inRecovery {
		f.prr.out += size
	}
	f.peakPipe = max(f.peakPipe, f.pipe)
	if f.rtoAt == 0 || f.tlpAt != 0 {
		h.resetTimers(f)
	}
}

// inform: a packet has carried the acknowledgement; beyond a hole, and for
// Ledbat, one of its own says more.
func (h *Host) onAckCarried(c *Conn, f *flow) {
	if !f.hasHole && c.Transport != Ledbat {
		c.AckDue = false
		f.onAckSent()
	}
}

// sendAgain repeats what was lost as far as the window allows, oldest first;
// one packet goes in any case when nothing is on its way. Once the oldest is
// under way again the timeout counts anew.
func (h *Host) retransmitLost(slot uint32, f *flow) {
	c := &h.Conns[slot]
	for i := f.firstUnacked; i < len(f.unacked) && f.lost > 0; i++ {
		r := &f.unacked[i]
		if r.sacked || !r.lost || r.retransmitted {
			continue
		}
		if room := f.sendWindow() - float64(f.pipe); float64(r.n) > room {
			most := uint32(max(room, 0)) / packet.MaxSegment * packet.MaxSegment
			if f.pipe == 0 {
				most = max(most, packet.MaxSegment)
			}
			if most == 0 {
				return
			}
			if most < r.n {
				f.splitRange(i, r.seq+most)
				r = &f.unacked[i]
			}
		}
		r.retransmitted = true
		f.lost -= r.n
		f.pipe += r.n
		f.prr.out += r.n
		h.retransmit(slot, f, r)
		h.onAckCarried(c, f)
		if i == f.firstUnacked && !f.rtoRecovery { // as in Linux, tcp_xmit_retransmit_queue
			h.resetTimers(f)
		}
	}
	if f.rtoAt == 0 {
		h.resetTimers(f)
	}
}

// repeat sends a range once more.
func (h *Host) retransmit(slot uint32, f *flow, r *sentRange) {
	r.sentAt = f.sendTime(h.Clock)
	p := Packet{Kind: Data, Seq: r.seq, Bytes: uint16(r.n), Wire: uint16(packet.OnWire(r.n)), Ack: f.rcvNxt}
	var blob []byte
	if r.node != 0 {
		n := &h.Nodes[r.node]
		p.Message, p.Whole = n.Message, true
		blob = h.Blobs.Get(n.Blob)
	}
	h.toUplink(slot, f, &p, blob, r.sentAt-h.Clock, r.n)
}

// probe repeats the newest packet: its acknowledgement tells what is missing
// before it (tail-loss probe, RFC 8985).
func (h *Host) sendTailProbe(slot uint32, f *flow) {
	f.tlpAt, f.tlpSent = 0, true
	if last := len(f.unacked) - 1; last >= f.firstUnacked && f.unacked[last].inFlight() {
		if r := &f.unacked[last]; r.n > packet.MaxSegment {
			f.splitRange(last, r.end()-packet.MaxSegment)
			last++
		}
		h.retransmit(slot, f, &f.unacked[last])
	}
	f.rtoAt = h.Clock + f.rto()
}

// put gives a packet to the uplink, whose end in truth comes there late by so
// much; the window has room for so many of its bytes now. The queue takes of it what it
// has room for; the path may lose some more. What is left arrives after the path's
// latency and jitter, in order.
func (h *Host) toUplink(slot uint32, f *flow, p *Packet, blob []byte, late time.Duration, room uint32) {
	c := &h.Conns[slot]
	p.Conn, p.Key = c.RemoteConn, c.RemoteKey
	h.Traffic.StreamSent += int64(p.Bytes)
	if len(h.Net.Splits) > 0 {
		if _, is := h.Net.Blocked(h.Self, c.Remote, h.Clock); is {
			h.Traffic.StreamDropped += int64(p.Bytes)
			return
		}
	}
	if h.fqCoDel != nil {
		h.Traffic.StreamDropped += h.fqCoDel.Push(c.Key, queue.Packet[queued]{
			Size: p.Size(), At: h.Clock, Payload: queued{route{c.Remote, c.Delay, f}, *p, blob},
		})
		if h.fqCoDel.Len() == 1 {
			h.UpFree = max(h.UpFree, h.Clock)
		}
		return
	}
	if c.Transport == Ledbat {
		p.AddQueued(max(h.UpFree-h.Clock, 0))
	}
	pace := h.pace(f, p)
	a := queue.Arrival{Size: p.Size(), Ready: room, Pace: pace, Lossless: p.Lossless()}
	if !p.Keep(h.dropTail.Admit(a, h.Clock, h.UpRate), &h.Traffic) {
		return
	}
	h.depart(route{c.Remote, c.Delay, f}, h.startOnUplink(p, f, pace, late), p, blob)
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
	if h.Net.Loss > 0 && !p.Lossless() {
		h.departLossy(r, start, p, blob)
		return
	}
	h.toPath(r, start+packet.Serialization(uint32(p.Wire), h.UpRate), p, blob)
}

// losing lets the path lose packets at random. What is left of one that stands
// for several travels in stretches.
func (h *Host) departLossy(r route, start time.Duration, p *Packet, blob []byte) {
	total, wire := uint32(p.Bytes), uint32(p.Wire)
	from := uint32(0)
	for at, n := uint32(0), p.Packets(); n > 0; n-- {
		size := min(total-at, packet.MaxSegment)
		lost := h.lossIn == 0
		if lost {
			h.lossIn = h.drawLossGap()
			h.Traffic.StreamDropped += int64(size)
			if at > from {
				h.sendStretch(r, start, *p, from, at)
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
			h.toPath(r, start+packet.Serialization(wire, h.UpRate), p, blob)
		default:
			rest := *p
			rest.Seq, rest.Bytes, rest.Wire = p.Seq+from, uint16(total-from), uint16(wire-packet.OnWire(from))
			h.toPath(r, start+packet.Serialization(wire, h.UpRate), &rest, blob)
		}
	}
}

// stretch sends bytes from up to to of a packet whose end does not belong to it.
func (h *Host) sendStretch(r route, start time.Duration, p Packet, from, to uint32) {
	p.Seq, p.Bytes, p.Whole = p.Seq+from, uint16(to-from), false
	p.Wire = uint16(packet.OnWire(to - from))
	p.Message = Message{}
	h.toPath(r, start+packet.Serialization(packet.OnWire(to), h.UpRate), &p, nil)
}

// gap draws how many packets pass before the next loss: geometric.
func (h *Host) drawLossGap() int64 {
	u := 1 - float64(h.rand.Float64())
	return int64(min(portable.Log(u)/portable.Log1p(-h.Net.Loss), 1e15))
}

// travel has a packet arrive after the path's latency and jitter. The start of a
// segment may have gone before now.
func (h *Host) toPath(r route, gone time.Duration, p *Packet, blob []byte) {
	at := max(gone, h.Clock) + r.delay
	if h.Net.Jitter > 0 {
		at += time.Duration(h.rand.Int64N(int64(h.Net.Jitter)))
	}
	if p.Bytes > 0 || h.Net.Jitter > 0 {
		at = max(at, r.flow.lastArrival)
		r.flow.lastArrival = at
	}
	next := r.to
	if h.Net.RouterOf != nil {
		var routed bool
		if next, routed = h.Net.FirstHop(h.Self, r.to); routed {
			p.FinalDst = uint32(r.to) + 1
		}
	}
	*h.Events.Send(at, next, blob) = *p
}

// serveFair is the uplink's event where its queue is FQ-CoDel: it is free for
// the next packet.
func (h *Host) serveFQ() {
	x, dropped, ok := h.fqCoDel.Pop(h.Clock)
	h.Traffic.StreamDropped += dropped
	if !ok {
		return
	}
	h.UpFree = h.Clock + packet.Serialization(x.Wire, h.UpRate)
	h.Traffic.WireSent += int64(x.Wire)
	p := &x.Payload.packet
	p.AddQueued(h.Clock - x.At)
	h.depart(x.Payload.route, h.Clock, p, x.Payload.blob)
}
