package client

import (
	"swarmsim/client/choke"
	"swarmsim/client/reveal"
)

// rechoke has the choker decide which neighbours are unchoked, and tells those that are affected.
func (p *Peer) rechoke(regular bool) {
	if p.left {
		return
	}
	if regular && p.reveal != nil {
		p.applyLostInterest()
	}
	scratch := p.scratch
	scratch.candidates = scratch.candidates[:0]
	wanting := 0
	for _, id := range p.established {
		c := &p.conns[id]
		if c.peerInterested {
			wanting++
		}
		scratch.candidates = append(scratch.candidates, choke.Candidate{
			ID: int(c.serial), Key: c.key, Interested: c.peerInterested, Unchoked: !c.amChoking, Snubbed: c.snubbed,
			ConnectedAt: c.openedAt, ChokeChangedAt: c.chokeChange,
			DownRate: p.downRate(c), UpRate: p.upRate(c),
			Downloaded: c.down.total, Uploaded: c.up.total, Complete: int(c.haveCount) == p.pieces.Count(), Interesting: c.missing > 0, LastBlockAt: c.down.last,
			UnchokesUs: !c.peerChoking, Pieces: int(c.haveCount),
		})
	}
	choker := p.cfg.Choker
	if p.Complete() {
		choker = p.cfg.SeedChoker
	}
	scratch.chosen = choker.Unchoke(p.round(regular), scratch.candidates, scratch.chosen[:0])
	for _, i := range scratch.chosen {
		scratch.candidates[i].ID = -1 // marks the chosen
		if scratch.candidates[i].Interested {
			wanting--
		}
	}
	p.slotsContended = wanting > 0
	p.loop.onRechoked()
	for i, id := range p.established {
		p.conns[id].chosen = scratch.candidates[i].ID < 0
		if !p.defers {
			p.applyChoke(id)
		}
	}
	_, p.unchokesAll = choker.(choke.UnchokesAll)
	if p.rateLimited {
		p.setRateLimits(choker)
	}
	if p.reveal != nil {
		p.onRevealEvent(reveal.Event{Kind: reveal.Rechoked})
	}
}

func (p *Peer) round(regular bool) choke.Round {
	return choke.Round{Now: p.now, Periodic: regular, Rand: p.cfg.Rand, Key: p.cfg.ID.key(), UplinkRate: p.cfg.Uplink,
		ContentBytes: p.torrent.Length, PieceBytes: p.torrent.PieceLength, BlockBytes: p.pieces.Layout().BlockBytes()}
}

// rechokeAtBlock has the choker decide after a block, unless it has nothing to change.
func (p *Peer) rechokeAtBlock() {
	if p.set.ChokeAtBlocks && (!p.unchokesAll || p.reveal != nil) {
		p.rechoke(false)
	}
}

// onInterest handles INTERESTED and NOT INTERESTED. A slot may become free, or a free slot may be
// given to the neighbour; if there is none, it waits for the next round.
func (p *Peer) onInterest(id ConnID, wants bool) {
	c := &p.conns[id]
	if p.reveal != nil && p.keepsSlotUntilRound(id, wants) || c.peerInterested == wants {
		return
	}
	c.peerInterested = wants
	s := p.set
	if s.FastOnInterest && wants && c.fast && p.reveal == nil && c.cold.grantedFast == nil && s.AllowedFast > 0 {
		p.allowFast(id)
	}
	if s.ChokeAtRounds && (c.amChoking || !s.ChokeOnRelease) {
		return
	}
	if !c.amChoking || wants && (!p.slotsContended || s.ChokeOnInterest) {
		p.rechoke(false)
	}
}

// applyChoke chokes or unchokes a neighbour as the choker has decided.
func (p *Peer) applyChoke(id ConnID) {
	c := &p.conns[id]
	switch {
	case c.chosen && c.amChoking:
		c.amChoking, c.chokeChange = false, p.now
		if p.set.Suggest > 0 {
			p.suggest(id)
		}
		p.trace(Unchoked, id, p.slotKind(c))
		p.send(id, Unchoke)
		p.loop.uploadSoon(id)
	case c.chosen:
		p.traceSlot(id)
	case !c.amChoking:
		c.amChoking, c.chokeChange = true, p.now
		p.trace(Choked, id, 0)
		p.send(id, Choke)
		if !c.fast || !p.set.KeepWhenChoked {
			p.rejectAll(id)
		}
	}
}

// slotKind returns 1 if the neighbour's slot is an optimistic one, which only a trace needs to
// know, and remembers what the trace is told.
func (p *Peer) slotKind(c *conn) uint32 {
	if p.optimist == nil {
		return 0
	}
	c.optimistic = !p.Complete() && p.optimist.Optimistic(int(c.serial))
	return c.slot()
}

// traceSlot tells the trace if the kind of a slot has changed.
func (p *Peer) traceSlot(id ConnID) {
	if p.optimist == nil {
		return
	}
	c := &p.conns[id]
	if was := c.slot(); p.slotKind(c) != was {
		p.trace(Slotted, id, c.slot())
	}
}

// slot returns what the trace was last told of a slot.
func (c *conn) slot() uint32 {
	if c.optimistic {
		return 1
	}
	return 0
}
