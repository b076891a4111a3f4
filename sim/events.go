package sim

import (
	"time"

	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// script lists what the scenario's events do to one node, in the order of time.
type script []change

// change is an event of the scenario as it concerns one node.
type change struct {
	at     time.Duration
	action scenario.Action
	link   netem.Link // for links that change
}

// next is when the first change is due; engine.Never if there is none.
func (s script) next() time.Duration {
	if len(s) == 0 {
		return engine.Never
	}
	return s[0].at
}

// applyChange applies the first change and removes it.
func (n *node) applyChange(now time.Duration) {
	c := n.script[0]
	n.script = n.script[1:]
	n.changeAt = n.script.next()
	switch c.action {
	case scenario.ActionLink:
		n.host.SetLink(NewLink(n.world.scenario, c.link.UpBytesPerSec, c.link.DownBytesPerSec))
		n.history.links = append(n.history.links, linkSince{now, c.link})
		if n.state == present {
			n.peer.SetUplink(c.link.UpBytesPerSec)
		}
	case scenario.ActionCrash:
		n.depart(record.Crashed)
	case scenario.ActionLeave:
		n.depart(record.Left)
	}
}

// addScripts gives each node the events that concern it alone.
func (w *world) addScripts() {
	for i, e := range w.scenario.Events {
		if e.Action != scenario.ActionLeave && e.Action != scenario.ActionCrash && e.Action != scenario.ActionLink {
			continue
		}
		link := netem.Link{UpBytesPerSec: int64(e.Up), DownBytesPerSec: int64(e.Down)}
		for _, member := range draw.Members(w.scenario, i, w.groupOf) {
			n := w.nodes[member]
			n.script = append(n.script, change{at: e.At.Std(), action: e.Action, link: link})
		}
	}
}

// partitions translates the events that cut members of a group off from all other hosts.
func (w *world) partitions() []netem.Split {
	var out []netem.Split
	for i, e := range w.scenario.Events {
		if e.Action != scenario.ActionPartition {
			continue
		}
		apart := make([]bool, len(w.groupOf)+1)
		for _, member := range draw.Members(w.scenario, i, w.groupOf) {
			apart[member+1] = true
		}
		out = append(out, netem.Split{
			From:  e.At.Std(),
			Until: (e.At + e.For).Std(),
			Apart: func(id engine.HostID) bool { return apart[id] },
		})
	}
	return out
}
