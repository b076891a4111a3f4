package client

import "swarmsim/client/pieces"

// A peer may claim to have pieces that it lacks: a fault to inject. Others are
// interested in it then, think those pieces less rare than they are, and ask it
// for what it cannot send.

// ClaimAnswer is what becomes of a request for a piece that is only claimed.
type ClaimAnswer uint8

// The ways.
const (
	// Silence: nothing; whoever asked waits until he counts it as snubbing.
	Silence ClaimAnswer = iota
	// Refusal: a reject, to those who speak the fast extension (BEP 6).
	Refusal
	// Garbage: bytes that are not the piece's.
	Garbage
)

// ClaimAnswers are the names of the ways, in their order.
var ClaimAnswers = []string{"none", "reject", "garbage"}

// faults are pieces that a peer says something untrue about.
type faults struct {
	claimed pieces.Bitset // it says that it has them; nil for those that it has
	hidden  pieces.Bitset // it keeps silent about them; nil for none
}

// drawFaults is what the settings say; nil for nothing.
func (p *Peer) drawFaults() *faults {
	if p.set.Claim == 0 && p.set.Hide == 0 {
		return nil
	}
	f := &faults{claimed: p.draw(p.set.Claim)}
	f.hidden = p.hide(p.set.Hide, f.claimed)
	return f
}

// draw is a set of pieces that each is in with that chance; nil for none.
func (p *Peer) draw(chance float64) pieces.Bitset {
	if chance == 0 {
		return nil
	}
	out := pieces.NewBitset(p.pieces.Count())
	for i := range p.pieces.Count() {
		if p.cfg.Rand.Float64() < chance {
			out.Set(i)
		}
	}
	return out
}

// claims reports whether the peer says that it has a piece, and lies.
func (p *Peer) claims(piece int) bool {
	return p.faults != nil && p.faults.claimed != nil && p.faults.claimed.Has(piece) && !p.pieces.Has(piece)
}

// answerClaim takes a request for a piece that is only claimed. It reports whether
// the request is to be served like any other.
func (p *Peer) answerClaim(id ConnID, a peerRequest) (serve bool) {
	if p.set.ClaimAnswer == Refusal {
		p.reject(id, a)
	}
	return p.set.ClaimAnswer == Garbage
}

// announcement is the bitfield that a new neighbour is sent; nil for nothing to
// say.
func (p *Peer) announcement() []byte {
	f := p.faults
	if f == nil {
		if p.pieces.HaveCount() == 0 {
			return nil
		}
		return p.pieces.Have().Bytes(p.pieces.Count())
	}
	said := pieces.NewBitset(p.pieces.Count())
	for i := range said {
		said[i] = p.pieces.Have()[i]
		if f.hidden != nil {
			said[i] &^= f.hidden[i]
		}
		if f.claimed != nil {
			said[i] |= f.claimed[i]
		}
	}
	return said.Bytes(p.pieces.Count())
}
