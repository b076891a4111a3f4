package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// The receiving side of a flow: bytes into order, messages out, acknowledgements
// back.

// hear takes a packet of an open connection.
func (h *Host) receiveSegment(t *Packet, blob []byte) {
	slot := t.Conn
	f := h.flow(slot)
	h.Traffic.StreamReceived += int64(t.Bytes)
	news := h.onAck(slot, f, t)
	if t.Bytes > 0 {
		if h.Conns[slot].Transport == Ledbat {
			f.queueDelay = t.Queued
		}
		h.reassemble(slot, f, t, blob)
		if c := &h.Conns[slot]; c.Key != t.Key || c.State != Open {
			return
		}
	}
	if c := &h.Conns[slot]; news || c.AckDue || f.delAckSet {
		h.enqueue(c, slot)
	}
}

// accept puts a packet's bytes where they belong and hands over the messages
// that are complete.
func (h *Host) reassemble(slot uint32, f *flow, t *Packet, blob []byte) {
	end := t.Seq + uint32(t.Bytes)
	packets := t.Packets()
	resting := h.delaysAck(slot, f, t)
	if resting {
		f.delayAck(h.Clock)
	} else {
		f.unackedPackets += uint16(packets)
	}
	if f.quickAcks < maxQuickAcks {
		f.quickAcks += uint8(packets)
	}
	switch {
	case !before(f.rcvNxt, end): // all of it is here already
		h.ackNow(slot)
		return
	case before(f.rcvNxt, t.Seq):
		f.addOutOfOrder(t.Seq, end)
		if t.Whole && !f.hasOOOMessage(end) {
			f.oooMessages = append(f.oooMessages, oooMessage{end, t.Message, h.Blobs.Put(blob)})
			for i := len(f.oooMessages) - 1; i > 0 && before(end, f.oooMessages[i-1].end); i-- {
				f.oooMessages[i], f.oooMessages[i-1] = f.oooMessages[i-1], f.oooMessages[i]
			}
		}
		f.newestOOO = t.Seq
		h.ackNow(slot)
		return
	}
	switch {
	case resting:
	case f.hasHole || f.unackedPackets >= 2 || f.quickAcks < maxQuickAcks || h.Conns[slot].Transport == Ledbat:
		h.ackNow(slot)
	default:
		f.delAckAt, f.delAckSet = h.Clock+delAckTimeout, true
	}
	f.rcvNxt = end
	key := t.Key
	if t.Whole && !(f.hasHole && f.hasOOOMessage(end)) { // else it came before, and is handed on below
		h.App.Received(ConnID(slot), &t.Message, blob)
	}
	for f.hasHole && h.Conns[slot].Key == key && h.Conns[slot].State == Open && h.deliverOutOfOrder(slot, f) {
	}
}

// rests reports whether the acknowledgement of a packet, which is a lone message,
// waits for whatever goes to the other end next.
func (h *Host) delaysAck(slot uint32, f *flow, t *Packet) bool {
	return t.Whole && uint32(t.Bytes) == t.Message.Bytes && h.isSmall(&h.Conns[slot], t.Message.Bytes) && t.Seq == f.rcvNxt && !f.hasHole && f.quickAcks >= maxQuickAcks
}

// rest notes a lone message. Those that come while the timer of delayed
// acknowledgements would be running share one.
func (f *flow) delayAck(now time.Duration) {
	if f.delayedAcks == 0 || now-f.delayedSince >= delAckTimeout {
		f.delayedAcks += min(1, MaxAcks-f.delayedAcks)
		f.delayedSince = now
	}
}

// rested is how many acknowledgements of lone messages would have gone by now,
// had they not waited.
func (f *flow) pastDelayedAcks(now time.Duration) uint16 {
	if f.delayedAcks > 0 && now-f.delayedSince < delAckTimeout {
		return f.delayedAcks - 1
	}
	return f.delayedAcks
}

// handOn moves one step through what arrived ahead, which may be the last.
func (h *Host) deliverOutOfOrder(slot uint32, f *flow) (more bool) {
	if len(f.outOfOrder) > 0 && !before(f.rcvNxt, f.outOfOrder[0].from) {
		if to := f.outOfOrder[0].to; before(f.rcvNxt, to) {
			f.rcvNxt = to
		}
		f.outOfOrder = f.outOfOrder[:copy(f.outOfOrder, f.outOfOrder[1:])]
		return true
	}
	if len(f.oooMessages) > 0 && !before(f.rcvNxt, f.oooMessages[0].end) {
		e := f.oooMessages[0]
		f.oooMessages = f.oooMessages[:copy(f.oooMessages, f.oooMessages[1:])]
		h.scratch = e.message
		h.App.Received(ConnID(slot), &h.scratch, h.Blobs.Take(e.blob))
		return true
	}
	f.hasHole = len(f.outOfOrder) > 0
	return false
}

func (h *Host) ackNow(slot uint32) { h.Conns[slot].AckDue = true }

// ends reports whether the message that ends there is kept already.
func (f *flow) hasOOOMessage(at uint32) bool {
	for i := range f.oooMessages {
		if f.oooMessages[i].end == at {
			return true
		}
	}
	return false
}

// keep notes bytes that arrived beyond a hole.
func (f *flow) addOutOfOrder(from, to uint32) {
	f.hasHole = true
	i := 0
	for i < len(f.outOfOrder) && before(f.outOfOrder[i].to, from) {
		i++
	}
	j := i
	for j < len(f.outOfOrder) && !before(to, f.outOfOrder[j].from) {
		if before(f.outOfOrder[j].from, from) {
			from = f.outOfOrder[j].from
		}
		if before(to, f.outOfOrder[j].to) {
			to = f.outOfOrder[j].to
		}
		j++
	}
	if i == j {
		f.outOfOrder = append(f.outOfOrder, seqRange{})
		copy(f.outOfOrder[i+1:], f.outOfOrder[i:])
		f.outOfOrder[i] = seqRange{from, to}
		return
	}
	f.outOfOrder[i] = seqRange{from, to}
	f.outOfOrder = append(f.outOfOrder[:i+1], f.outOfOrder[j:]...)
}

// acknowledge makes an empty packet say what has come: the next byte
// expected, and up to two stretches beyond it, that of the newest packet first
// (RFC 2018).
func (h *Host) buildAck(slot uint32, f *flow, p *Packet) {
	c := &h.Conns[slot]
	acks := f.unackedPackets
	if !f.hasHole && f.quickAcks >= maxQuickAcks && c.Transport != Ledbat {
		acks /= 2
	}
	acks = max(acks, 1) + f.pastDelayedAcks(h.Clock)
	p.Kind, p.Ack, p.Wire = Data, f.rcvNxt, packet.Headers*min(acks, MaxAcks)
	if f.hasHole {
		f.setSACK(p)
	}
	if c.Transport == Ledbat {
		p.Message.Z, p.Message.Bytes = uint32(f.queueDelay), 0
	}
}

// tellAhead says which stretches are here beyond the hole.
func (f *flow) setSACK(p *Packet) {
	for i := len(f.outOfOrder) - 1; i >= 0; i-- {
		if s := f.outOfOrder[i]; !before(f.newestOOO, s.from) && before(f.newestOOO, s.to) {
			p.Message.X, p.Message.Y = s.from, s.to
		} else if i == 0 {
			p.Message.Z, p.Message.Bytes = s.from, s.to
		}
	}
}

// acknowledged: what is due to the other end has been said.
func (f *flow) onAckSent() {
	if f.delAckSet {
		f.delAckAt, f.delAckSet = 0, false
	}
	f.unackedPackets, f.delayedAcks = 0, 0
}
