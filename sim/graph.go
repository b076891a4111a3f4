package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// graph measures who is connected to whom among those that are there.
func (v *watcher) graph(at time.Duration) *record.Graph {
	present := slices.Clone(v.present)
	slices.SortFunc(present, func(a, b *node) int { return cmp.Compare(a.host.ID(), b.host.ID()) })
	var peers []int
	var connections [][2]int
	for _, n := range present {
		peers = append(peers, int(n.host.ID()))
		for _, c := range n.peer.Connections() {
			other := v.world.nodes[n.host.Remote(netem.ConnID(c))-1]
			if other.peer != nil { // it may be gone, and not known to be
				connections = append(connections, [2]int{int(n.host.ID()), int(other.host.ID())})
			}
		}
	}
	return record.NewGraph(at, peers, connections)
}

// lookHalfway measures the graph once, when half of the leechers that have come
// or will are complete.
func (v *watcher) lookHalfway(now time.Duration) {
	if v.half != nil || v.world.scenario.Record.Graph == "" {
		return
	}
	if p := v.progress(now); p.Done > 0 && 2*p.Done >= p.Expected {
		v.half = v.graph(now)
		v.writer.Graph(v.half)
	}
}
