package client

import "swarmsim/client/backlog"

var writerEntry = LoopEntry{
	Name:     "writer",
	About:    "A writer per connection sends blocks in batches; requests wait for the end of a batch (anacrolix).",
	Defaults: func() any { return &struct{}{} },
	New:      func(any) Loop { return &writerLoop{} },
}

// writerLoop has a writer for each connection, as anacrolix/torrent does (peer-conn-msg-writer.go:
// run; peerconn.go: fillWriteBuffer). A writer with a reason to update requests does so; it adds blocks
// until the buffer is full, and waits until the socket has taken all of it. Reasons that come up
// meanwhile wait, and only the first of them counts (requesting.go: onNeedUpdateRequests).
type writerLoop struct {
	immediate
	anyDirty bool // some connection has a reason to update requests
}

func (l *writerLoop) attach(p *Peer) Loop {
	l.p = p
	return l
}

// end updates requests where this step has given a reason to. Connections whose writer is busy
// follow when their blocks are taken.
func (l *writerLoop) end(EventKind, ConnID) {
	if !l.anyDirty {
		return
	}
	l.anyDirty = false
	for _, id := range l.p.established {
		l.update(id)
	}
}

// request notes a reason to update requests. A received block and a reject are reasons only if no
// request is outstanding then (isLowOnRequests).
func (l *writerLoop) request(id ConnID, why backlog.Trigger) {
	c := &l.p.conns[id]
	switch {
	case c.cold.dirty, why == backlog.PieceCompleted:
		return
	case why == backlog.BlockReceived, why == backlog.LastRejected:
		if l.p.unanswered(c) > 0 {
			return
		}
	}
	c.cold.dirty, c.cold.trigger = true, why
	l.anyDirty = true
}

// update sends the requests that there is reason to send, unless the writer is busy.
func (l *writerLoop) update(id ConnID) {
	if c := &l.p.conns[id]; c.cold.dirty && c.sendQueued == 0 {
		c.cold.dirty = false
		l.p.sendRequests(id, c.cold.trigger)
	}
}

// requestReopened: only idle neighbours are asked.
func (l *writerLoop) requestReopened(id ConnID) { l.request(id, backlog.BlockReceived) }

func (l *writerLoop) onBlockHandled(id ConnID, awaited bool) {
	if awaited {
		l.request(id, backlog.BlockReceived)
	}
}

func (l *writerLoop) onRejectHandled(id ConnID, _ bool) { l.request(id, backlog.LastRejected) }

func (*writerLoop) mayUpload(c *conn) bool { return c.sendQueued == 0 }

func (l *writerLoop) onBlockTaken(id ConnID) {
	l.update(id)
	l.p.upload(id)
}
