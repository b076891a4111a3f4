package client

import "swarmsim/client/pieces"

// A peer may keep silent about pieces that it has: a fault to inject. Who says
// less than he has stays interesting to nobody for long, seems far from done to
// seeds, and gives away nothing that he could be asked for.

// hide draws the pieces that the peer keeps silent about, each with that chance,
// but for those that it claims to have.
func (p *Peer) hide(chance float64, claimed pieces.Bitset) pieces.Bitset {
	hidden := p.draw(chance)
	if hidden != nil && claimed != nil {
		for i := range hidden {
			hidden[i] &^= claimed[i]
		}
	}
	return hidden
}

// hides reports whether the peer keeps silent about a piece.
func (p *Peer) hides(piece int) bool {
	return p.faults != nil && p.faults.hidden != nil && p.faults.hidden.Has(piece)
}
