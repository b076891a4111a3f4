package client

import "swarmsim/client/backlog"

// A cancel crosses blocks that are on their way. The fast extension (BEP 6) has
// it answered, by a reject or the block, so that one knows when it is over: until
// then the request counts against the neighbour's backlog, and is not made again
// (anacrolix, peerconn.go: handleCancel, onPeerSentCancel, isLowOnRequests).

// takeBack cancels a request that is struck off already.
func (p *Peer) sendCancel(id ConnID, b block) {
	c := &p.conns[id]
	p.sendBlockMessage(id, Cancel, b)
	if c.cold.answersCancels && p.set.CountCancels {
		c.cold.cancelled = append(c.cold.cancelled, b)
	}
	p.noteWithdrawn(c)
}

// minded tells the backlog rule, if it minds, that a request came to nothing.
func (p *Peer) noteWithdrawn(c *conn) {
	if m, ok := p.cfg.Backlog.(backlog.WithdrawalObserver); ok {
		m.Withdrawn(&c.pace)
	}
}

// settle: a cancel is answered. It reports whether it was.
func (s *coldState) removeCancelled(b block) bool {
	before := len(s.cancelled)
	s.cancelled = remove(s.cancelled, b)
	return len(s.cancelled) < before
}
