package netem

import (
	"math"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// Router is a bottleneck that many hosts share: a campus's access line, an ISP's transit.
// It has a drop-tail queue for each direction.
type Router struct {
	net     *Net
	id      engine.HostID
	latency time.Duration
	up      Lane // from its members
	down    Lane // to its members
	Traffic Traffic
}

// Lane is one direction of a router.
type Lane struct {
	BytesPerSec int64
	QueueBytes  int64 // limit of its queue, 0 for none
	free        time.Duration
}

// NewRouter returns a router that adds a latency, at least the engine's lookahead. Its
// members are the hosts for which Net.RouterOf returns it.
func NewRouter(n *Net, latency time.Duration, up, down Lane) *Router {
	return &Router{net: n, latency: latency, up: up, down: down}
}

// Start tells the router its number in the engine, before the engine runs.
func (r *Router) Start(id engine.HostID) { r.id = id }

// PlayWindow forwards the packets that arrive.
func (r *Router) PlayWindow(w *engine.Window[Packet]) time.Duration {
	for w.Peek() != engine.Never {
		e, blob := w.Pop()
		p, to := e.Body, engine.HostID(e.Body.FinalDst-1)
		next, routed := r.net.NextHop(r.id, to)
		lane := &r.down
		if ours, is := r.net.RouterOf(to); !is || ours != r.id {
			lane = &r.up
		}
		start := max(lane.free, e.At)
		room := int64(math.MaxInt32)
		if lane.QueueBytes > 0 && !p.Lossless() {
			room = lane.QueueBytes - packet.Sent(start-e.At, lane.BytesPerSec)
		}
		r.Traffic.StreamDropped += p.Keep(p.Size().Cut(room))
		if p.Wire == 0 {
			continue
		}
		lane.free = start + packet.Serialization(uint32(p.Wire), lane.BytesPerSec)
		p.AddQueued(start - e.At)
		r.Traffic.WireSent += int64(p.Wire)
		if !routed {
			p.FinalDst = 0
		}
		*w.Send(lane.free+r.latency, next, blob) = p
	}
	return engine.Never
}
