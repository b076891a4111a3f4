package sim

import (
	"time"

	"swarmsim/client"
)

// Note translates what the client reports into events for the record. A node is the
// client.Trace of its peer.
func (n *node) Note(now time.Duration, what client.Note, conn client.ConnID, arg uint32) {
	switch what {
	case client.PieceDone:
		if n.viewer != nil {
			n.viewer.PieceVerified(now, n.peer.Have)
		}
		n.history.milestones.PieceCompleted(n.peer.HaveCount(), n.world.content.Torrent.Pieces(), now)
		n.emit(traceEvent{kind: pieceCompleted, arg: int32(arg)})
		if n.logged {
			n.log.onPiece(n, arg)
		}
	case client.PieceFailed:
		n.emit(traceEvent{kind: pieceFailed, arg: int32(arg)})
	case client.Finished:
		n.history.completed = now
		n.departAt = after(now, n.lifetime.stay)
		n.emit(traceEvent{kind: completed})
		n.checkQuota()
	case client.Unchoked:
		n.emit(traceEvent{kind: unchoked, other: n.remote(conn), arg: int32(arg)})
	case client.Choked:
		n.emit(traceEvent{kind: choked, other: n.remote(conn)})
	case client.Slotted:
		n.emit(traceEvent{kind: slotChanged, other: n.remote(conn), arg: int32(arg)})
	case client.Parted:
		n.countReceived(conn)
		if n.logged {
			n.log.onParted(n, conn)
		}
		n.emit(traceEvent{kind: disconnected, other: n.remote(conn)})
	case client.Met:
		if n.world.scenario.Record.Interest {
			n.emit(traceEvent{kind: connected, other: n.remote(conn)})
		}
	case client.Wanting:
		if n.world.scenario.Record.Interest {
			n.emit(traceEvent{kind: interestChanged, other: n.remote(conn), arg: int32(arg)})
		}
	}
}

// emit adds an event of this node at this time to the buffer of the worker that plays it.
func (n *node) emit(e traceEvent) {
	e.at, e.host = n.host.Now(), n.host.ID()
	b := &n.world.trace[n.host.Worker()]
	b.events = append(b.events, e)
}
