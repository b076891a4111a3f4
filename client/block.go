package client

import (
	"slices"

	"swarmsim/client/backlog"
)

// gotBlock: a block came in.
func (p *Peer) onBlock(id ConnID, m *Message) bool {
	index, i, ok := p.blockOf(m)
	if !ok || m.Data != nil && len(m.Data) != int(m.Length) {
		return false
	}
	c := &p.conns[id]
	c.down.add(p.now, m.Length)
	if p.set.RateWindow > 0 {
		c.cold.recents.down.add(p.now, p.set.RateWindow, m.Length)
	}
	c.pace.OnBlock(p.now, m.Length)
	if p.needsPace {
		c.pace.CountArrival(p.now, m.Length)
	}
	c.lastBlock, p.lastBlock = p.now, p.now
	c.snubbed = c.snubbed && p.set.AdaptiveTimeout
	if p.set.InterestAtRounds {
		c.cold.yield.blocks[0]++
	}
	b := block(index)*p.blocksPerPiece + block(i)
	if p.refreshes() && p.isReceived(b) && c.isRequested(b) { // BtPieceMessage: the request stays until it is gone through
		p.counters.Duplicate++
		return true
	}
	asked, aside := c.removeRequest(b)
	late := p.set.AdaptiveTimeout && !asked && c.cold.timeout.removeTimedOut(b)
	withdrawn := !asked && (p.set.CountCancels || p.set.DiscardUnasked) && c.cold.removeCancelled(b)
	awaited := asked || late || p.set.CountCancels && withdrawn
	s := p.activePiece(index)
	if late && s == nil && !p.have.has(index) {
		s = p.startPiece(index, c) // its start was taken back with the request
	}
	if p.set.AdaptiveTimeout && (asked || late) {
		p.onTimelyBlock(c, s != nil && s.state[i] != blockReceived)
	}
	if !asked {
		c.cold.onUnrequested()
	}
	switch {
	case !asked && !late && p.set.DiscardUnasked && !withdrawn:
		p.counters.Unwanted++
		if aside {
			p.unassign(b)
		}
	case s != nil && s.state[i] != blockReceived:
		p.storeBlock(id, s, i, asked, m)
	case p.have.has(index) || s != nil:
		p.counters.Duplicate++
	default:
		p.counters.Unwanted++
	}
	if c := &p.conns[id]; c.live && (awaited || !p.set.WriterTurns) { // taking the block may have ended the connection
		p.request(id, backlog.BlockReceived)
	}
	p.rechokeAtBlock()
	return true
}

// blockOf is the block that a message names, if there is such a block.
func (p *Peer) blockOf(m *Message) (index, i int, ok bool) {
	if int64(m.Index) >= int64(p.numPieces) || int64(m.Begin)%p.torrent.block() != 0 ||
		int64(m.Begin) >= p.torrent.PieceSize(int(m.Index)) {
		return 0, 0, false
	}
	index, i = int(m.Index), int(int64(m.Begin)/p.torrent.block())
	return index, i, m.Length == p.torrent.BlockSizeOf(index, i)
}

// answered strikes a block off what was asked of a neighbour or set aside for
// it. It tells which of them it was.
func (c *conn) removeRequest(b block) (asked, aside bool) {
	i := slices.Index(c.requests, b)
	if i < 0 {
		return false, false
	}
	asked = i < len(c.requests)-int(c.reservedCount)
	if !asked {
		c.reservedCount--
	}
	c.requests = slices.Delete(c.requests, i, i+1)
	return asked, !asked
}

// take stores a block that was missing; whoever else is asked for it need not
// send it any more.
func (p *Peer) storeBlock(id ConnID, s *activePiece, i int, asked bool, m *Message) {
	others := s.state[i]
	if asked {
		others--
	} else if others == 0 {
		p.addOpen(s, -1)
	}
	s.state[i] = blockReceived
	s.senders()[i] = p.conns[id].serial
	if p.set.EndGame == Steal {
		p.conns[id].cold.lastUseful = p.now
	}
	if s.received++; s.received == 1 {
		p.scoping().began(s, int(p.copies[s.index]))
	}
	p.counters.Blocks++
	p.counters.Bytes += int64(m.Length)
	p.cfg.Store.Write(m.Index, m.Begin, m.Data, m.Tainted)
	if others > 0 && !p.refreshes() && (asked || others > 1 || !p.set.AdaptiveTimeout) {
		p.cancelOthers(s.index, i)
	}
	if s.received == s.blocks {
		p.verify(s)
	}
}

// cancel withdraws a block from everybody who is still asked for it.
func (p *Peer) cancelOthers(index, i int) {
	b := block(index)*p.blocksPerPiece + block(i)
	for _, id := range p.established {
		c := &p.conns[id]
		if asked, _ := c.removeRequest(b); asked {
			if p.set.InterestAtRounds {
				c.cold.yield.cancels[0]++
			}
			p.sendCancel(id, b)
			p.request(id, backlog.BlockReceived) // it may be idle now
		}
	}
}

// verify checks a piece whose blocks are all here.
func (p *Peer) verify(s *activePiece) {
	good := p.cfg.Store.Verify(uint32(s.index))
	p.attributeFailure(s, good)
	p.dropActive(s)
	if p.set.Assignment == Exclusive {
		p.forgetAssignments(s.index)
	}
	if !good {
		p.forgetRequests(s.index)
		p.counters.FailedPieces++
		p.counters.FailedBlocks += int64(s.blocks)
		p.trace(PieceFailed, 0, uint32(s.index))
		p.scoping().failed(s.index, int(p.copies[s.index]))
		p.markWanted(s.index)
		p.reassign()
		return
	}
	p.markStarted(s.index) // it was given back, and completed all the same
	p.have.set(s.index)
	p.haveCount++
	if p.counters.FirstPiece == 0 {
		p.counters.FirstPiece = p.now
	}
	if p.player != nil {
		p.player.grow(p.now, p.have)
	}
	p.trace(PieceDone, 0, uint32(s.index))
	p.broadcastHave(s.index)
	if p.Complete() {
		p.completed()
	}
}

// forgetRequests drops what is asked for of a piece that is begun anew, where
// that was not withdrawn as its blocks came.
func (p *Peer) forgetRequests(index int) {
	for _, id := range p.established {
		p.removeRequests(&p.conns[id], func(b block) bool { return int(b/p.blocksPerPiece) == index })
	}
}

// completed turns a leecher into a seed.
func (p *Peer) completed() {
	p.activeIndex = nil
	if p.hasIndex() { // nothing is picked any more
		p.availability.index, p.availability.scoping = nil, nil
	}
	p.counters.Finished = p.now
	p.trace(Finished, 0, 0)
	p.traceGiven()
	p.announceEvent(Completed)
	for i := len(p.established) - 1; i >= 0; i-- {
		if id := p.established[i]; p.bothComplete(&p.conns[id]) {
			p.hangUp(id)
		}
	}
	switch {
	case p.refreshes(): // the seed's choker has not been asked yet (DefaultPeerStorage: chokeRoundIntervalElapsed)
		p.nextRound = p.now
	case !p.set.ChokeAtRounds:
		p.rechoke(false)
	}
}
