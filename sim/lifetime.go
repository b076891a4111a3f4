package sim

import (
	"math/rand/v2"
	"time"

	"swarmsim/client"
	"swarmsim/sim/adversary"
	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// lifetime is when a peer arrives and how it departs, as drawn from its group's distributions.
type lifetime struct {
	arrive time.Duration // engine.Never if it does not
	stay   time.Duration // after completion; engine.Never if it does not depart by itself
	giveUp time.Duration // after arrival without completion; engine.Never if it does not give up
	crash  bool          // departs without closing connections or telling the tracker
}

// drawLifetime draws the lifetime of a peer, and whether it is behind a NAT.
func drawLifetime(g *scenario.Group, arrive time.Duration, r *rand.Rand) (l lifetime, nat bool) {
	l.arrive = arrive
	l.stay, l.giveUp = orNever(g.Stay.Draw(r)), orNever(g.GiveUp.Draw(r))
	l.crash = r.Float64() < g.Crash
	return l, r.Float64() < g.NAT
}

func orNever(d time.Duration, ends bool) time.Duration {
	if !ends {
		return engine.Never
	}
	return d
}

// departure is when a peer departs that has arrived now, unless it completes before.
func (l *lifetime) departure(seed bool, now time.Duration) time.Duration {
	if seed {
		return after(now, l.stay)
	}
	return after(now, l.giveUp)
}

// outcome is how the peer's departure at its own time is recorded.
func (l *lifetime) outcome(complete bool) record.Outcome {
	switch {
	case l.crash:
		return record.Crashed
	case !complete:
		return record.GaveUp
	}
	return record.Left
}

// after is now plus d, or engine.Never if d is.
func after(now, d time.Duration) time.Duration {
	if d == engine.Never {
		return d
	}
	return now + d
}

// start makes the client: the peer arrives.
func (n *node) start() {
	w := n.world
	now := n.host.Now()
	n.state, n.id = present, peerID(w.scenario.Seed, n.host.ID())
	n.host.Listen(!n.nat)
	n.store = w.content.NewStore(n.isSeed())
	c := clientOf(w.scenario, &w.scenario.Groups[n.group])
	choker, seedChoker := newChokers(c)
	uplink, _ := n.host.Rates()
	n.worker = uint8(n.host.Worker())
	n.peer = client.New(client.Config{
		Torrent:    &w.content.Torrent,
		ID:         n.id,
		Complete:   n.isSeed(),
		Store:      n.store,
		Rand:       draw.Stream(w.scenario.Seed, draw.Host, uint64(n.host.ID())<<1|1),
		Choker:     choker,
		SeedChoker: seedChoker,
		Uplink:     uplink,
		Picker:     newPicker(c.Picker),
		Loop:       newLoop(c.EventLoop),
		Assign:     newAssignment(c.Assignment),
		EndGame:    newEndGame(c.EndGame),
		Backlog:    w.backlog[n.group],
		Swarm:      w.copies.Of,
		SwarmIndex: w.copies.Index,
		Trace:      n,
		Settings:   &w.settings[n.group],
		Scratch:    &w.scratch[n.worker].client,
		Heard:      n.lastReceived,
		Viewer:     n.newViewer(),
	})
	if b := w.behaviours[n.group]; !b.Honest() {
		n.adversary = adversary.New(n.peer, b, &w.content.Torrent, w.scenario.Payload == scenario.PayloadReal,
			draw.Stream(w.scenario.Seed, draw.Misbehaviour, uint64(n.host.ID())))
	}
	n.departAt = n.lifetime.departure(n.isSeed(), now)
	n.emit(traceEvent{kind: arrived})
}

func clientOf(s *scenario.Scenario, g *scenario.Group) *scenario.Client {
	if g.Client != nil {
		return g.Client
	}
	return &s.Client
}

// checkQuota lets a complete peer depart once it has sent as much as its group gives. The client
// may have handed that much to the network, where it still waits in a send buffer.
func (n *node) checkQuota() {
	quota := n.world.quota[n.group]
	if quota > 0 && n.peer.Complete() && n.peer.Counters().BytesSent >= quota {
		n.quotaOut = true
		n.departIfQuotaSent()
	}
}

func (n *node) departIfQuotaSent() {
	if n.counters().BytesSent >= n.world.quota[n.group] {
		n.departAt = min(n.departAt, n.host.Now())
	}
}

// depart ends the peer's presence in the swarm. A peer that has not arrived yet will not.
func (n *node) depart(outcome record.Outcome) {
	now := n.host.Now()
	if n.state == notArrived {
		n.state, n.history.outcome = gone, record.NeverArrived
		n.emit(traceEvent{kind: neverArrived})
		return
	}
	if n.state != present {
		return
	}
	if outcome == record.Crashed {
		n.host.Off()
		n.announce = announceConn{}
	} else {
		n.step(&client.Event{Kind: client.Leave})
		n.host.Listen(false)
	}
	n.countReceivedFromAll()
	n.state = gone
	n.history.depart(outcome, now, n.clientCounters(), n.viewer)
	n.emit(traceEvent{kind: departed})
}
