package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Segments of several packets. A sender is paced by acknowledgements: as they arrive, a few
// packets at a time leave. Here a segment is one event, and so is its acknowledgement. The
// functions of this file compute when its packets would be sent, so that its end, its place
// in the queue and its time on the links are theirs.

// nextSize is how many new bytes go to the uplink, where the window has that much room.
func (l *Layer) nextSize(c *stack.Conn, f *flow, room float64) uint32 {
	if room < packet.MSS && f.pipe > 0 {
		if f.headSpansPackets {
			return 0
		}
		size := l.smallAtHead(c)
		f.headSpansPackets = size == 0
		if size > 0 && (float64(size) <= room || c.HeadSent == 0 && l.maySendEarly(f, size, room)) {
			return size
		}
		return 0
	}
	size := l.SegmentSize(c, false)
	switch {
	case float64(size) <= room:
		return size
	case room < packet.MSS:
		return min(size, packet.MSS)
	case l.maySendEarly(f, size, room) && (room >= float64(size)/2 || !l.dropTail.Overflows(l.Now, l.UpRate)):
		return size // otherwise a full queue overflows by bytes that the window may never have room for
	}
	return uint32(room) / packet.MSS * packet.MSS
}

// smallAtHead is the size of the messages at the head of the queue that fit one packet together.
func (l *Layer) smallAtHead(c *stack.Conn) uint32 {
	size, sent := uint32(0), c.HeadSent
	for n := c.Head; n != 0; n = l.Nodes[n].Next {
		left := l.Nodes[n].Message.Bytes - sent
		if size+left > packet.MSS {
			break
		}
		size, sent = size+left, 0
	}
	return size
}

// maySendEarly reports whether size bytes may go to the uplink although the window has room for
// fewer, because acknowledgements in flight will make that room: they count as sent, and arrive,
// when they have. So segments are not cut into parts, and a small message does not wait for the
// acknowledgement of a segment. Not where the receive window is full, before FQ-CoDel, and for what
// is retransmitted; see also nextSize.
func (l *Layer) maySendEarly(f *flow, size uint32, room float64) bool {
	return l.Net.Segment > packet.MSS && l.fqCoDel == nil && f.srtt != 0 && f.pipe > 0 &&
		float64(size)-room <= f.cubic.cwnd && f.sndNxt-f.sndUna+size <= l.Net.Window
}

// timeToRoom is how long acknowledgements take to make room for the given bytes: a round trip makes
// room for one window, in slow start for two. In a train it is how long the uplink takes to send
// them.
func (l *Layer) timeToRoom(f *flow, bytes float64) time.Duration {
	if bytes <= 0 {
		return 0
	}
	if l.acksInTrains(f) {
		return packet.Serialization(uint32(bytes), l.UpRate)
	}
	window := f.cubic.cwnd
	if window < f.cubic.ssthresh {
		window *= 2
	}
	return time.Duration(bytes / window * float64(f.srtt))
}

// acksInTrains reports whether acknowledgements arrive in trains. A window is sent at the
// uplink's rate, which on a fast and long path takes a small part of the round trip; its
// acknowledgements arrive in the same way, and so is sent what they allow. It makes no
// difference where a round trip has room for few segments.
func (l *Layer) acksInTrains(f *flow) bool {
	return float64(trainSegments*packet.OnWire(l.Net.Segment))*float64(time.Second) < float64(f.minRTT)*float64(l.UpRate)
}

// trainSegments is for how many segments a round trip must have room for trains to matter.
const trainSegments = 64

// pace is how long the flow takes to send a segment of several packets: 0 for a single packet, and
// if nothing is in flight.
func (l *Layer) pace(f *flow, p *packet.Packet) time.Duration {
	if uint32(p.Bytes) <= packet.MSS || f.pipe == 0 {
		return 0
	}
	if l.acksInTrains(f) {
		return packet.Serialization(uint32(p.Wire), l.UpRate)
	}
	wire, window := float64(p.Wire), f.sendWindow()
	if wire >= window {
		return f.srtt
	}
	return time.Duration(wire / window * float64(f.srtt))
}

// startOnUplink returns when the uplink begins to send what its queue has accepted, and reserves
// the time for it. The last packet is late by that much. If the flow was waiting for
// acknowledgements, the first packets were sent before now, as far as the uplink was idle.
func (l *Layer) startOnUplink(p *packet.Packet, f *flow, pace, late time.Duration) time.Duration {
	start, wire := l.Now, uint32(p.Wire)
	rest := time.Duration(0)
	if wire > packet.MTU {
		rest = packet.Serialization(wire-packet.MTU, l.UpRate)
		if f.cwndBlocked {
			start -= min(max(pace-late, 0), rest)
		}
	}
	start = max(start, l.UpFree)
	l.UpFree = start + packet.Serialization(wire, l.UpRate)
	l.Traffic.WireSent += int64(wire)
	return start + max(late-rest, 0)
}
