package sim

import (
	"fmt"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// addTraffic adds the bytes that each group has sent and received, the number of blocks by what
// happened to them, and the share of bytes on the links that is not content.
func (c *collector) addTraffic(sum *record.Summary) {
	wire, payload := c.world.tracker.host.Traffic().WireSent, int64(0)
	sum.Blocks.Lost = c.world.tracker.host.Traffic().Lost
	for _, n := range c.world.nodes {
		counters := n.counters()
		g := &sum.Groups[n.group]
		if n.hasArrived() {
			g.Peers++
		}
		g.UploadedBytes += counters.BytesSent
		g.DownloadedBytes += counters.Bytes
		sum.Blocks.Sent += counters.BlocksSent
		sum.Blocks.Delivered += counters.Blocks
		sum.Blocks.Duplicate += counters.Duplicate + counters.Unwanted
		sum.Blocks.Lost += n.host.Traffic().Lost
		sum.Corrupt.BlocksSent += counters.CorruptSent
		sum.Corrupt.PiecesCaught += counters.FailedPieces
		sum.Corrupt.Banned += counters.Banned
		payload += counters.BytesSent
		wire += n.host.Traffic().WireSent
	}
	b := &sum.Blocks
	b.InFlight = c.world.blocksInFlight()
	if c.world.scenario.Network.Transport != scenario.TransportIdeal {
		// These transports retransmit lost packets: a block is lost only if its connection closes,
		// which hosts do not count.
		b.Lost = b.Sent - b.Delivered - b.Duplicate - b.InFlight
	}
	if wire > 0 {
		sum.ControlOverhead = record.Ratio(1 - float64(payload)/float64(wire))
	}
}

// addRedundancy compares the blocks and bytes without use with those of use.
func (c *collector) addRedundancy(sum *record.Summary) {
	var kept, discarded, bytes, sent int64
	wire := c.world.tracker.host.Traffic().WireSent
	for _, n := range c.world.nodes {
		counters := n.counters()
		kept += counters.Blocks - counters.FailedBlocks
		discarded += counters.FailedBlocks
		bytes += counters.Bytes
		sent += counters.BytesSent
		wire += n.host.Traffic().WireSent
	}
	if kept <= 0 {
		return
	}
	useful := float64(bytes) * float64(kept) / float64(kept+discarded)
	r := &record.Redundancy{
		Duplicate: record.Ratio(float64(sum.Blocks.Duplicate) / float64(kept)),
		Discarded: record.Ratio(float64(discarded) / float64(kept)),
		Control:   record.Ratio(float64(wire-sent) / useful),
	}
	r.Total = r.Duplicate + r.Discarded + r.Control
	sum.Redundancy = r
}

// checkConservation reports an error unless every block that was sent is accounted for once.
func (w *world) checkConservation(b *record.Blocks) error {
	if b.Lost < 0 || b.Sent != b.Delivered+b.Duplicate+b.Lost+b.InFlight {
		return fmt.Errorf("blocks are not conserved: "+
			"%d sent, but %d delivered, %d duplicate, %d lost and %d in flight; "+
			"this is a bug, please report it with the scenario and seed %d",
			b.Sent, b.Delivered, b.Duplicate, b.Lost, b.InFlight, w.scenario.Seed)
	}
	return nil
}

// blocksInFlight counts the blocks that have been sent and have not arrived.
func (w *world) blocksInFlight() int64 {
	if w.scenario.Network.Transport != scenario.TransportIdeal {
		blocks := int64(0)
		for _, n := range w.nodes {
			blocks += n.host.Undelivered(w.host)
		}
		return blocks
	}
	blocks := int64(0)
	count := func(p *netem.Packet) {
		if p.Whole && p.Message.NotifySent {
			blocks++
		}
	}
	w.engine.Pending(func(_ engine.HostID, e *engine.Event[netem.Packet]) { count(&e.Body) })
	for _, n := range w.nodes {
		n.host.Waiting(count)
	}
	return blocks
}

// host returns the host of the tracker or a peer.
func (w *world) host(id engine.HostID) *netem.Host {
	if id == trackerHost {
		return w.tracker.host
	}
	return w.node(id).host
}
