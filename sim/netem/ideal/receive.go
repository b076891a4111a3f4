package ideal

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Receive handles a data packet of an open connection.
func (l *Layer) Receive(p *packet.Packet, blob []byte) {
	c := &l.Conns[p.Conn]
	if !p.Whole && p.Bytes > 0 {
		c.PartArrived(l.Now)
	}
	l.Traffic.StreamReceived += int64(p.Bytes)
	if p.Bytes > 0 {
		oweAck(c, uint32(p.Bytes))
	}
	if p.Ack > 0 {
		c.InFlight -= min(p.Ack, c.InFlight)
	}
	slot := p.Conn
	if p.Whole {
		l.App.Received(stack.ConnID(slot), &p.Message, blob)
	}
	l.Schedule(slot)
}
