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
		p.takeAtTheirWord()
	}
	scratch := p.scratch
	scratch.candidates = scratch.candidates[:0]
	wanting := 0
	p.aheadOfRound()
	for _, id := range p.order {
		c := &p.conns[id]
		if c.wanting {
			wanting++
		}
		scratch.candidates = append(scratch.candidates, choke.Candidate{
			ID: int(c.serial), Key: c.key, Interested: c.wanting, Unchoked: !c.choking, Snubbed: c.snubbed,
			Since: c.since, Changed: c.changed,
			DownRate: p.downRate(c), UpRate: p.upRate(c),
			Downloaded: c.down.total, Uploaded: c.up.total, Complete: int(c.pieces) == p.pieces, Wanted: c.missing > 0, LastDown: c.down.last,
			Unchokes: !c.choked, Pieces: int(c.pieces),
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
	p.full = wanting > 0
	p.roundPassed()
	for i, id := range p.order {
		p.conns[id].chosen = scratch.candidates[i].ID < 0
		if !p.refreshes() {
			p.obeyChoker(id)
		}
	}
	_, p.generous = choker.(choke.Open)
	if p.metered {
		p.divide(choker)
	}
	if p.offering != nil {
		p.renewOffers()
	}
}

func (p *Peer) round(regular bool) choke.Round {
	return choke.Round{Now: p.now, Regular: regular, Rand: p.cfg.Rand, Key: p.cfg.ID.key(), Uplink: p.cfg.Uplink,
		Bytes: p.torrent.Length, PieceBytes: p.torrent.PieceLength, BlockBytes: p.torrent.block()}
}

// rechokeAtBlock asks the choker after a block, where it could have changed its
// mind.
func (p *Peer) rechokeAtBlock() {
	if p.set.ChokeAtBlocks && (!p.generous || p.offering != nil) {
		p.rechoke(false)
	}
}

// gotInterest: a neighbour wants pieces of us, or no longer. Its slot may come
// free, or a free slot find a taker; where all are taken it waits for the round.
func (p *Peer) gotInterest(id ConnID, wants bool) {
	c := &p.conns[id]
	if p.offering != nil && p.keepsSlotUntilRound(id, wants) || c.wanting == wants {
		return
	}
	c.wanting = wants
	s := p.set
	if s.FastOnInterest && wants && c.fast && p.offering == nil && c.stranger.given == nil && s.AllowedFast > 0 {
		p.allowFast(id)
	}
	if s.ChokeAtRounds && (c.choking || !s.ChokeOnRelease) {
		return
	}
	if !c.choking || wants && (!p.full || s.ChokeOnInterest) {
		p.rechoke(false)
	}
}
