package pick

import "math/bits"

// Position is the position of a piece in the order of availability: pieces with fewer copies come
// first, and among equals those with the smaller index.
type Position struct{ Copies, Piece int }

// Before reports whether a comes before b.
func (a Position) Before(b Position) bool {
	return a.Copies < b.Copies || a.Copies == b.Copies && a.Piece < b.Piece
}

// Nth returns the position of the piece that has n pieces before it in the index. If there are
// fewer pieces, it returns a position behind all of them.
func (x *Index) Nth(n int) Position {
	for c := range x.buckets {
		if s := &x.buckets[c]; n >= s.n {
			n -= s.n
		} else {
			return Position{c, s.pieces.nth(n)}
		}
	}
	return Position{len(x.buckets), 0}
}

// EachBetween calls do for each piece of the index from the position from on and before the
// position to, in an unspecified order.
func (x *Index) EachBetween(from, to Position, do func(piece int)) {
	for c := from.Copies; c <= to.Copies && c < len(x.buckets); c++ {
		s := &x.buckets[c]
		if s.n == 0 {
			continue
		}
		low, high := 0, x.numPieces
		if c == from.Copies {
			low = from.Piece
		}
		if c == to.Copies {
			high = to.Piece
		}
		for b := low >> 12; b<<12 < high; b++ {
			for nonZero := s.pieces.nonZero[b]; nonZero != 0; nonZero &= nonZero - 1 {
				i := b*64 + bits.TrailingZeros64(nonZero)
				for w := s.pieces.words[i] & wordMask(i, low, high); w != 0; w &= w - 1 {
					do(i*64 + bits.TrailingZeros64(w))
				}
			}
		}
	}
}
