package pick

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// rarest returns the candidate among pieces from to to-1 that the fewest neighbours have. A tie is
// broken by Rank, or at random if that is nil.
func (v *View) rarest(from, to int, r *rand.Rand) (int, bool) {
	if to = min(to, v.NumPieces); v.scans(v.Index, from, to) {
		return scanRarest(v, v.Copies, max(from, v.FirstWanted), to, r)
	}
	return v.Index.rarest(v, from, to, r)
}

// scans reports whether to look at each candidate rather than into the index, which may be nil.
func (v *View) scans(x *Index, from, to int) bool {
	switch {
	case x == nil || to-from <= IndexThreshold:
		return true
	case v.PeerHasIndexed && x == v.Index:
		return false
	}
	return v.countCandidates() <= IndexThreshold/2
}

// scanRarest returns the candidate among pieces from to to-1 with the fewest copies. It looks at
// each candidate twice: once to find the fewest copies and count the ties, once to choose.
func scanRarest[N uint16 | int32](v *View, copies []N, from, to int, r *rand.Rand) (int, bool) {
	to = min(to, v.NumPieces)
	fewest, ties := int64(math.MaxInt64), 0
	for i := from / 64; i*64 < to; i++ {
		for w := v.candidates(i, from, to); w != 0; w &= w - 1 {
			switch c := int64(copies[i*64+bits.TrailingZeros64(w)]); {
			case c < fewest:
				fewest, ties = c, 1
			case c == fewest:
				ties++
			}
		}
	}
	if ties == 0 {
		return 0, false
	}
	n := 0
	if v.Rank == nil {
		n = r.IntN(ties)
	}
	best := -1
	for i := from / 64; i*64 < to; i++ {
		for w := v.candidates(i, from, to); w != 0; w &= w - 1 {
			piece := i*64 + bits.TrailingZeros64(w)
			if int64(copies[piece]) != fewest {
				continue
			}
			if v.Rank == nil && n == 0 {
				return piece, true
			}
			n--
			if v.Rank != nil && (best < 0 || v.Rank[piece] < v.Rank[best]) {
				best = piece
			}
		}
	}
	return best, true
}
