package sim

import (
	"slices"

	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/scenario"
)

// network translates the scenario's network, which all hosts share.
func (w *world) network(l *draw.Latencies) *netem.Net {
	net := NewNet(w.scenario, l)
	net.Splits = w.partitions()
	if len(w.scenario.Network.Routers) > 0 {
		w.routerOf = make([]engine.HostID, 1+len(w.groupOf))
		net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return w.routerOf[h], w.routerOf[h] != 0 }
	}
	return net
}

// NewNet translates a scenario's network, apart from its partitions and routers. Others that play
// scenarios use it too.
func NewNet(s *scenario.Scenario, l *draw.Latencies) *netem.Net {
	n := &s.Network
	return &netem.Net{
		Transport: transport(n.Transport, n.Congestion),
		Delay:     l.Between,
		Jitter:    n.Jitter.Std(),
		Loss:      n.Loss,
		Seed:      draw.Seed(s.Seed, draw.Path),
		Segment:   segmentPayload(n.Segment),
		Express:   n.ControlMessages == scenario.ControlOutOfBand,
		Window:    uint32(n.Window),
	}
}

func transport(t scenario.Transport, c scenario.Congestion) netem.Transport {
	switch {
	case t == scenario.TransportUTP:
		return netem.UTP
	case t == scenario.TransportTCP && c == scenario.CongestionReno:
		return netem.TCPReno
	case t == scenario.TransportTCP:
		return netem.TCPCubic
	}
	return netem.Ideal
}

// segmentPayload is how many bytes of a stream a segment carries: a block, or the payload of as
// many packets of 1,500 bytes as fit.
func segmentPayload(segment scenario.Bytes) uint32 {
	if segment == 16<<10 {
		return uint32(segment)
	}
	return max(1, uint32(segment)/1500) * 1448
}

// NewLink adds a scenario's queues to the rates of a link, in bytes per second.
func NewLink(s *scenario.Scenario, up, down int64) netem.Link {
	l := netem.Link{UpBytesPerSec: up, DownBytesPerSec: down}
	if n := &s.Network; n.Transport != scenario.TransportIdeal {
		queue := func(least scenario.Bytes, rate int64) int64 {
			return max(int64(least), int64(n.Queue.Time.Std().Seconds()*float64(rate)))
		}
		l.UpQueueBytes, l.DownQueueBytes = queue(n.Queue.Up, up), queue(n.Queue.Down, down)
		l.FairQueue = n.Queue.Discipline == scenario.FQCoDel
	}
	return l
}

// addRouters puts each group that shares a line behind its router.
func (w *world) addRouters(net *netem.Net) {
	for i := range w.scenario.Network.Routers {
		s := &w.scenario.Network.Routers[i]
		lane := func(r scenario.Rate) netem.Lane {
			return netem.Lane{BytesPerSec: int64(r), QueueBytes: int64(s.Queue)}
		}
		r := netem.NewRouter(net, s.Latency.Std(), lane(s.Up), lane(s.Down))
		id := w.engine.Add(r, engine.Never)
		r.Start(id)
		w.routers = append(w.routers, r)
		for i, g := range w.groupOf {
			if slices.Contains(s.Groups, w.scenario.Groups[g].Name) {
				w.routerOf[i+1] = id
			}
		}
	}
}
