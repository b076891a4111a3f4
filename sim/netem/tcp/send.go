package tcp

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// The sending side of a flow: what its window allows goes to the uplink at once, what is lost first,
// then what is new. Segments of several packets may go before the window has room for all of them,
// and count as sent later (segment.go). Small messages usually take another path (smallmsg.go).

// sendPending sends what a connection may send now.
func (l *Layer) sendPending(slot uint32) {
	c := &l.Conns[slot]
	f := l.flow(slot)
	if c.ControlDue {
		l.sendControl(slot, f)
		return
	}
	if c.State != stack.Open {
		return
	}
	busy := c.Head != 0 || f.lost > 0
	if busy && (f.unblocked || !f.cwndBlocked) { // not if nothing has changed since the window stopped it
		l.sendData(slot, f)
	}
	if c.AckDue {
		c.AckDue = false
		if f.ackOwedPackets > 0 || f.hasHole {
			var p packet.Packet
			l.buildAck(slot, f, &p)
			l.toUplink(slot, f, &p, nil, 0, 0)
			f.onAckSent()
		}
	}
	if f.hasUnacked() || f.delAckSet {
		l.scheduleTimer(slot, f)
	}
	if busy {
		l.fillSendBuffer(slot, f)
	}
}

// maxIdleRTOs bounds the timeouts that onIdle is told of. Each halves the window, so far fewer bring
// any window down to the initial one.
const maxIdleRTOs = 1000

// sendData retransmits what is lost, then sends what is new.
func (l *Layer) sendData(slot uint32, f *flow) {
	c := &l.Conns[slot]
	if f.firstUnacked == len(f.unacked) && c.Head != 0 && f.srtt != 0 {
		if idle := l.Now - f.lastSentAt; idle > f.rto() {
			f.control.onIdle(int(min(idle/f.rto(), maxIdleRTOs)))
		}
	}
	if f.lost > 0 {
		l.retransmitLost(slot, f)
	}
	for f.lost == 0 && c.Head != 0 {
		room := l.windowRoom(f)
		size := l.nextSize(c, f, room)
		if size == 0 {
			break
		}
		l.sendNew(slot, f, size, room)
	}
	f.cwndBlocked, f.unblocked = c.Head != 0, false
}

// windowRoom is how many bytes the congestion window and the receive window have room for, negative
// if more are in flight. It is 0 if the receive window has no room for a full packet.
func (l *Layer) windowRoom(f *flow) float64 {
	if out := f.sndNxt - f.sndUna; out+packet.MSS > l.Net.Window {
		return 0
	}
	return min(f.sendWindow(), float64(l.Net.Window)) - float64(f.pipe)
}

// sendNew sends the next bytes of the stream, a packet.Packet for each message or part of one. Their
// headers are those of all bytes together. What the window has no room for counts as sent later: see
// segment.go.
func (l *Layer) sendNew(slot uint32, f *flow, size uint32, room float64) {
	c := &l.Conns[slot]
	wire := uint32(0)
	f.headSpansPackets = false
	for done := uint32(0); done < size; {
		n := c.Head
		m := &l.Nodes[n].Message
		part := min(m.Bytes-c.HeadSent, size-done)
		done += part
		r := f.appendRange()
		r.seq, r.n, r.sentAt = f.sndNxt, part, f.sendTime(l.Now+l.timeToRoom(f, float64(done)-room))
		p := packet.Packet{
			Kind:  packet.Data,
			Seq:   f.sndNxt,
			Bytes: uint16(part),
			Wire:  uint16(packet.OnWire(done) - wire),
		}
		wire = packet.OnWire(done)
		f.sndNxt += part
		c.HeadSent += part
		var blob []byte
		if c.HeadSent == m.Bytes {
			p.Message, p.Whole, r.node = *m, true, n
			r.small = part == m.Bytes && l.isSmall(c, m.Bytes)
			blob = l.Blobs.Get(l.Nodes[n].Blob)
			r.hasBlob = blob != nil
			c.Head, c.HeadSent = l.Nodes[n].Next, 0
			if m.NotifySent {
				l.Traffic.Notified++
				l.Traffic.NotifiedBytes += int64(m.Bytes)
			}
		}
		p.Ack = f.rcvNxt
		if done == size { // acknowledgements of small messages that would have been sent since the last packet
			p.Wire += packet.Headers * f.pastDelayedAcks(l.Now)
		}
		l.toUplink(slot, f, &p, blob, r.sentAt-l.Now, uint32(max(room-float64(done-part), 0)))
	}
	l.onAckCarried(c, f)
	f.coalesced = packet.MSS // full: the next small message starts a packet of its own (sendSmall)
	f.pipe += size
	if f.inRecovery {
		f.prr.out += size
	}
	f.peakPipe = max(f.peakPipe, f.pipe)
	if f.rtoAt == 0 || f.tlpAt != 0 {
		l.resetTimers(f)
	}
}

// onAckCarried is called when a packet with data has carried an acknowledgement. Its Ack suffices,
// except after a hole in what was received (SACK blocks) and with uTP (the queueing delay): only a
// pure acknowledgement carries these, so it stays due.
func (l *Layer) onAckCarried(c *stack.Conn, f *flow) {
	if !f.hasHole && c.Transport != stack.UTP {
		c.AckDue = false
		f.onAckSent()
	}
}

// sendControl sends a SYN, SYN-ACK, FIN or RST. The first two may be lost, and the dialer repeats
// the SYN; the others are never lost.
func (l *Layer) sendControl(slot uint32, f *flow) {
	c := &l.Conns[slot]
	p := l.ControlPacket(slot)
	if p.Kind == packet.SYN {
		if f.backoff > 0 {
			p.Message.Bytes = 1 // marks a repeated SYN: see packet.SYN
		}
		f.rtoAt = l.Now + l.randomizeRTO(f.rto())
		f.backoff++
	}
	f.lastSentAt = l.Now
	l.toUplink(slot, f, &p, nil, 0, 0)
	if c.State == stack.Closing || c.State == stack.Refusing {
		l.Free(slot)
		return
	}
	l.scheduleTimer(slot, f)
}
