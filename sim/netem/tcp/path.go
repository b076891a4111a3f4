package tcp

import (
	"time"

	"swarmsim/portable"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// route is where a flow's packets go.
type route struct {
	to    engine.HostID
	delay time.Duration
	flow  *flow
}

// depart puts a packet on its path that the uplink begins to send at start, unless the path loses
// it.
func (l *Layer) depart(r route, start time.Duration, p *packet.Packet, blob []byte) {
	if l.Net.Loss > 0 && !p.Lossless() {
		l.departLossy(r, start, p, blob)
		return
	}
	l.toPath(r, start+packet.Serialization(uint32(p.Wire), l.UpRate), p, blob)
}

// departLossy loses packets of a segment at random. What is left of it travels in stretches.
func (l *Layer) departLossy(r route, start time.Duration, p *packet.Packet, blob []byte) {
	total, wire := uint32(p.Bytes), uint32(p.Wire)
	from := uint32(0)
	for at, n := uint32(0), p.Packets(); n > 0; n-- {
		size := min(total-at, packet.MSS)
		lost := l.packetsUntilLoss == 0
		if lost {
			l.packetsUntilLoss = l.drawLossGap()
			l.Traffic.StreamDropped += int64(size)
			if at > from {
				l.sendStretch(r, start, *p, from, at)
			}
			from = at + size
		} else {
			l.packetsUntilLoss--
		}
		at += size
		if n > 1 {
			continue
		}
		switch {
		case lost:
		case from == 0:
			l.toPath(r, start+packet.Serialization(wire, l.UpRate), p, blob)
		default:
			rest := *p
			rest.Seq, rest.Bytes, rest.Wire = p.Seq+from, uint16(total-from), uint16(wire-packet.OnWire(from))
			l.toPath(r, start+packet.Serialization(wire, l.UpRate), &rest, blob)
		}
	}
}

// sendStretch sends the bytes of a segment from up to to, which do not include its end.
func (l *Layer) sendStretch(r route, start time.Duration, p packet.Packet, from, to uint32) {
	p.Seq, p.Bytes, p.Whole = p.Seq+from, uint16(to-from), false
	p.Wire = uint16(packet.OnWire(to - from))
	p.Message = packet.Message{}
	l.toPath(r, start+packet.Serialization(packet.OnWire(to), l.UpRate), &p, nil)
}

// drawLossGap draws how many packets pass before the next loss, from the geometric distribution.
func (l *Layer) drawLossGap() int64 {
	u := 1 - float64(l.rand.Float64())
	return int64(min(portable.Log(u)/portable.Log1p(-l.Net.Loss), 1e15))
}

// toPath makes a packet arrive after the path's latency and jitter. It has left the uplink at sent,
// which may be before now for the start of a segment.
func (l *Layer) toPath(r route, sent time.Duration, p *packet.Packet, blob []byte) {
	at := max(sent, l.Now) + r.delay
	if l.Net.Jitter > 0 {
		at += time.Duration(l.rand.Int64N(int64(l.Net.Jitter)))
	}
	if p.Bytes > 0 || l.Net.Jitter > 0 {
		at = max(at, r.flow.lastArrival)
		r.flow.lastArrival = at
	}
	next := r.to
	if l.Net.RouterOf != nil {
		var routed bool
		if next, routed = l.Net.FirstHop(l.ID, r.to); routed {
			p.FinalDst = uint32(r.to) + 1
		}
	}
	*l.Events.Send(at, next, blob) = *p
}
