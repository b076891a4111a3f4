package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// Segments of several packets. A sender is paced by acknowledgements: as they
// come in, a few packets at a time, packets go out. Here a segment is one event,
// and so is the acknowledgement for one. It is given to the uplink at one moment,
// and what follows has its end, its place in the queue and its time on the links
// come out as if its packets had gone one by one.

// mayRunAhead reports whether bytes that the window has no room for yet may go to
// the uplink all the same, because acknowledgements under way will make that room:
// they count as sent, and arrive, when that has come. So a segment is not cut into
// parts, and a small message need not wait for the acknowledgement of a segment.
// Where the receiver's window is full, where the queue itself is FQ-CoDel, and for what
// is repeated, parts are as small as the window has room for; see also mayBegin.
func (h *Host) maySendEarly(f *flow, size uint32, room float64) bool {
	return h.Net.Segment > packet.MaxSegment && h.fqCoDel == nil && f.srtt != 0 && f.pipe > 0 &&
		float64(size)-room <= f.cubic.cwnd && f.sndNxt-f.sndUna+size <= h.Net.Window
}

// inTrains reports whether acknowledgements come in trains: what a window sends goes at
// the uplink's rate, which on a fast and long path takes a small part of the round
// trip, and so come the acknowledgements, and what they send. Where a round trip has
// room for few segments that makes no difference.
func (h *Host) acksInTrains(f *flow) bool {
	return float64(trainSegments*packet.OnWire(h.Net.Segment))*float64(time.Second) < float64(f.minRTT)*float64(h.UpRate)
}

// trainSegments is how many segments a round trip has room for where trains matter.
const trainSegments = 64

// opens is how long acknowledgements take to make room for so many bytes: a
// window's worth comes in a round trip, and in slow start makes twice the room. In a
// train the next one is as near as the uplink could send it.
func (h *Host) timeToRoom(f *flow, bytes float64) time.Duration {
	if bytes <= 0 {
		return 0
	}
	if h.acksInTrains(f) {
		return packet.Serialization(uint32(bytes), h.UpRate)
	}
	window := f.cubic.cwnd
	if window < f.cubic.ssthresh {
		window *= 2
	}
	return time.Duration(bytes / window * float64(f.srtt))
}

// leading is how long what is small at the head is together, a packet's worth at most.
func (h *Host) smallAtHead(c *Conn) uint32 {
	size, sent := uint32(0), c.HeadSent
	for n := c.Head; n != 0; n = h.Nodes[n].Next {
		left := h.Nodes[n].Message.Bytes - sent
		if size+left > packet.MaxSegment {
			break
		}
		size, sent = size+left, 0
	}
	return size
}

// pace is how long the flow takes to send a segment of several packets; 0 for a
// single one, and where nothing holds the flow back.
func (h *Host) pace(f *flow, p *Packet) time.Duration {
	if uint32(p.Bytes) <= packet.MaxSegment || f.pipe == 0 {
		return 0
	}
	if h.acksInTrains(f) {
		return packet.Serialization(uint32(p.Wire), h.UpRate)
	}
	wire, window := float64(p.Wire), f.sendWindow()
	if wire >= window {
		return f.srtt
	}
	return time.Duration(wire / window * float64(f.srtt))
}

// begin is when the uplink begins with what the queue has let in, and takes its
// time of it. The last packet is late by so much. Where the flow was waiting for
// acknowledgements the first ones have gone before, as far as the uplink was idle.
func (h *Host) startOnUplink(p *Packet, f *flow, pace, late time.Duration) time.Duration {
	start, wire := h.Clock, uint32(p.Wire)
	rest := time.Duration(0)
	if wire > packet.MTU {
		rest = packet.Serialization(wire-packet.MTU, h.UpRate)
		if f.cwndBlocked {
			start -= min(max(pace-late, 0), rest)
		}
	}
	start = max(start, h.UpFree)
	h.UpFree = start + packet.Serialization(wire, h.UpRate)
	h.Traffic.WireSent += int64(wire)
	return start + max(late-rest, 0)
}
