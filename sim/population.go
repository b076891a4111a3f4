package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/scenario"
	"swarmsim/tracker"
)

// addTracker adds the tracker, with the outages that the scenario has for it.
func (w *world) addTracker(net *netem.Net) {
	t := &w.scenario.Tracker
	n := &trackerNode{
		rand: draw.Stream(w.scenario.Seed, draw.Host, 0),
		tracker: tracker.New(tracker.Config{
			Interval:    t.Interval.Std(),
			MinInterval: t.MinInterval.Std(),
			Expire:      t.Expire.Std(),
			MaxPeers:    t.MaxPeers,
			SeedsOnly:   t.PeerSelection == scenario.SelectSeeds,
		}),
	}
	for _, e := range w.scenario.Events {
		if e.Action == scenario.ActionTrackerOutage {
			n.outages = append(n.outages, outage{e.At.Std(), (e.At + e.For).Std()})
		}
	}
	slices.SortFunc(n.outages, func(a, b outage) int { return cmp.Compare(a.from, b.from) })
	first := engine.Never
	if len(n.outages) > 0 {
		first = n.outages[0].from
	}
	n.host = netem.NewHost(net, netem.Link{UpBytesPerSec: int64(t.Up), DownBytesPerSec: int64(t.Down)}, n)
	n.host.TickAt(first)
	n.host.Start(w.engine.Add(n.host, first))
	w.tracker = n
}

// addPeer adds the i-th peer, with the link and lifetime that its group's distributions give it.
func (w *world) addPeer(net *netem.Net, i int, arrive time.Duration) {
	seed := w.scenario.Seed
	g := &w.scenario.Groups[w.groupOf[i]]
	up, down := draw.LinkRates(&g.Link, draw.Stream(seed, draw.Link, uint64(i)))
	link := netem.Link{UpBytesPerSec: up, DownBytesPerSec: down}
	n := &node{
		world:    w,
		group:    w.groupOf[i],
		departAt: engine.Never,
		history:  history{links: []linkSince{{0, link}}},
	}
	n.lifetime, n.nat = drawLifetime(g, arrive, draw.Stream(seed, draw.Lifetime, uint64(i)))
	n.host = netem.NewHost(net, NewLink(w.scenario, up, down), n)
	if t := clientOf(w.scenario, g).Transport; t != "" {
		n.host.DialWith(transport(t, w.scenario.Network.Congestion))
	}
	n.host.LimitUnsent(uint32(clientOf(w.scenario, g).Upload.NotSentLowWatermark))
	n.host.Listen(false)
	n.host.BehindNAT(n.nat)
	if g.Sybils > 0 {
		n.becomeSybil(g.Sybils)
	}
	n.host.Start(w.engine.Add(n.host, 0))
	w.nodes = append(w.nodes, n)
	if g.Seed {
		w.seeds = append(w.seeds, n)
	}
}
