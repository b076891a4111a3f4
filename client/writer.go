package client

import "swarmsim/client/backlog"

// A client that writes in turns, as anacrolix does (peer-conn-msg-writer.go:
// run, peerconn.go: fillWriteBuffer), has one writer for each neighbour: it
// looks for requests to make if there is reason to, adds blocks until 32 KiB are
// exceeded, and waits until the socket has taken all of that. Reasons that come
// up meanwhile wait for it, and only the first of them counts
// (onNeedUpdateRequests).

// shallLook notes a reason to look for requests.
func (p *Peer) markRequestsDirty(id ConnID, why backlog.Trigger) {
	s := p.conns[id].cold
	switch {
	case s.dirty, why == backlog.PieceCompleted:
		return
	case why == backlog.BlockReceived, why == backlog.LastRejected:
		if p.owedBlocks(&p.conns[id]) > 0 { // isLowOnRequests; what is only set aside brings nothing about
			return
		}
	}
	s.dirty, s.trigger = true, why
	p.anyDirty = true
}

// look makes the requests that there is reason to make, unless the writer is
// busy.
func (p *Peer) updateRequests(id ConnID) {
	if c := &p.conns[id]; c.cold.dirty && c.sendQueued == 0 {
		c.cold.dirty = false
		p.requestNow(id, c.cold.trigger)
	}
}

// lookAll ends a step: the writers that have found a reason in it go on. Those
// that are busy do so when their blocks are sent.
func (p *Peer) flushDirty() {
	if !p.anyDirty {
		return
	}
	p.anyDirty = false
	for _, id := range p.established {
		p.updateRequests(id)
	}
}
