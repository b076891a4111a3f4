package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/queue"
	"swarmsim/sim/netem/stack"
)

// toUplink gives a packet to the uplink queue. It arrives after the path's latency and jitter, in
// order, unless the queue or the path drops it. late is how long after now the flow would send its
// last byte, and room is how many of its bytes the window has room for now.
func (l *Layer) toUplink(slot uint32, f *flow, p *packet.Packet, blob []byte, late time.Duration, room uint32) {
	c := &l.Conns[slot]
	p.Conn, p.Key = c.RemoteConn, c.RemoteKey
	l.Traffic.StreamSent += int64(p.Bytes)
	if len(l.Net.Splits) > 0 {
		if _, is := l.Net.Blocked(l.ID, c.Remote, l.Now); is {
			l.Traffic.StreamDropped += int64(p.Bytes)
			return
		}
	}
	if l.fqCoDel != nil {
		l.Traffic.StreamDropped += l.fqCoDel.Push(c.Key, queue.Packet[queued]{
			Size: p.Size(), At: l.Now, Payload: queued{route{c.Remote, c.Delay, f}, *p, blob},
		})
		if l.fqCoDel.Len() == 1 {
			l.UpFree = max(l.UpFree, l.Now)
		}
		return
	}
	if c.Transport == stack.UTP {
		p.AddQueued(max(l.UpFree-l.Now, 0))
	}
	pace := l.pace(f, p)
	a := queue.Arrival{Size: p.Size(), Ready: room, SendTime: pace, Lossless: p.Lossless()}
	l.Traffic.StreamDropped += p.Keep(l.dropTail.Admit(a, l.Now, l.UpRate))
	if p.Wire > 0 {
		l.depart(route{c.Remote, c.Delay, f}, l.startOnUplink(p, f, pace, late), p, blob)
	}
}

// queued is a packet in FQ-CoDel.
type queued struct {
	route  route
	packet packet.Packet
	blob   []byte
}

// serveFQ sends the next packet from FQ-CoDel.
func (l *Layer) serveFQ() {
	x, dropped, ok := l.fqCoDel.Pop(l.Now)
	l.Traffic.StreamDropped += dropped
	if !ok {
		return
	}
	l.UpFree = l.Now + packet.Serialization(x.Wire, l.UpRate)
	l.Traffic.WireSent += int64(x.Wire)
	p := &x.Payload.packet
	p.AddQueued(l.Now - x.At)
	l.depart(x.Payload.route, l.Now, p, x.Payload.blob)
}
