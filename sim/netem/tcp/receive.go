package tcp

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// The receiving side of a flow: bytes into order, messages to the application,
// acknowledgements back.

// Receive handles a data packet of an open connection.
func (l *Layer) Receive(p *packet.Packet, blob []byte) {
	if p.Kind == packet.Small {
		l.receiveSmall(p, blob)
		return
	}
	if !p.Whole {
		blob = nil
		if p.Bytes > 0 {
			l.Conns[p.Conn].PartArrived(l.Now)
		}
	}
	l.receiveSegment(p, blob)
}

// receiveSegment handles a packet with data, an acknowledgement, or both.
func (l *Layer) receiveSegment(p *packet.Packet, blob []byte) {
	slot := p.Conn
	f := l.flow(slot)
	l.Traffic.StreamReceived += int64(p.Bytes)
	useful := l.onAck(slot, f, p)
	if p.Bytes > 0 {
		if l.Conns[slot].Transport == stack.UTP {
			f.queueDelay = p.Queued
		}
		l.reassemble(slot, f, p, blob)
	}
	if useful || l.Conns[slot].AckDue || f.delAckSet {
		l.Schedule(slot)
	}
}

// reassemble puts a packet's bytes into order and delivers the messages that are complete. If the
// application closes the connection, Discard sets hasHole to false.
func (l *Layer) reassemble(slot uint32, f *flow, p *packet.Packet, blob []byte) {
	end := p.Seq + uint32(p.Bytes)
	packets := p.Packets()
	delayed := l.delaysAck(slot, f, p)
	if delayed {
		f.delayAck(l.Now)
	} else {
		f.ackOwedPackets += uint16(packets)
	}
	if f.quickAcks < maxQuickAcks {
		f.quickAcks += uint8(packets)
	}
	switch {
	case !before(f.rcvNxt, end): // all of it is here already
		l.Conns[slot].AckDue = true
		return
	case before(f.rcvNxt, p.Seq):
		l.keepOutOfOrder(f, p, blob)
		l.Conns[slot].AckDue = true
		return
	}
	switch {
	case delayed:
	case f.hasHole || f.ackOwedPackets >= 2 || f.quickAcks < maxQuickAcks || l.Conns[slot].Transport == stack.UTP:
		l.Conns[slot].AckDue = true
	default:
		f.delAckAt, f.delAckSet = l.Now+delAckTimeout, true
	}
	f.rcvNxt = end
	if p.Whole && !(f.hasHole && f.hasOOOMessage(end)) { // otherwise it has arrived before, and is delivered below
		l.App.Received(stack.ConnID(slot), &p.Message, blob)
	}
	for f.hasHole && l.deliverOutOfOrder(slot, f) {
	}
}
