package client

import (
	"swarmsim/client/choke"
	"swarmsim/client/reveal"
)

// rechoke has the choker decide which neighbours are unchoked, and tells those that are affected.
// periodic says that it is a regular round.
func (p *Peer) rechoke(periodic bool) {
	if p.departed {
		return
	}
	if periodic && p.reveal != nil {
		p.applyLostInterest()
	}
	choker := p.cfg.Choker
	if p.Finished() {
		choker = p.cfg.SeedChoker
	}
	p.choose(choker, periodic)
	p.loop.onRechoked()
	if !p.defers {
		for _, id := range p.established {
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

// choose has a choker decide, and notes which neighbours it has chosen and whether an interested
// one is left without a slot.
func (p *Peer) choose(choker choke.Choker, periodic bool) {
	s := p.scratch
	s.candidates = s.candidates[:0]
	waiting := 0 // interested neighbours without a slot
	for _, id := range p.established {
		c := &p.conns[id]
		if c.peerInterested {
			waiting++
		}
		s.candidates = append(s.candidates, p.candidate(c))
	}
	s.chosen = choker.Unchoke(p.round(periodic), s.candidates, s.chosen[:0])
	if p.traces {
		p.traceRechoke(periodic, p.Finished())
	}
	for _, i := range s.chosen {
		s.candidates[i].ID = -1 // marks the chosen
		if s.candidates[i].Interested {
			waiting--
		}
	}
	p.slotsContended = waiting > 0
	for i, id := range p.established {
		p.conns[id].chosen = s.candidates[i].ID < 0
	}
}

// candidate returns what a choker is told of a neighbour.
func (p *Peer) candidate(c *conn) choke.Candidate {
	return choke.Candidate{
		ID:             int(c.serial),
		Key:            c.key,
		Interested:     c.peerInterested,
		Unchoked:       !c.amChoking,
		Snubbed:        c.snubbed,
		ConnectedAt:    c.openedAt,
		ChokeChangedAt: c.chokeChange,
		DownRate:       p.downRate(c),
		UpRate:         p.upRate(c),
		Downloaded:     c.down.total,
		Uploaded:       c.up.total,
		Complete:       p.hasAll(c),
		Interesting:    c.missing > 0,
		LastBlockAt:    c.down.last,
		UnchokesUs:     !c.peerChoking,
		Pieces:         int(c.haveCount),
	}
}

// round returns what a choker is told of the round.
func (p *Peer) round(periodic bool) choke.Round {
	return choke.Round{
		Now:          p.now,
		Periodic:     periodic,
		Rand:         p.cfg.Rand,
		Key:          p.cfg.ID.key(),
		UplinkRate:   p.cfg.Uplink,
		ContentBytes: p.torrent.Length,
		PieceBytes:   p.torrent.PieceLength,
		BlockBytes:   p.pieces.Layout().BlockBytes(),
	}
}

// rechokeAtBlock has the choker decide after a block, unless it has nothing to change.
func (p *Peer) rechokeAtBlock() {
	if p.settings.Choking.Unchoke == UnchokePerBlock && (!p.unchokesAll || p.reveal != nil) {
		p.rechoke(false)
	}
}

// onInterest handles INTERESTED and NOT INTERESTED. A slot may become free, or a free slot may be
// given to the neighbour; if there is none, it waits for the next round.
func (p *Peer) onInterest(id ConnID, wants bool) {
	c := &p.conns[id]
	if p.ext != nil && p.ignoresInterest(id, wants) {
		return
	}
	if p.reveal != nil && p.keepsSlotUntilRound(id, wants) || c.peerInterested == wants {
		return
	}
	c.peerInterested = wants
	s := p.settings
	if s.Fast.OnInterest && wants && c.fast && p.reveal == nil && c.cold.grantedFast == nil && s.Fast.SetSize > 0 {
		p.allowFast(id)
	}
	mode := s.Choking.Unchoke
	if mode.waits() && (c.amChoking || mode != UnchokeOnRelease) {
		return
	}
	if !c.amChoking || wants && (!p.slotsContended || mode == UnchokeOnInterest) {
		p.rechoke(false)
	}
}

// applyChoke chokes or unchokes a neighbour as the choker has decided.
func (p *Peer) applyChoke(id ConnID) {
	c := &p.conns[id]
	switch {
	case c.chosen && c.amChoking:
		c.amChoking, c.chokeChange = false, p.now
		if p.settings.Fast.Suggest > 0 {
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
		if !c.fast || !p.settings.Fast.KeepWhenChoked {
			p.rejectAll(id)
		}
	}
}

// slotKind returns 1 if the neighbour's slot is an optimistic one, which only a trace needs to
// know, and remembers what the trace is told.
func (p *Peer) slotKind(c *conn) uint32 {
	if p.optimisticChoker == nil {
		return 0
	}
	c.optimistic = !p.Finished() && p.optimisticChoker.Optimistic(int(c.serial))
	return c.slot()
}

// traceSlot tells the trace if the kind of a slot has changed.
func (p *Peer) traceSlot(id ConnID) {
	if p.optimisticChoker == nil {
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
