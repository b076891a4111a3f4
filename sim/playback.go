package sim

import (
	"time"

	"swarmsim/sim/record"
)

// playback is how a peer has watched the content until now; nil for a peer that does not.
func (n *node) playback(now time.Duration) *record.PeerPlayback {
	if n.world.scenario.Playback.Rate == 0 || n.isSeed() {
		return nil
	}
	p := n.history.playback
	if n.state == present {
		p = n.peer.Playback(now)
	}
	out := &record.PeerPlayback{Began: p.Started > 0, Stalls: p.Stalls, Stalled: p.Stalled, Watched: p.Watched}
	if out.Began {
		out.StartUp = p.Started - n.lifetime.arrive
	}
	return out
}

// addPlayback summarizes how leechers watched, where the scenario has a player.
func (c *collector) addPlayback(sum *record.Summary, now time.Duration) {
	w := c.world
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
