package tcp

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Acknowledgements that are sent.

// Limits on acknowledgements.
const (
	maxQuickAcks = 16  // packets acknowledged at once as a connection begins (Linux: TCP_MAX_QUICKACKS)
	maxAcks      = 600 // acknowledgement packets that one packet stands for, at most
)

// buildAck makes an empty packet an acknowledgement: the next byte expected, and up to two ranges
// beyond it, the one of the newest packet first (SACK, RFC 2018, section 4).
func (l *Layer) buildAck(slot uint32, f *flow, p *packet.Packet) {
	c := &l.Conns[slot]
	acks := f.ackOwedPackets
	if !f.hasHole && f.quickAcks >= maxQuickAcks && c.Transport != stack.UTP {
		acks /= 2
	}
	acks = max(acks, 1) + f.pastDelayedAcks(l.Now)
	p.Kind, p.Ack, p.Wire = packet.Data, f.rcvNxt, packet.Headers*min(acks, maxAcks)
	if f.hasHole {
		f.setSACK(p)
	}
	if c.Transport == stack.UTP {
		p.Message.Z, p.Message.Bytes = uint32(f.queueDelay), 0
	}
}

// setSACK puts up to two ranges into an acknowledgement: that of the newest packet, and the lowest
// if that is another.
func (f *flow) setSACK(p *packet.Packet) {
	for i := len(f.outOfOrder) - 1; i >= 0; i-- {
		if s := f.outOfOrder[i]; !before(f.newestOOO, s.from) && before(f.newestOOO, s.to) {
			p.Message.X, p.Message.Y = s.from, s.to
		} else if i == 0 {
			p.Message.Z, p.Message.Bytes = s.from, s.to
		}
	}
}

// onAckSent is called when all that was due has been acknowledged.
func (f *flow) onAckSent() {
	if f.delAckSet {
		f.delAckAt, f.delAckSet = 0, false
	}
	f.ackOwedPackets, f.delayedAcks = 0, 0
}
