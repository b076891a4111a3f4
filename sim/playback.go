package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/record"
	"swarmsim/sim/viewer"
)

// newViewer returns the viewer of a leecher, where the scenario has playback; nil otherwise.
func (n *node) newViewer() client.Viewer {
	s := n.world.scenario
	if s.Playback.Rate == 0 || n.isSeed() {
		return nil
	}
	n.viewer = viewer.New(&n.world.content.Torrent.Layout, int64(s.Playback.Rate), s.Playback.Buffer.Std())
	return n.viewer
}

// playback is how a peer has watched the content until now; nil for a peer that does not.
func (n *node) playback(now time.Duration) *record.PeerPlayback {
	if n.world.scenario.Playback.Rate == 0 || n.isSeed() {
		return nil
	}
	p := n.history.playback
	if n.state == present {
		p = n.viewer.Playback(now)
	}
	out := &record.PeerPlayback{Began: p.Started > 0, Stalls: p.Stalls, Stalled: p.Stalled, Watched: p.Watched}
	if out.Began {
		out.StartUp = p.Started - n.lifetime.arriveAt
	}
	return out
}

// addPlayback summarizes how leechers watched, where the scenario has playback.
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
