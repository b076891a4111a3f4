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
func (h *Host) lone(c *conn, bytes uint32) bool {
	return bytes < packet.MaxSegment && h.net.Segment > packet.MaxSegment && c.transport != Ledbat
}

// makesSure reports whether lone messages are sure to arrive: nothing on the path loses
// packets.
func (n *Net) makesSure() bool {
	return n.Transport != Ideal && n.Segment > packet.MaxSegment && n.Loss == 0 && n.RouterOf == nil && len(n.Splits) == 0
}

// sendLone sends a message at once if it is lone, and neither the window nor a message
// before it nor the uplink's queue holds it back; otherwise it returns nil.
func (h *Host) sendLone(c *conn, slot, bytes uint32, blob []byte) *Message {
	if c.head != 0 || !h.lone(c, bytes) {
		return nil
	}
	f := h.flow(slot)
	if f.recovery || f.missing > 0 || f.nxt-f.una+bytes > h.net.Window {
		return nil
	}
	if f.pipe > 0 {
		if float64(f.pipe)+float64(bytes) > f.cubic.cwnd {
			return nil
		}
	} else if f.beyond == 0 {
		f.una = f.nxt
	}
	wire := bytes
	if f.loneAt != h.now || uint32(f.together)+bytes > packet.MaxSegment {
		f.together = 0
		wire += packet.Headers * (1 + uint32(f.rested(h.now)))
	}
	if !h.queue.AdmitWhole(packet.Size{Stream: bytes, Wire: wire}, h.now, h.up) {
		return nil
	}
	f.loneAt = h.now
	f.together += uint16(bytes)
	h.Traffic.StreamSent += int64(bytes)
	h.Traffic.WireSent += int64(wire)
	h.upFree = max(h.upFree, h.now) + packet.Serialization(wire, h.up)
	at := h.upFree + c.delay
	if h.net.Jitter > 0 {
		at += time.Duration(h.rand.Int64N(int64(h.net.Jitter)))
	}
	f.arrival = max(f.arrival, at)
	p := h.events.Send(f.arrival, c.remote, blob)
	*p = Packet{}
	p.conn, p.key, p.ack, p.seq = c.remoteConn, c.remoteKey, f.expected, f.nxt
	p.wire, p.stream, p.kind, p.whole = uint16(wire), uint16(bytes), lone, true
	f.nxt += bytes
	h.inform(c, f)
	return &p.message
}

// hearLone takes a lone message.
func (h *Host) hearLone(t *Packet, blob []byte) {
	slot := t.conn
	f := h.flow(slot)
	news := h.acked(slot, f, t)
	h.Traffic.StreamReceived += int64(t.stream)
	if t.seq == f.expected && !f.holes {
		f.expected += uint32(t.stream)
		f.quick += min(1, quickAcks-f.quick)
		f.rest(h.now)
		h.app.Received(ConnID(slot), &t.message, blob)
	} else {
		h.accept(slot, f, t, blob)
	}
	if c := &h.conns[slot]; c.key == t.key && c.state == open && (news || c.ackNow) {
		h.enqueue(c, slot)
	}
}
