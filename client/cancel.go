package client

import (
	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// A CANCEL may cross the block that it is about. With the fast extension (BEP 6) the neighbour answers it, by
// a reject or the block, so that it is known when the request is over. Until then the request
// counts as outstanding and is not made again (anacrolix/torrent, peerconn.go: handleCancel,
// onPeerSentCancel, isLowOnRequests).

// sendCancel withdraws a request that has been removed from the outstanding ones.
func (p *Peer) sendCancel(id ConnID, b pieces.Block) {
	c := &p.conns[id]
	p.sendBlockMessage(id, Cancel, b)
	if c.cold.answersCancels && p.settings.Fast.CountCancels {
		c.cold.history.Cancelled = append(c.cold.history.Cancelled, b)
	}
	p.noteWithdrawn(c)
}

// noteWithdrawn tells the backlog rule, if it needs to know, that a request was in vain.
func (p *Peer) noteWithdrawn(c *conn) {
	if m, ok := p.cfg.Backlog.(backlog.WithdrawalObserver); ok {
		m.Withdrawn(&c.pace)
	}
}

// removeCancelled notes that a cancel has been answered and reports whether there was one.
func (s *coldState) removeCancelled(b pieces.Block) bool {
	before := len(s.history.Cancelled)
	s.history.Cancelled = remove(s.history.Cancelled, b)
	return len(s.history.Cancelled) < before
}
