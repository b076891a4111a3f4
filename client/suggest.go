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
	if !c.fast || c.amChoking || !p.Complete() || p.reveal != nil {
		return
	}
	theirs, s := p.pieces.Neighbour(int(id)), c.cold
	s.pendingSuggestions = slices.DeleteFunc(s.pendingSuggestions, func(x uint32) bool { return theirs.Has(int(x)) })
	if len(s.pendingSuggestions) > 0 {
		return
	}
	for tries := 0; tries < p.pieces.Count() && len(s.pendingSuggestions) < p.settings.Fast.Suggest; tries++ {
		for p.nextSuggestion&63 == 0 && theirs[p.nextSuggestion>>6] == ^uint64(0) && tries+64 < p.pieces.Count() { // none of these
			p.nextSuggestion = (p.nextSuggestion + 64) % p.pieces.Count()
			tries += 64
		}
		piece := p.nextSuggestion
		p.nextSuggestion = (p.nextSuggestion + 1) % p.pieces.Count()
		if !theirs.Has(piece) {
			s.pendingSuggestions = append(s.pendingSuggestions, uint32(piece))
			p.send(id, Suggest).Index = uint32(piece)
		}
	}
}

// gotSuggest: a neighbour would like to be asked for a piece. From one that does
// not speak the fast extension, or of no such piece, it is a breach.
func (p *Peer) onSuggest(id ConnID, piece uint32) bool {
	c := &p.conns[id]
	if piece >= uint32(p.pieces.Count()) || !c.fast {
		return false
	}
	s := c.cold
	s.receivedSuggestions = slices.DeleteFunc(s.receivedSuggestions, func(x uint32) bool { return x == piece || p.pieces.Has(int(x)) })
	if !p.pieces.Has(int(piece)) && len(s.receivedSuggestions) < maxFastPieces {
		s.receivedSuggestions = append(s.receivedSuggestions, piece)
		p.gotSuggestions = true
	}
	return true
}
