package client

import "swarmsim/client/backlog"

// A cancel crosses blocks that are on their way. The fast extension (BEP 6) has
// it answered, by a reject or the block, so that one knows when it is over: until
// then the request counts against the neighbour's backlog, and is not made again
// (anacrolix, peerconn.go: handleCancel, onPeerSentCancel, isLowOnRequests).

// takeBack cancels a request that is struck off already.
func (p *Peer) takeBack(id ConnID, b block) {
	c := &p.conns[id]
	p.sayBlock(id, Cancel, b)
	if c.stranger.answers && p.set.CountCancels {
		c.stranger.cancelled = append(c.stranger.cancelled, b)
	}
	p.minded(c)
}

// minded tells the backlog rule, if it minds, that a request came to nothing.
func (p *Peer) minded(c *conn) {
	if m, ok := p.cfg.Backlog.(backlog.Minder); ok {
		m.Withdrawn(&c.pace)
	}
}

// settle: a cancel is answered. It reports whether it was.
func (s *stranger) settle(b block) bool {
	before := len(s.cancelled)
	s.cancelled = remove(s.cancelled, b)
	return len(s.cancelled) < before
}
