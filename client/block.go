package client

import (
	"slices"

	"swarmsim/client/backlog"
)

// gotBlock: a block came in.
func (p *Peer) gotBlock(id ConnID, m *Message) bool {
	index, i, ok := p.blockOf(m)
	if !ok || m.Data != nil && len(m.Data) != int(m.Length) {
		return false
	}
	c := &p.conns[id]
	c.down.add(p.now, m.Length)
	if p.set.RateTime > 0 {
		c.stranger.recents.down.add(p.now, p.set.RateTime, m.Length)
	}
	c.pace.Received(p.now, m.Length)
	if p.counting {
		c.pace.Count(p.now, m.Length)
	}
	c.lastBlock, p.lastBlock = p.now, p.now
	c.snubbed = c.snubbed && p.set.Paced
	if p.set.InterestAtRounds {
		c.stranger.harvest.blocks[0]++
	}
	b := block(index)*p.perPc + block(i)
	if p.refreshes() && p.isHere(b) && c.isAsked(b) { // BtPieceMessage: the request stays until it is gone through
		p.counters.Duplicate++
		return true
	}
	asked, aside := c.answered(b)
	late := p.set.Paced && !asked && c.stranger.overdue.strikeOff(b)
	withdrawn := !asked && (p.set.CountCancels || p.set.DiscardUnasked) && c.stranger.settle(b)
	awaited := asked || late || p.set.CountCancels && withdrawn
	s := p.startedPiece(index)
	if late && s == nil && !p.have.has(index) {
		s = p.start(index, c) // its start was taken back with the request
	}
	if p.set.Paced && (asked || late) {
		p.inTime(c, s != nil && s.state[i] != blockHere)
	}
	if !asked {
		c.stranger.cameLate()
	}
	switch {
	case !asked && !late && p.set.DiscardUnasked && !withdrawn:
		p.counters.Unwanted++
		if aside {
			p.unask(b)
		}
	case s != nil && s.state[i] != blockHere:
		p.take(id, s, i, asked, m)
	case p.have.has(index) || s != nil:
		p.counters.Duplicate++
	default:
		p.counters.Unwanted++
	}
	if c := &p.conns[id]; c.live && (awaited || !p.set.WriterTurns) { // taking the block may have ended the connection
		p.request(id, backlog.Received)
	}
	p.rechokeAtBlock()
	return true
}

// blockOf is the block that a message names, if there is such a block.
func (p *Peer) blockOf(m *Message) (index, i int, ok bool) {
	if int64(m.Index) >= int64(p.pieces) || int64(m.Begin)%p.torrent.block() != 0 ||
		int64(m.Begin) >= p.torrent.PieceSize(int(m.Index)) {
		return 0, 0, false
	}
	index, i = int(m.Index), int(int64(m.Begin)/p.torrent.block())
	return index, i, m.Length == p.torrent.BlockSizeOf(index, i)
}

// answered strikes a block off what was asked of a neighbour or set aside for
// it. It tells which of them it was.
func (c *conn) answered(b block) (asked, aside bool) {
	i := slices.Index(c.requested, b)
	if i < 0 {
		return false, false
	}
	asked = i < len(c.requested)-int(c.unsent)
	if !asked {
		c.unsent--
	}
	c.requested = slices.Delete(c.requested, i, i+1)
	return asked, !asked
}

// take stores a block that was missing; whoever else is asked for it need not
// send it any more.
func (p *Peer) take(id ConnID, s *piece, i int, asked bool, m *Message) {
	others := s.state[i]
	if asked {
		others--
	} else if others == 0 {
		p.addOpen(s, -1)
	}
	s.state[i] = blockHere
	s.senders()[i] = p.conns[id].serial
	if p.set.EndGame == Steal {
		p.conns[id].stranger.useful = p.now
	}
	if s.got++; s.got == 1 {
		p.scoping().began(s, int(p.copies[s.index]))
	}
	p.counters.Blocks++
	p.counters.Bytes += int64(m.Length)
	p.cfg.Store.Write(m.Index, m.Begin, m.Data, m.Tainted)
	if others > 0 && !p.refreshes() && (asked || others > 1 || !p.set.Paced) {
		p.cancel(s.index, i)
	}
	if s.got == s.blocks {
		p.verify(s)
	}
}

// cancel withdraws a block from everybody who is still asked for it.
func (p *Peer) cancel(index, i int) {
	b := block(index)*p.perPc + block(i)
	for _, id := range p.order {
		c := &p.conns[id]
		if asked, _ := c.answered(b); asked {
			if p.set.InterestAtRounds {
				c.stranger.harvest.cancels[0]++
			}
			p.takeBack(id, b)
			p.request(id, backlog.Received) // it may be idle now
		}
	}
}

// verify checks a piece whose blocks are all here.
func (p *Peer) verify(s *piece) {
	good := p.cfg.Store.Verify(uint32(s.index))
	p.judge(s, good)
	p.finish(s)
	if p.set.Sharing == Own {
		p.disownAll(s.index)
	}
	if !good {
		p.forgetRequests(s.index)
		p.counters.FailedPieces++
		p.counters.FailedBlocks += int64(s.blocks)
		p.note(PieceFailed, 0, uint32(s.index))
		p.scoping().failed(s.index, int(p.copies[s.index]))
		p.giveBack(s.index)
		p.askOthers()
		return
	}
	p.takeUp(s.index) // it was given back, and completed all the same
	p.have.set(s.index)
	p.haveCount++
	if p.counters.FirstPiece == 0 {
		p.counters.FirstPiece = p.now
	}
	if p.player != nil {
		p.player.grow(p.now, p.have)
	}
	p.note(PieceDone, 0, uint32(s.index))
	p.haveToAll(s.index)
	if p.Complete() {
		p.completed()
	}
}

// forgetRequests drops what is asked for of a piece that is begun anew, where
// that was not withdrawn as its blocks came.
func (p *Peer) forgetRequests(index int) {
	for _, id := range p.order {
		p.strike(&p.conns[id], func(b block) bool { return int(b/p.perPc) == index })
	}
}

// completed turns a leecher into a seed.
func (p *Peer) completed() {
	p.lookup = nil
	if p.shelved() { // nothing is picked any more
		p.shelving.index, p.shelving.scoping = nil, nil
	}
	p.counters.Finished = p.now
	p.note(Finished, 0, 0)
	p.tellGiven()
	p.tell(Completed)
	for i := len(p.order) - 1; i >= 0; i-- {
		if id := p.order[i]; p.bothComplete(&p.conns[id]) {
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
