package client

import (
	"swarmsim/client/choke"
)

// rechoke has the choker decide anew and tells those whose lot has changed.
func (p *Peer) rechoke(regular bool) {
	if p.left {
		return
	}
	if regular && p.offering != nil {
		p.applyNotInterested()
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
	p.postponeRound()
	for i, id := range p.established {
		p.conns[id].chosen = scratch.candidates[i].ID < 0
		if !p.refreshes() {
			p.applyChoke(id)
		}
	}
	_, p.unchokesAll = choker.(choke.UnchokesAll)
	if p.rateLimited {
		p.setRateLimits(choker)
	}
	if p.offering != nil {
		p.renewReveals()
	}
}

func (p *Peer) round(regular bool) choke.Round {
	return choke.Round{Now: p.now, Periodic: regular, Rand: p.cfg.Rand, Key: p.cfg.ID.key(), UplinkRate: p.cfg.Uplink,
		ContentBytes: p.torrent.Length, PieceBytes: p.torrent.PieceLength, BlockBytes: p.pieces.Layout().BlockBytes()}
}

// rechokeAtBlock asks the choker after a block, where it could have changed its
// mind.
func (p *Peer) rechokeAtBlock() {
	if p.set.ChokeAtBlocks && (!p.unchokesAll || p.offering != nil) {
		p.rechoke(false)
	}
}

// gotInterest: a neighbour wants pieces of us, or no longer. Its slot may come
// free, or a free slot find a taker; where all are taken it waits for the round.
func (p *Peer) onInterest(id ConnID, wants bool) {
	c := &p.conns[id]
	if p.offering != nil && p.keepsSlotUntilRound(id, wants) || c.peerInterested == wants {
		return
	}
	c.peerInterested = wants
	s := p.set
	if s.FastOnInterest && wants && c.fast && p.offering == nil && c.cold.grantedFast == nil && s.AllowedFast > 0 {
		p.allowFast(id)
	}
	if s.ChokeAtRounds && (c.amChoking || !s.ChokeOnRelease) {
		return
	}
	if !c.amChoking || wants && (!p.slotsContended || s.ChokeOnInterest) {
		p.rechoke(false)
	}
}
