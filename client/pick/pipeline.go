package pick

import (
	"math/bits"
	"math/rand/v2"
)

var pipeline = Strategy{
	Name:     "binomial-pipeline",
	About:    "from a seed the first of the rarest pieces, from others the last they have: for the choker of that name",
	Defaults: func() any { return new(struct{}) },
	New:      func(any) Picker { return pipelinePicker{} },
}

// pipelinePicker makes a seed hand out its pieces in order, and every other peer pass on the
// newest piece it has (Ganesan and Seshadri, ICDCS 2005).
type pipelinePicker struct{}

func (pipelinePicker) Pick(v *View, _ *rand.Rand) (int, bool) {
	if v.peerIsSeed() {
		if piece, ok := v.firstRarest(); ok {
			return piece, true
		}
	}
	for i := len(v.Wanted) - 1; i >= 0; i-- {
		if w := v.Wanted[i] & v.PeerHas[i]; w != 0 {
			return i*64 + bits.Len64(w) - 1, true
		}
	}
	return 0, false
}

// peerIsSeed reports whether the neighbour has every piece.
func (v *View) peerIsSeed() bool {
	if v.PeerIsSeed {
		return true
	}
	n := 0
	for _, w := range v.PeerHas {
		n += bits.OnesCount64(w)
	}
	return n == v.NumPieces
}

// firstRarest returns the first of the candidates with the fewest copies.
func (v *View) firstRarest() (piece int, ok bool) {
	if v.Index != nil {
		return v.Index.firstRarest(v)
	}
	for i, w := range v.Wanted {
		for w &= v.PeerHas[i]; w != 0; w &= w - 1 {
			if c := i*64 + bits.TrailingZeros64(w); !ok || v.Copies[c] < v.Copies[piece] {
				piece, ok = c, true
			}
		}
	}
	return piece, ok
}
