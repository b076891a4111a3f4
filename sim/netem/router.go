package netem

import (
	"math"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// Router is a bottleneck that many hosts share: a campus's line, an ISP's
// transit. What crosses it waits in a queue for each direction.
type Router struct {
	net     *Net
	id      engine.HostID
	latency time.Duration
	up      Lane // from its members out
	down    Lane // to its members
	Traffic Traffic
}

// Lane is one direction of a router.
type Lane struct {
	BytesPerSec int64
	QueueBytes  int64 // what it holds; 0 for any number
	free        time.Duration
}

// NewRouter returns a router that adds a latency, at least the engine's
// lookahead, to what crosses it. Net.RouterOf says who is behind it.
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
		if !p.Keep(p.Size().Cut(room), &r.Traffic) {
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
