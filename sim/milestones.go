package sim

import (
	"time"

	"swarmsim/sim/record"
)

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
	var first, tenth, lastTen, rest []time.Duration
	for _, n := range c.world.leechers() {
		h, arrive := &n.history, n.lifetime.arriveAt
		if at := n.counters().FirstPiece; at > 0 {
			first = append(first, at-arrive)
		}
		if h.tenthPiece > 0 {
			tenth = append(tenth, h.tenthPiece-arrive)
		}
		if h.lastTen > 0 {
			lastTen = append(lastTen, h.lastTen-arrive)
			if h.completed > 0 {
				rest = append(rest, h.completed-h.lastTen)
			}
		}
	}
	sum.FirstPieceS, sum.FirstTenS = record.NewCompletion(first), record.NewCompletion(tenth)
	sum.UntilLastTenS, sum.LastTenS = record.NewCompletion(lastTen), record.NewCompletion(rest)
}
