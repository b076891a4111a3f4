package client

import (
	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// onBlock handles PIECE, which carries a block.
func (p *Peer) onBlock(id ConnID, m *Message) bool {
	piece, i, ok := p.pieces.Layout().Find(m.Index, m.Begin, m.Length)
	if !ok || m.Data != nil && len(m.Data) != int(m.Length) {
		return false
	}
	c := &p.conns[id]
	p.countReceived(c, m.Length)
	b := p.pieces.BlockAt(piece, i)
	if p.defers && p.pieces.IsReceived(b) && c.requests.Has(b) {
		p.counters.Duplicate++ // the request remains until it is looked at (aria2, BtPieceMessage)
		return true
	}
	requested, reserved := c.requests.Remove(b)
	late := p.settings.Requests.AdaptiveTimeout && !requested && c.cold.timeout.removeTimedOut(b)
	withdrawn := !requested && (p.settings.Fast.CountCancels || p.settings.Fast.DiscardLate) && c.cold.removeCancelled(b)
	awaited := requested || late || p.settings.Fast.CountCancels && withdrawn
	a := p.pieces.Find(piece)
	if late && a == nil && !p.pieces.Has(piece) {
		a = p.restartLate(piece, c.serial)
	}
	missing := a != nil && !a.HasBlock(i)
	if p.settings.Requests.AdaptiveTimeout && (requested || late) {
		p.onTimelyBlock(c, missing)
	}
	if !requested {
		c.cold.onUnrequested()
	}
	switch {
	case !requested && !late && p.settings.Fast.DiscardLate && !withdrawn:
		p.counters.Unwanted++
		if reserved {
			p.pieces.Unrequest(b)
		}
	case missing:
		p.storeBlock(id, a, i, requested, m)
	case p.pieces.Has(piece) || a != nil:
		p.counters.Duplicate++
	default:
		p.counters.Unwanted++
	}
	if p.conns[id].live { // storing may have ended the connection
		p.loop.onBlockHandled(id, awaited)
	}
	p.rechokeAtBlock()
	return true
}

// restartLate starts a piece again that was abandoned when the request for one of its blocks timed
// out, because that block has come. An assignment rule that gives pieces to neighbours may give it to
// any.
func (p *Peer) restartLate(piece int, serial uint32) *pieces.Active {
	a := p.pieces.Start(piece, serial)
	if p.pieceOwner != nil {
		a.SetOwner(0)
		p.pieces.MarkWanted(piece)
	}
	return a
}

// countReceived adds a block to the rates of its sender, and notes that it does not keep us
// waiting.
func (p *Peer) countReceived(c *conn, bytes uint32) {
	c.down.add(p.now, bytes)
	if p.settings.Choking.RateWindow > 0 {
		c.cold.rates.down.add(p.now, p.settings.Choking.RateWindow, bytes)
	}
	c.pace.OnBlock(p.now, bytes)
	if p.needsPace {
		c.pace.CountArrival(p.now, bytes)
	}
	c.snubClock, p.lastBlock = p.now, p.now
	c.snubbed = c.snubbed && p.settings.Requests.AdaptiveTimeout
	if p.settings.Choking.InterestAtRounds {
		c.cold.yield.blocks[0]++
	}
}

// storeBlock stores a block that was missing. Others that are asked for it need not send it any
// more.
func (p *Peer) storeBlock(id ConnID, a *pieces.Active, i int, requested bool, m *Message) {
	c := &p.conns[id]
	others := p.pieces.Receive(a, i, c.serial, requested)
	if p.endGameTraits.History {
		c.cold.history.Useful = p.now
	}
	p.counters.Blocks++
	p.counters.Bytes += int64(m.Length)
	p.cfg.Store.Write(m.Index, m.Begin, m.Data)
	if others > 0 && !p.defers && (requested || others > 1 || !p.settings.Requests.AdaptiveTimeout) {
		p.cancelOthers(p.pieces.BlockAt(a.Index(), i))
	}
	if a.Received() == a.Blocks() {
		p.verify(a)
	}
}

// cancelOthers withdraws the requests for a block from all neighbours.
func (p *Peer) cancelOthers(b pieces.Block) {
	for _, id := range p.established {
		c := &p.conns[id]
		if outstanding, _ := c.requests.Remove(b); outstanding {
			if p.settings.Choking.InterestAtRounds {
				c.cold.yield.cancels[0]++
			}
			p.sendCancel(id, b)
			p.request(id, backlog.BlockReceived) // it may be idle now
		}
	}
}

// verify has the store check a piece whose blocks have all been received. It remains active until
// the store has answered.
func (p *Peer) verify(a *pieces.Active) {
	if v := p.cfg.Store.Verify(uint32(a.Index())); v != Pending {
		p.onVerdict(a, v == Good)
	}
}

// onPieceVerified handles the store's answer that it could not give at once.
func (p *Peer) onPieceVerified(piece uint32, good bool) {
	if a := p.pieces.Find(int(piece)); a != nil && a.Received() == a.Blocks() {
		p.onVerdict(a, good)
	}
}

// onVerdict handles that the hash of a piece, all of whose blocks have been received, has been
// compared with the one in the torrent.
func (p *Peer) onVerdict(a *pieces.Active, good bool) {
	piece := a.Index()
	if good {
		p.pieces.Clear(piece)
	} else {
		p.attributeFailure(a)
	}
	p.pieces.Drop(a)
	p.forgetPiece(piece)
	if !good {
		p.restart(piece, a.Blocks())
		return
	}
	lacked := p.pieces.Lacks(piece)
	p.pieces.Verified(piece)
	if p.counters.FirstPiece == 0 {
		p.counters.FirstPiece = p.now
	}
	p.trace(PieceDone, 0, uint32(piece))
	p.broadcastHave(piece, lacked)
	if lacked && p.Finished() || p.Complete() {
		p.finish()
	}
}

// restart downloads a piece again whose hash did not match.
func (p *Peer) restart(piece, blocks int) {
	for _, id := range p.established { // requests that were not withdrawn as their blocks came
		p.conns[id].requests.RemoveFunc(func(b pieces.Block) bool { return p.pieces.PieceOf(b) == piece })
	}
	p.counters.FailedPieces++
	p.counters.FailedBlocks += int64(blocks)
	p.trace(PieceFailed, 0, uint32(piece))
	p.pieces.Failed(piece)
	p.requestReopened()
}

// finish makes a leecher a seed, or a partial seed (BEP 21) if it skips pieces.
func (p *Peer) finish() {
	p.counters.Finished = p.now
	p.trace(Finished, 0, 0)
	if p.Complete() {
		p.announceEvent(Completed)
	}
	for i := len(p.established) - 1; i >= 0; i-- {
		if id := p.established[i]; p.bothComplete(&p.conns[id]) {
			p.hangUp(id, NothingToExchange)
		}
	}
	p.updateUploadOnly()
	p.loop.onCompleted()
}
