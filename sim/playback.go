package sim

import (
	"time"

	"swarmsim/sim/record"
)

// playback is how a peer watched until a time; nil for who does not watch.
func (n *node) playback(now time.Duration) *record.PeerPlayback {
	s := n.world.scenario
	if s.Playback.Rate == 0 || s.Groups[n.group].Seed {
		return nil
	}
	saw := n.saw
	if n.state == present {
		saw = n.peer.Playback(now)
	}
	out := &record.PeerPlayback{Began: saw.Started > 0, Stalls: saw.Stalls, Stalled: saw.Stalled, Watched: saw.Watched}
	if out.Began {
		out.StartUp = saw.Started - n.arrive
	}
	return out
}

// addPlayback sums up how leechers watched, where they do.
func (v *watcher) addPlayback(sum *record.Summary, now time.Duration) {
	w := v.world
	if w.scenario.Playback.Rate == 0 {
		return
	}
	var all []record.PeerPlayback
	groups := make([][]record.PeerPlayback, len(w.scenario.Groups))
	for _, n := range w.nodes {
		if p := n.playback(now); p != nil && n.arrivedBefore(now) {
			all, groups[n.group] = append(all, *p), append(groups[n.group], *p)
		}
	}
	sum.Playback = record.NewPlayback(all)
	for g := range groups {
		if !w.scenario.Groups[g].Seed {
			sum.Groups[g].Playback = record.NewPlayback(groups[g])
		}
	}
}
