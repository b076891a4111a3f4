package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/adversary"
	"swarmsim/sim/disk"
	"swarmsim/sim/draw"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// start creates the client when the peer arrives.
func (n *node) start() {
	w := n.world
	now := n.host.Now()
	n.state, n.id = present, peerID(w.scenario.Seed, n.host.ID())
	n.host.Listen(!n.nat)
	n.store = w.content.NewStore(n.isSeed())
	c := clientOf(w.scenario, &w.scenario.Groups[n.group])
	uplink, _ := n.host.Rates()
	n.worker = uint8(n.host.Worker())
	cfg := clientConfig(c, &w.settings[n.group], w.copies)
	cfg.Torrent, cfg.ID, cfg.Complete, cfg.Store = &w.content.Torrent, n.id, n.isSeed(), n.store
	if s := diskSpeed(&w.scenario.Groups[n.group].Disk); s != (disk.Speed{}) {
		n.disk = disk.New(n.store, s, &w.content.Torrent.Layout, n.host.Now)
		cfg.Store = n.disk
	}
	cfg.Rand = draw.Stream(w.scenario.Seed, draw.Host, uint64(n.host.ID())<<1|1)
	cfg.Addr = addrOf(n.host.ID(), listenPort)
	cfg.Uplink, cfg.Backlog, cfg.Trace = uplink, w.backlog[n.group], n.clientTrace()
	cfg.Scratch, cfg.Heard, cfg.Viewer = &w.scratch[n.worker].client, n.lastReceived, n.newViewer()
	cfg.ClientName, cfg.ListenPort = clientName, listenPort
	n.peer = client.New(cfg)
	if b := w.behaviours[n.group]; !b.Honest() {
		n.adverse, n.adversary = true, adversary.New(n.peer, b, &w.content.Torrent, w.scenario.Payload == scenario.PayloadReal,
			draw.Stream(w.scenario.Seed, draw.Misbehaviour, uint64(n.host.ID())))
	}
	n.hasQuota = w.quota[n.group] > 0
	n.departAt = n.lifetime.departure(n.isSeed(), now)
	n.emit(traceEvent{kind: arrived})
}

func diskSpeed(d *scenario.Disk) disk.Speed {
	return disk.Speed{
		Read: float64(d.Read), Write: float64(d.Write), Hash: float64(d.Hash), Access: time.Duration(d.Access),
	}
}

// checkQuota lets a complete peer depart once it has sent what its seed ratio allows. The client
// may have handed that much to the network, where it still waits in a send buffer.
func (n *node) checkQuota() {
	if n.hasQuota && n.peer.Complete() && n.peer.Counters().BytesSent >= n.world.quota[n.group] {
		n.quotaQueued = true
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
	if n.logged {
		n.log.onDeparture(n)
	}
	n.state = gone
	n.history.depart(outcome, now, n.clientCounters(), n.viewer)
	n.emit(traceEvent{kind: departed})
}
