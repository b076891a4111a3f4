package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Small messages: most messages of a swarm are, since each piece is announced to every
// neighbour. A small message fits one packet. Where a segment stands for several packets it
// takes a fast path: it arrives for certain once the uplink queue has accepted it, so no
// retransmission state is kept. It takes its place in the stream, its time on both links
// and its part of the window as any packet does, and so does its acknowledgement, which
// travels with whatever is sent that way next. Of a flow it touches one cache line.

// isSmall reports whether a message takes the fast path, or would if no earlier one waited.
func (l *Layer) isSmall(c *stack.Conn, bytes uint32) bool {
	return bytes < packet.MSS && l.Net.Segment > packet.MSS && c.Transport != stack.UTP
}

// smallLossless reports whether small messages always arrive: nothing on a path loses
// packets.
func smallLossless(n *stack.Net) bool {
	return n.Segment > packet.MSS && n.Loss == 0 && n.RouterOf == nil && len(n.Splits) == 0
}

// sendSmall sends a message at once if it is small and neither the window nor an earlier message
// nor the queue holds it back; otherwise it returns nil.
func (l *Layer) sendSmall(c *stack.Conn, slot, bytes uint32, blob []byte) *packet.Message {
	if c.Head != 0 || !l.isSmall(c, bytes) {
		return nil
	}
	f := l.flow(slot)
	if f.inRecovery || f.lost > 0 || f.sndNxt-f.sndUna+bytes > l.Net.Window {
		return nil
	}
	if f.pipe > 0 {
		if float64(f.pipe)+float64(bytes) > f.cubic.cwnd {
			return nil
		}
	} else if f.sacked == 0 {
		f.sndUna = f.sndNxt
	}
	wire := bytes
	if f.smallSentAt != l.Now || uint32(f.coalesced)+bytes > packet.MSS {
		f.coalesced = 0
		wire += packet.Headers * (1 + uint32(f.pastDelayedAcks(l.Now)))
	}
	if !l.dropTail.AdmitWhole(packet.Size{Stream: bytes, Wire: wire}, l.Now, l.UpRate) {
		return nil
	}
	f.smallSentAt = l.Now
	f.coalesced += uint16(bytes)
	l.Traffic.StreamSent += int64(bytes)
	l.Traffic.WireSent += int64(wire)
	l.UpFree = max(l.UpFree, l.Now) + packet.Serialization(wire, l.UpRate)
	at := l.UpFree + c.Delay
	if l.Net.Jitter > 0 {
		at += time.Duration(l.rand.Int64N(int64(l.Net.Jitter)))
	}
	f.lastArrival = max(f.lastArrival, at)
	p := l.Events.Send(f.lastArrival, c.Remote, blob)
	*p = packet.Packet{}
	p.Conn, p.Key, p.Ack, p.Seq = c.RemoteConn, c.RemoteKey, f.rcvNxt, f.sndNxt
	p.Wire, p.Bytes, p.Kind, p.Whole = uint16(wire), uint16(bytes), packet.Small, true
	f.sndNxt += bytes
	l.onAckCarried(c, f)
	return &p.Message
}

// receiveSmall handles a small message.
func (l *Layer) receiveSmall(p *packet.Packet, blob []byte) {
	slot := p.Conn
	f := l.flow(slot)
	useful := l.onAck(slot, f, p)
	l.Traffic.StreamReceived += int64(p.Bytes)
	if p.Seq == f.rcvNxt && !f.hasHole {
		f.rcvNxt += uint32(p.Bytes)
		f.quickAcks += min(1, maxQuickAcks-f.quickAcks)
		f.delayAck(l.Now)
		l.App.Received(stack.ConnID(slot), &p.Message, blob)
	} else {
		l.reassemble(slot, f, p, blob)
	}
	if useful || l.Conns[slot].AckDue {
		l.Schedule(slot)
	}
}

// delaysAck reports whether the acknowledgement of a packet, which is a small message, waits for
// whatever is sent to the other end next.
func (l *Layer) delaysAck(slot uint32, f *flow, p *packet.Packet) bool {
	return p.Whole && uint32(p.Bytes) == p.Message.Bytes && l.isSmall(&l.Conns[slot], p.Message.Bytes) &&
		p.Seq == f.rcvNxt && !f.hasHole && f.quickAcks >= maxQuickAcks
}

// delayAck notes a small message whose acknowledgement waits. Those that arrive while the timer of
// delayed acknowledgements would be running share one.
func (f *flow) delayAck(now time.Duration) {
	if f.delayedAcks == 0 || now-f.delayedSince >= delAckTimeout {
		f.delayedAcks += min(1, maxAcks-f.delayedAcks)
		f.delayedSince = now
	}
}

// pastDelayedAcks is how many acknowledgements of small messages would have been sent by now, had
// they not waited.
func (f *flow) pastDelayedAcks(now time.Duration) uint16 {
	if f.delayedAcks > 0 && now-f.delayedSince < delAckTimeout {
		return f.delayedAcks - 1
	}
	return f.delayedAcks
}
