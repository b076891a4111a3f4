package sim

import (
	"time"

	"swarmsim/sim/record"
)

// row is the peer's line of peers.csv, without the measures of pairs.
func (n *node) row(now time.Duration) record.PeerRow {
	c, h := n.counters(), &n.history
	outcome := h.outcome
	if n.state == present {
		outcome = record.Stayed
	}
	up, down := n.host.Rates()
	return record.PeerRow{
		Peer:            int(n.host.ID()),
		Group:           n.world.scenario.Groups[n.group].Name,
		Seed:            n.isSeed(),
		UpBytesPerSec:   up,
		DownBytesPerSec: down,
		Arrived:         n.lifetime.arriveAt,
		FirstPiece:      c.FirstPiece,
		TenthPiece:      h.milestones.TenthPiece,
		LastTen:         h.milestones.LastTen,
		Completed:       h.completed,
		Left:            h.left,
		Outcome:         outcome,
		UploadedBytes:   c.BytesSent,
		DownloadedBytes: c.Bytes,
		Duplicate:       c.Duplicate + c.Unwanted,
		FailedPieces:    c.FailedPieces,
		CorruptSent:     c.CorruptSent,
		Banned:          c.Banned,
		WireUpBytes:     n.host.Traffic().WireSent,
		WireDownBytes:   n.host.Traffic().WireReceived,
		Playback:        n.playback(now),
	}
}
