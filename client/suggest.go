package client

import "slices"

// suggest suggests pieces to an unchoked neighbour (SUGGEST PIECE, BEP 6) once it has all pieces
// that were suggested to it before. A seed suggests its pieces in order and goes on with the next
// neighbour where it stopped, so that neighbours get different pieces. Whether a neighbour requests
// them depends on its picker.
func (p *Peer) suggest(id ConnID) {
	c := &p.conns[id]
	if !c.fast || c.amChoking || !p.Complete() || p.reveal != nil {
		return
	}
	has, cold, count := p.pieces.Neighbour(int(id)), c.cold, p.pieces.Count()
	cold.pendingSuggestions = slices.DeleteFunc(cold.pendingSuggestions, func(x uint32) bool { return has.Has(int(x)) })
	if len(cold.pendingSuggestions) > 0 {
		return
	}
	for tried := 0; tried < count && len(cold.pendingSuggestions) < p.settings.Fast.Suggest; tried++ {
		// Skip words of the bitfield in which the neighbour has every piece.
		for p.nextSuggestion&63 == 0 && has[p.nextSuggestion>>6] == ^uint64(0) && tried+64 < count {
			p.nextSuggestion = (p.nextSuggestion + 64) % count
			tried += 64
		}
		piece := p.nextSuggestion
		p.nextSuggestion = (p.nextSuggestion + 1) % count
		if !has.Has(piece) {
			cold.pendingSuggestions = append(cold.pendingSuggestions, uint32(piece))
			p.send(id, Suggest).Index = uint32(piece)
		}
	}
}

// onSuggest handles SUGGEST PIECE. It returns false, which ends the connection, if the neighbour
// does not speak the fast extension or the piece does not exist.
func (p *Peer) onSuggest(id ConnID, piece uint32) bool {
	c := &p.conns[id]
	if piece >= uint32(p.pieces.Count()) || !c.fast {
		return false
	}
	cold := c.cold
	cold.receivedSuggestions = slices.DeleteFunc(cold.receivedSuggestions, func(x uint32) bool { return x == piece || p.pieces.Has(int(x)) })
	if !p.pieces.Has(int(piece)) && len(cold.receivedSuggestions) < maxFastPieces {
		cold.receivedSuggestions = append(cold.receivedSuggestions, piece)
		p.gotSuggestions = true
	}
	return true
}
