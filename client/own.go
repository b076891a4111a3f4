package client

import (
	"math/bits"
	"slices"
)

// Pieces of one's own, as in aria2: a neighbour is asked for blocks of pieces
// that it alone has been given. One that it cannot finish is put back among
// those that nobody has, where rarity alone counts and not how much of it is
// here (DefaultPieceStorage: getMissingPiece, cancelPiece). Once none is left
// there, the end game has begun for good (DefaultBtInteractive: addRequests):
// then neighbours are given any pieces, in any order, whoever has them too.

// nextOwn chooses what to ask of a neighbour that is given pieces.
func (p *Peer) nextExclusive(id ConnID) (*activePiece, int, bool) {
	if p.wantedCount == 0 && p.set.EndGame == Broadcast {
		p.endGameBegan = true
	}
	c, theirs := &p.conns[id], p.requestableFrom(id)
	if p.endGameBegan {
		return p.nextInEndGame(c, theirs)
	}
	for _, index := range c.cold.assigned {
		if s := p.activePiece(index); s != nil && s.open > 0 && theirs.has(index) {
			return s, s.nextOpen(), true
		}
	}
	for {
		index, ok := p.pickPiece(c, theirs, p.wanted, false)
		if !ok {
			return nil, 0, false
		}
		if s := p.assignPiece(index, c); s.open > 0 { // else another end game has asked others for what is missing
			return s, s.nextOpen(), true
		}
	}
}

// give lets a neighbour have a piece, new or given back by another.
func (p *Peer) assignPiece(index int, c *conn) *activePiece {
	c.cold.assigned = append(c.cold.assigned, index)
	s := p.activePiece(index)
	switch {
	case s == nil:
		return p.startPiece(index, c)
	case p.wanted.has(index):
		p.markStarted(index)
		s.owner = c.serial
		p.assignParole(s, c)
	}
	return s
}

// nextShared is the end game (DefaultBtRequestFactory:
// createRequestMessagesOnEndGame): the neighbour's pieces one by one, of each
// whatever is missing, at random.
func (p *Peer) nextInEndGame(c *conn, theirs bitset) (*activePiece, int, bool) {
	for _, index := range c.cold.assigned {
		if s := p.activePiece(index); s != nil && theirs.has(index) {
			if i, ok := p.anyMissing(c, s); ok {
				return s, i, true
			}
		}
	}
	for {
		index, ok := p.anyPiece(c, theirs)
		if !ok {
			return nil, 0, false
		}
		s := p.assignPiece(index, c)
		if i, ok := p.anyMissing(c, s); ok {
			return s, i, true
		}
	}
}

// anyMissing draws a block of a piece that is neither here nor asked of a
// neighbour.
func (p *Peer) anyMissing(c *conn, s *activePiece) (at int, ok bool) {
	if !s.mayJoin(c) {
		return 0, false
	}
	seen := 0
	for i, n := range s.state[:s.blocks] {
		if n == blockReceived || n == maxRequesters || c.isRequested(block(s.index)*p.blocksPerPiece+block(i)) {
			continue
		}
		if seen++; p.cfg.Rand.IntN(seen) == 0 {
			at, ok = i, true
		}
	}
	return at, ok
}

// anyPiece draws a missing piece that a neighbour has and was not given yet.
func (p *Peer) anyPiece(c *conn, theirs bitset) (at int, ok bool) {
	if p.andScratch == nil {
		p.andScratch = newBitset(p.numPieces)
	}
	clear(p.andScratch)
	for _, index := range c.cold.assigned {
		p.andScratch.set(index)
	}
	seen := 0
	for i, w := range theirs {
		for w &^= p.have[i] | p.andScratch[i]; w != 0; w &= w - 1 {
			if seen++; p.cfg.Rand.IntN(seen) == 0 {
				at, ok = i*64+bits.TrailingZeros64(w), true
			}
		}
	}
	return at, ok
}

// disown takes back a neighbour's pieces, but for those that it would send all
// the same.
func (p *Peer) releasePieces(c *conn, but []uint32) {
	kept := c.cold.assigned[:0]
	for _, index := range c.cold.assigned {
		s := p.activePiece(index)
		switch {
		case slices.Contains(but, uint32(index)):
			kept = append(kept, index)
		case s != nil && s.owner == c.serial:
			s.owner = 0
			if !p.endGameBegan {
				p.markWanted(index)
			}
		}
	}
	c.cold.assigned = kept
}

// disownAll forgets that a piece was given to anybody: it is here.
func (p *Peer) forgetAssignments(index int) {
	for _, id := range p.established {
		s := p.conns[id].cold
		s.assigned = remove(s.assigned, index)
	}
}
