package sim

import "swarmsim/sim/record"

// leechers lists the leechers that have arrived.
func (w *world) leechers() []*node {
	var out []*node
	for _, n := range w.nodes {
		if !n.isSeed() && n.hasArrived() {
			out = append(out, n)
		}
	}
	return out
}

// addMilestones adds how long leechers waited for their first and for their last pieces.
func (c *collector) addMilestones(sum *record.Summary) {
	var times record.MilestoneTimes
	for _, n := range c.world.leechers() {
		times.Add(n.lifetime.arriveAt, n.counters().FirstPiece, n.history.completed, n.history.milestones)
	}
	times.Summarize(sum)
}
