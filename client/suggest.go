package client

import "slices"

// Of the fast extension (BEP 6), suggestions: a complete peer may say which
// pieces it would like to be asked for. Here it suggests its pieces one after
// the other, to whoever is next, whoever has them by now. Whether those who ask
// follow is their picker's business, and what they ask for beyond that too.

// suggest names the next pieces to a neighbour that has a slot, once it has
// those that were named to it before.
func (p *Peer) suggest(id ConnID) {
	c := &p.conns[id]
	if !c.fast || c.choking || !p.Complete() || p.offering != nil {
		return
	}
	theirs, s := p.bitsOf(id), c.stranger
	s.proposed = slices.DeleteFunc(s.proposed, func(x uint32) bool { return theirs.has(int(x)) })
	if len(s.proposed) > 0 {
		return
	}
	for tries := 0; tries < p.pieces && len(s.proposed) < p.set.Suggest; tries++ {
		for p.circle&63 == 0 && theirs[p.circle>>6] == ^uint64(0) && tries+64 < p.pieces { // none of these
			p.circle = (p.circle + 64) % p.pieces
			tries += 64
		}
		piece := p.circle
		p.circle = (p.circle + 1) % p.pieces
		if !theirs.has(piece) {
			s.proposed = append(s.proposed, uint32(piece))
			p.say(id, Suggest).Index = uint32(piece)
		}
	}
}

// gotSuggest: a neighbour would like to be asked for a piece. From one that does
// not speak the fast extension, or of no such piece, it is a breach.
func (p *Peer) gotSuggest(id ConnID, piece uint32) bool {
	c := &p.conns[id]
	if piece >= uint32(p.pieces) || !c.fast {
		return false
	}
	s := c.stranger
	s.suggested = slices.DeleteFunc(s.suggested, func(x uint32) bool { return x == piece || p.have.has(int(x)) })
	if !p.have.has(int(piece)) && len(s.suggested) < maxFast {
		s.suggested = append(s.suggested, piece)
		p.suggests = true
	}
	return true
}
