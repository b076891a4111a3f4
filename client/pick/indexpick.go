package pick

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// rarest returns what scanRarest returns, and draws the same random numbers.
func (x *Index) rarest(v *View, from, to int, r *rand.Rand) (int, bool) {
	all := v.PeerHasIndexed && x == v.Index && from <= 0 && to >= v.NumPieces
	for i := range x.buckets {
		s := &x.buckets[i]
		if s.n == 0 {
			continue
		}
		ties := s.n
		if !all {
			ties = s.pieces.countCandidates(v, from, to)
		}
		switch {
		case ties == 0:
		case v.Rank != nil && x.rank != nil:
			return x.firstRanked(s, v, from, to, ties), true
		case v.Rank != nil:
			return firstRanked(&s.pieces, v, from, to), true
		case all:
			return s.pieces.nth(r.IntN(ties)), true
		default:
			return s.pieces.nthCandidate(v, from, to, r.IntN(ties)), true
		}
	}
	return 0, false
}

// Rarest returns the view's candidate with the fewest copies by the index. Ties are broken as in
// View.
func (x *Index) Rarest(v *View, r *rand.Rand) (int, bool) { return x.rarest(v, 0, v.NumPieces, r) }

// Commonest returns the view's first candidate with the most copies by the index.
func (x *Index) Commonest(v *View) (int, bool) {
	for i := len(x.buckets) - 1; i >= 0; i-- {
		if piece, ok := x.buckets[i].first(v); ok {
			return piece, true
		}
	}
	return 0, false
}

// firstRanked returns the candidate of a bucket with the lowest rank; ties is the number of
// candidates in the bucket. If most of the bucket are candidates, it walks the ranks from the
// lowest on; if few are, it compares the ranks of all candidates.
func (x *Index) firstRanked(s *bucket, v *View, from, to, ties int) int {
	if ties < math.MaxInt32 && uint64(ties)*uint64(ties) < uint64(s.n) {
		return firstRanked(&s.pieces, v, from, to)
	}
	for b, nonZero := range s.ranks.nonZero {
		for ; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
			for w := s.ranks.words[i]; w != 0; w &= w - 1 {
				piece := int(x.pieceOfRank[i*64+bits.TrailingZeros64(w)])
				if piece >= from && piece < to && v.pickable(piece) {
					return piece
				}
			}
		}
	}
	panic("pick: fewer candidates than counted")
}

// firstRanked returns the member with the lowest rank among the candidates from piece from to to-1.
func firstRanked(s *bitset, v *View, from, to int) int {
	best := -1
	for b := from >> 12; b<<12 < to; b++ {
		for nonZero := s.nonZero[b]; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
			for w := s.words[i] & v.candidates(i, from, to); w != 0; w &= w - 1 {
				if piece := i*64 + bits.TrailingZeros64(w); best < 0 || v.Rank[piece] < v.Rank[best] {
					best = piece
				}
			}
		}
	}
	return best
}

// firstRarest returns the first of the candidates with the fewest copies.
func (x *Index) firstRarest(v *View) (int, bool) {
	for i := range x.buckets {
		if piece, ok := x.buckets[i].first(v); ok {
			return piece, true
		}
	}
	return 0, false
}

// first returns the first candidate in the bucket.
func (s *bucket) first(v *View) (int, bool) {
	for b, nonZero := range s.pieces.nonZero { // an empty bucket has none
		for ; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
			if w := s.pieces.words[i] & v.Wanted[i] & v.PeerHas[i]; w != 0 {
				return i*64 + bits.TrailingZeros64(w), true
			}
		}
	}
	return 0, false
}
