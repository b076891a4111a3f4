package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// The receiving side of a flow: bytes into order, messages out, acknowledgements
// back.

// hear takes a packet of an open connection.
func (h *Host) hear(t *Packet, blob []byte) {
	slot := t.conn
	f := h.flow(slot)
	h.Traffic.StreamReceived += int64(t.stream)
	news := h.acked(slot, f, t)
	if t.stream > 0 {
		if h.conns[slot].transport == Ledbat {
			f.waited = t.waited
		}
		h.accept(slot, f, t, blob)
		if c := &h.conns[slot]; c.key != t.key || c.state != open {
			return
		}
	}
	if c := &h.conns[slot]; news || c.ackNow || f.delaying {
		h.enqueue(c, slot)
	}
}

// accept puts a packet's bytes where they belong and hands over the messages
// that are complete.
func (h *Host) accept(slot uint32, f *flow, t *Packet, blob []byte) {
	end := t.seq + uint32(t.stream)
	packets := t.packets()
	resting := h.rests(slot, f, t)
	if resting {
		f.rest(h.now)
	} else {
		f.unacked += uint16(packets)
	}
	if f.quick < quickAcks {
		f.quick += uint8(packets)
	}
	switch {
	case !before(f.expected, end): // all of it is here already
		h.ackNow(slot)
		return
	case before(f.expected, t.seq):
		f.keep(t.seq, end)
		if t.whole && !f.ends(end) {
			f.endings = append(f.endings, ending{end, t.message, h.blobs.put(blob)})
			for i := len(f.endings) - 1; i > 0 && before(end, f.endings[i-1].at); i-- {
				f.endings[i], f.endings[i-1] = f.endings[i-1], f.endings[i]
			}
		}
		f.recent = t.seq
		h.ackNow(slot)
		return
	}
	switch {
	case resting:
	case f.holes || f.unacked >= 2 || f.quick < quickAcks || h.conns[slot].transport == Ledbat:
		h.ackNow(slot)
	default:
		f.ackAt, f.delaying = h.now+delayedAck, true
	}
	f.expected = end
	key := t.key
	if t.whole && !(f.holes && f.ends(end)) { // else it came before, and is handed on below
		h.app.Received(ConnID(slot), &t.message, blob)
	}
	for f.holes && h.conns[slot].key == key && h.conns[slot].state == open && h.handOn(slot, f) {
	}
}

// rests reports whether the acknowledgement of a packet, which is a lone message,
// waits for whatever goes to the other end next.
func (h *Host) rests(slot uint32, f *flow, t *Packet) bool {
	return t.whole && uint32(t.stream) == t.message.Bytes && h.lone(&h.conns[slot], t.message.Bytes) && t.seq == f.expected && !f.holes && f.quick >= quickAcks
}

// rest notes a lone message. Those that come while the timer of delayed
// acknowledgements would be running share one.
func (f *flow) rest(now time.Duration) {
	if f.resting == 0 || now-f.restingAt >= delayedAck {
		f.resting += min(1, maxAcks-f.resting)
		f.restingAt = now
	}
}

// rested is how many acknowledgements of lone messages would have gone by now,
// had they not waited.
func (f *flow) rested(now time.Duration) uint16 {
	if f.resting > 0 && now-f.restingAt < delayedAck {
		return f.resting - 1
	}
	return f.resting
}

// handOn moves one step through what arrived ahead, which may be the last.
func (h *Host) handOn(slot uint32, f *flow) (more bool) {
	if len(f.ahead) > 0 && !before(f.expected, f.ahead[0].from) {
		if to := f.ahead[0].to; before(f.expected, to) {
			f.expected = to
		}
		f.ahead = f.ahead[:copy(f.ahead, f.ahead[1:])]
		return true
	}
	if len(f.endings) > 0 && !before(f.expected, f.endings[0].at) {
		e := f.endings[0]
		f.endings = f.endings[:copy(f.endings, f.endings[1:])]
		h.told = e.message
		h.app.Received(ConnID(slot), &h.told, h.blobs.take(e.blob))
		return true
	}
	f.holes = len(f.ahead) > 0
	return false
}

func (h *Host) ackNow(slot uint32) { h.conns[slot].ackNow = true }

// ends reports whether the message that ends there is kept already.
func (f *flow) ends(at uint32) bool {
	for i := range f.endings {
		if f.endings[i].at == at {
			return true
		}
	}
	return false
}

// keep notes bytes that arrived beyond a hole.
func (f *flow) keep(from, to uint32) {
	f.holes = true
	i := 0
	for i < len(f.ahead) && before(f.ahead[i].to, from) {
		i++
	}
	j := i
	for j < len(f.ahead) && !before(to, f.ahead[j].from) {
		if before(f.ahead[j].from, from) {
			from = f.ahead[j].from
		}
		if before(to, f.ahead[j].to) {
			to = f.ahead[j].to
		}
		j++
	}
	if i == j {
		f.ahead = append(f.ahead, span{})
		copy(f.ahead[i+1:], f.ahead[i:])
		f.ahead[i] = span{from, to}
		return
	}
	f.ahead[i] = span{from, to}
	f.ahead = append(f.ahead[:i+1], f.ahead[j:]...)
}

// acknowledge makes an empty packet say what has come: the next byte
// expected, and up to two stretches beyond it, that of the newest packet first
// (RFC 2018).
func (h *Host) acknowledge(slot uint32, f *flow, p *Packet) {
	c := &h.conns[slot]
	acks := f.unacked
	if !f.holes && f.quick >= quickAcks && c.transport != Ledbat {
		acks /= 2
	}
	acks = max(acks, 1) + f.rested(h.now)
	p.kind, p.ack, p.wire = data, f.expected, packet.Headers*min(acks, maxAcks)
	if f.holes {
		f.tellAhead(p)
	}
	if c.transport == Ledbat {
		p.message.Z, p.message.Bytes = uint32(f.waited), 0
	}
}

// tellAhead says which stretches are here beyond the hole.
func (f *flow) tellAhead(p *Packet) {
	for i := len(f.ahead) - 1; i >= 0; i-- {
		if s := f.ahead[i]; !before(f.recent, s.from) && before(f.recent, s.to) {
			p.message.X, p.message.Y = s.from, s.to
		} else if i == 0 {
			p.message.Z, p.message.Bytes = s.from, s.to
		}
	}
}

// acknowledged: what is due to the other end has been said.
func (f *flow) acknowledged() {
	if f.delaying {
		f.ackAt, f.delaying = 0, false
	}
	f.unacked, f.resting = 0, 0
}
