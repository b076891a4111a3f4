package client

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
	claimed bitset // it says that it has them; nil for those that it has
	hidden  bitset // it keeps silent about them; nil for none
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
func (p *Peer) draw(chance float64) bitset {
	if chance == 0 {
		return nil
	}
	out := newBitset(p.numPieces)
	for i := range p.numPieces {
		if p.cfg.Rand.Float64() < chance {
			out.set(i)
		}
	}
	return out
}

// claims reports whether the peer says that it has a piece, and lies.
func (p *Peer) claims(piece int) bool {
	return p.faults != nil && p.faults.claimed != nil && p.faults.claimed.has(piece) && !p.have.has(piece)
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
		if p.haveCount == 0 {
			return nil
		}
		return p.have.bytes(p.numPieces)
	}
	said := newBitset(p.numPieces)
	for i := range said {
		said[i] = p.have[i]
		if f.hidden != nil {
			said[i] &^= f.hidden[i]
		}
		if f.claimed != nil {
			said[i] |= f.claimed[i]
		}
	}
	return said.bytes(p.numPieces)
}
