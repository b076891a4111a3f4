package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// Lone messages: small ones, packets of their own, that nobody waits for an
// acknowledgement of. Most messages of a swarm are, since each piece is announced to
// every neighbour. Where a segment stands for several packets they are spared what
// TCP does to make sure of a packet: one that the sender's own queue has room for
// arrives. It takes its place in the stream, its time on both links and in the window
// as any packet does, and so does its acknowledgement, which travels with whatever goes
// that way next. Of a flow it touches one cache line.

// lone reports whether a message is a packet of its own that nobody waits for an
// acknowledgement of.
func (h *Host) isSmall(c *Conn, bytes uint32) bool {
	return bytes < packet.MaxSegment && h.Net.Segment > packet.MaxSegment && c.Transport != Ledbat
}

// makesSure reports whether lone messages are sure to arrive: nothing on the path loses
// packets.
func (n *Net) smallLossless() bool {
	return n.Transport != Ideal && n.Segment > packet.MaxSegment && n.Loss == 0 && n.RouterOf == nil && len(n.Splits) == 0
}

// sendLone sends a message at once if it is lone, and neither the window nor a message
// before it nor the uplink's queue holds it back; otherwise it returns nil.
func (h *Host) sendSmall(c *Conn, slot, bytes uint32, blob []byte) *Message {
	if c.Head != 0 || !h.isSmall(c, bytes) {
		return nil
	}
	f := h.flow(slot)
	if f.inRecovery || f.lost > 0 || f.sndNxt-f.sndUna+bytes > h.Net.Window {
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
	if f.smallSentAt != h.Clock || uint32(f.coalesced)+bytes > packet.MaxSegment {
		f.coalesced = 0
		wire += packet.Headers * (1 + uint32(f.pastDelayedAcks(h.Clock)))
	}
	if !h.dropTail.AdmitWhole(packet.Size{Stream: bytes, Wire: wire}, h.Clock, h.UpRate) {
		return nil
	}
	f.smallSentAt = h.Clock
	f.coalesced += uint16(bytes)
	h.Traffic.StreamSent += int64(bytes)
	h.Traffic.WireSent += int64(wire)
	h.UpFree = max(h.UpFree, h.Clock) + packet.Serialization(wire, h.UpRate)
	at := h.UpFree + c.Delay
	if h.Net.Jitter > 0 {
		at += time.Duration(h.rand.Int64N(int64(h.Net.Jitter)))
	}
	f.lastArrival = max(f.lastArrival, at)
	p := h.Events.Send(f.lastArrival, c.Remote, blob)
	*p = Packet{}
	p.Conn, p.Key, p.Ack, p.Seq = c.RemoteConn, c.RemoteKey, f.rcvNxt, f.sndNxt
	p.Wire, p.Bytes, p.Kind, p.Whole = uint16(wire), uint16(bytes), Small, true
	f.sndNxt += bytes
	h.onAckCarried(c, f)
	return &p.Message
}

// hearLone takes a lone message.
func (h *Host) receiveSmall(t *Packet, blob []byte) {
	slot := t.Conn
	f := h.flow(slot)
	news := h.onAck(slot, f, t)
	h.Traffic.StreamReceived += int64(t.Bytes)
	if t.Seq == f.rcvNxt && !f.hasHole {
		f.rcvNxt += uint32(t.Bytes)
		f.quickAcks += min(1, maxQuickAcks-f.quickAcks)
		f.delayAck(h.Clock)
		h.App.Received(ConnID(slot), &t.Message, blob)
	} else {
		h.reassemble(slot, f, t, blob)
	}
	if c := &h.Conns[slot]; c.Key == t.Key && c.State == Open && (news || c.AckDue) {
		h.enqueue(c, slot)
	}
}
