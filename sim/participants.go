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
			uplink, downlink := n.capacity(until)
			out = append(out, measure.Participant{
				Seed:      w.scenario.Groups[n.group].Seed,
				Completed: n.done > 0,
				Arrived:   n.arrive,
				Uplink:    uplink,
				Downlink:  downlink,
			})
		}
	}
	return out
}

// arrivedBefore reports whether the peer arrived before a time.
func (n *node) arrivedBefore(t time.Duration) bool {
	return n.arrive < t && n.state != toCome && n.fate != neverCameFate
}

// capacity returns the peer's uplink over the time it was present, and the fastest downlink
// that it had.
func (n *node) capacity(until time.Duration) (uplink []measure.CapacityChange, downlink int64) {
	end := until
	if n.left > 0 {
		end = n.left
	}
	for i, l := range n.links {
		from, to := max(l.at, n.arrive), end
		if i+1 < len(n.links) {
			to = min(to, n.links[i+1].at)
		}
		if to <= from {
			continue
		}
		downlink = max(downlink, l.link.DownBytesPerSec)
		rate := float64(l.link.UpBytesPerSec)
		uplink = append(uplink, measure.CapacityChange{At: from, Delta: rate}, measure.CapacityChange{At: to, Delta: -rate})
	}
	return uplink, downlink
}

// leecherCapacity is how many bytes the uplinks of all leechers could have sent until a time.
func leecherCapacity(w *world, until time.Duration) float64 {
	var uplinks []measure.CapacityChange
	for _, p := range w.participants(until) {
		if !p.Seed {
			uplinks = append(uplinks, p.Uplink...)
		}
	}
	return measure.Capacity(uplinks, until)
}
