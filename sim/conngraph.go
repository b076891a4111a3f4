package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// graph measures the graph of connections among the peers that are present.
func (c *collector) graph(at time.Duration) *record.Graph {
	present := slices.Clone(c.present)
	slices.SortFunc(present, func(a, b *node) int { return cmp.Compare(a.host.ID(), b.host.ID()) })
	var peers []int
	var connections [][2]int
	for _, n := range present {
		peers = append(peers, int(n.host.ID()))
		for _, id := range n.peer.Connections() {
			other := c.world.node(n.host.Remote(netem.ConnID(id)))
			if other.peer != nil { // a peer may not know yet that its neighbour has departed
				connections = append(connections, [2]int{int(n.host.ID()), int(other.host.ID())})
			}
		}
	}
	return record.NewGraph(at, peers, connections)
}

// recordConnGraphAtHalf measures and writes the graph once, as soon as half of the expected
// leechers have completed.
func (c *collector) recordConnGraphAtHalf(now time.Duration) {
	if c.connGraphAtHalf != nil || c.world.scenario.Record.Graph == "" {
		return
	}
	if done := c.completions.Completed(); done > 0 && 2*done >= c.completions.Expected() {
		c.connGraphAtHalf = c.graph(now)
		c.writer.Graph(c.connGraphAtHalf)
	}
}
