package sim

import (
	"time"

	"swarmsim/sim/measure"
)

// participants lists the peers that arrived before a time, with the capacity that their links
// had until then.
func (w *world) participants(until time.Duration) []measure.Participant {
	var out []measure.Participant
	for _, n := range w.nodes {
		if n.arrivedBefore(until) {
			uplink, downlink := n.history.capacity(n.lifetime.arriveAt, until)
			out = append(out, measure.Participant{
				Seed:      n.isSeed(),
				Completed: n.history.completed > 0,
				Arrived:   n.lifetime.arriveAt,
				Uplink:    uplink,
				Downlink:  downlink,
			})
		}
	}
	return out
}

// arrivedBefore reports whether the peer arrived before a time.
func (n *node) arrivedBefore(t time.Duration) bool { return n.hasArrived() && n.lifetime.arriveAt < t }

// leecherCapacity is how many bytes the uplinks of all leechers could have sent until a time.
func (w *world) leecherCapacity(until time.Duration) float64 {
	var uplinks []measure.CapacityChange
	for _, p := range w.participants(until) {
		if !p.Seed {
			uplinks = append(uplinks, p.Uplink...)
		}
	}
	return measure.Capacity(uplinks, until)
}
