package sim

import (
	"time"

	"swarmsim/sim/measure"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
	"swarmsim/sim/viewer"
)

// history is what the record says of a peer beside its counters: its milestones, its links over
// time and, once it has departed, its results.
type history struct {
	milestones record.Milestones
	completed  time.Duration // 0 before, and for a seed
	left       time.Duration // 0 while it is present
	links      []linkSince

	// Of a peer that has departed.
	outcome  record.Outcome
	counters counters
	playback viewer.Playback

	content verdict // after completion and departure
}

// linkSince is the link of a peer from a time on.
type linkSince struct {
	at   time.Duration
	link netem.Link
}

// depart records the departure of a peer that was present.
func (h *history) depart(outcome record.Outcome, now time.Duration, c counters, v *viewer.Viewer) {
	h.outcome, h.left, h.counters = outcome, now, c
	if v != nil {
		h.playback = v.Playback(now)
	}
}

// arrived reports whether a peer that has departed was ever present.
func (h *history) arrived() bool { return h.outcome != record.NeverArrived }

// capacity returns the uplink over the time that the peer was present, from its arrival until
// its departure or the time until, and the fastest downlink that it had.
func (h *history) capacity(arrive, until time.Duration) (uplink []measure.CapacityChange, downlink int64) {
	if h.left > 0 {
		until = h.left
	}
	for i, l := range h.links {
		from, to := max(l.at, arrive), until
		if i+1 < len(h.links) {
			to = min(to, h.links[i+1].at)
		}
		if to <= from {
			continue
		}
		downlink = max(downlink, l.link.DownBytesPerSec)
		rate := float64(l.link.UpBytesPerSec)
		uplink = append(uplink,
			measure.CapacityChange{At: from, Delta: rate},
			measure.CapacityChange{At: to, Delta: -rate})
	}
	return uplink, downlink
}
