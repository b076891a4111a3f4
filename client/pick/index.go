package pick

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// Many is the number of pieces beyond which a pick should not look at each: there a View
// has an Index. Up to it looking is as fast, and an Index would take memory.
const IndexThreshold = 512

// Index keeps pieces by their copies, so that the rarest are found without looking at
// all. Pickers choose the same pieces with it as
// without, and draw the same random numbers. Its owner keeps it up to date.
type Index struct {
	numPieces   int
	n           int      // pieces in it
	rank        []uint32 // the order that breaks ties; nil where they are drawn
	pieceOfRank []uint32 // the piece of each rank
	buckets     []bucket // by copies
	spare       []bitset // empty, to be used again
}

// shelf holds the pieces with one number of copies.
type bucket struct {
	n      int
	pieces bitset // bit i: piece i
	ranks  bitset // bit i: the piece of rank i; empty where ties are drawn
}

// members is a set of numbers that is mostly empty, or mostly looked at in order.
type bitset struct {
	words   []uint64
	nonZero []uint64 // bit i: word i is not 0
	count   []int32  // members in 64 words
}

// NewIndex is an empty index of at most that many pieces. rank is the order that breaks
// ties, as in a View.
func NewIndex(pieces int, rank []uint32) *Index {
	x := &Index{numPieces: pieces, rank: rank}
	if rank != nil {
		x.pieceOfRank = make([]uint32, pieces)
		for piece, r := range rank {
			x.pieceOfRank[r] = uint32(piece)
		}
	}
	return x
}

// Len is how many pieces are in it.
func (x *Index) Len() int { return x.n }

// Most is the most copies that there may be of a piece in it.
func (x *Index) MaxCopies() int { return len(x.buckets) - 1 }

// Count returns how many of its pieces have that many copies.
func (x *Index) Count(copies int) int {
	if copies >= len(x.buckets) {
		return 0
	}
	return x.buckets[copies].n
}

// Has reports whether a piece is in it with that many copies.
func (x *Index) Has(piece int, copies int) bool {
	return copies < len(x.buckets) && x.buckets[copies].n > 0 && x.buckets[copies].pieces.has(piece)
}

// Add puts a piece, which is not in it, into it with its copies.
func (x *Index) Add(piece int, copies int) {
	for copies >= len(x.buckets) {
		x.buckets = append(x.buckets, bucket{})
	}
	s := &x.buckets[copies]
	if s.n == 0 {
		s.pieces = x.newBitset()
		if x.rank != nil {
			s.ranks = x.newBitset()
		}
	}
	s.n++
	x.n++
	s.pieces.add(piece)
	if x.rank != nil {
		s.ranks.add(int(x.rank[piece]))
	}
}

// Remove takes a piece out of it, which must be in it with that many copies.
func (x *Index) Remove(piece int, copies int) {
	s := &x.buckets[copies]
	s.n--
	x.n--
	s.pieces.remove(piece)
	if x.rank != nil {
		s.ranks.remove(int(x.rank[piece]))
	}
	if s.n == 0 {
		x.spare = append(x.spare, s.pieces)
		if x.rank != nil {
			x.spare = append(x.spare, s.ranks)
		}
		*s = bucket{}
	}
}

// Move notes that there are more or fewer copies of a piece, if it is in the index.
func (x *Index) Move(piece int, from, to int) {
	if x.Has(piece, from) {
		x.Remove(piece, from)
		x.Add(piece, to)
	}
}

// More notes that there is one copy more of every piece, and Fewer that there is one
// fewer.
func (x *Index) AddCopyOfAll() {
	x.buckets = append(x.buckets, bucket{})
	copy(x.buckets[1:], x.buckets)
	x.buckets[0] = bucket{}
}

func (x *Index) RemoveCopyOfAll() {
	if len(x.buckets) > 0 { // the first shelf is empty: there was a copy of each
		x.buckets = append(x.buckets[:0], x.buckets[1:]...)
	}
}

// Clear takes all pieces out of it.
func (x *Index) Clear() {
	for i := range x.buckets {
		s := &x.buckets[i]
		if s.n == 0 {
			continue
		}
		s.pieces.clear()
		x.spare = append(x.spare, s.pieces)
		if x.rank != nil {
			s.ranks.clear()
			x.spare = append(x.spare, s.ranks)
		}
		*s = bucket{}
	}
	x.n = 0
}

func (x *Index) newBitset() bitset {
	if last := len(x.spare) - 1; last >= 0 {
		s := x.spare[last]
		x.spare = x.spare[:last]
		return s
	}
	words := (x.numPieces + 63) / 64
	return bitset{make([]uint64, words), make([]uint64, (words+63)/64), make([]int32, (words+63)/64)}
}

func (s *bitset) has(i int) bool { return s.words[i>>6]>>(i&63)&1 != 0 }

func (s *bitset) add(i int) {
	s.words[i>>6] |= 1 << (i & 63)
	s.nonZero[i>>12] |= 1 << (i >> 6 & 63)
	s.count[i>>12]++
}

func (s *bitset) remove(i int) {
	w := &s.words[i>>6]
	*w &^= 1 << (i & 63)
	if *w == 0 {
		s.nonZero[i>>12] &^= 1 << (i >> 6 & 63)
	}
	s.count[i>>12]--
}

// clear empties it.
func (s *bitset) clear() {
	clear(s.words)
	clear(s.nonZero)
	clear(s.count)
}

// nth is the member with n members before it.
func (s *bitset) nth(n int) int {
	for b, k := range s.count {
		if n >= int(k) {
			n -= int(k)
			continue
		}
		for busy := s.nonZero[b]; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			if k := bits.OnesCount64(s.words[i]); n >= k {
				n -= k
				continue
			}
			return i*64 + select64(s.words[i], n)
		}
	}
	panic("pick: fewer members than counted")
}

// select64 is the place of the bit of a word with n bits before it.
func select64(w uint64, n int) int {
	for ; n > 0; n-- {
		w &= w - 1
	}
	return bits.TrailingZeros64(w)
}

// candidates is how many of a view's candidates from..to-1 are in it.
func (s *bitset) countCandidates(v *View, from, to int) int {
	if from <= 0 && to >= v.NumPieces {
		return s.countAllCandidates(v)
	}
	n := 0
	for b := from >> 12; b<<12 < to; b++ {
		for busy := s.nonZero[b]; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			n += bits.OnesCount64(s.words[i] & v.candidates(i, from, to))
		}
	}
	return n
}

// allCandidates is how many of all of a view's candidates are in it.
func (s *bitset) countAllCandidates(v *View) int {
	n := 0
	wanted, theirs := v.Wanted[:len(s.words)], v.PeerHas[:len(s.words)]
	for b, busy := range s.nonZero {
		for ; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			n += bits.OnesCount64(s.words[i] & wanted[i] & theirs[i])
		}
	}
	return n
}

// nthCandidate is that with n before it.
func (s *bitset) nthCandidate(v *View, from, to, n int) int {
	for b := from >> 12; b<<12 < to; b++ {
		for busy := s.nonZero[b]; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			w := s.words[i] & v.candidates(i, from, to)
			if k := bits.OnesCount64(w); n >= k {
				n -= k
				continue
			}
			return i*64 + select64(w, n)
		}
	}
	panic("pick: fewer candidates than counted")
}

// rarest is what pickRarest returns.
func (x *Index) rarest(v *View, from, to int, r *rand.Rand) (int, bool) {
	whole := v.PeerHasIndexed && x == v.Index && from <= 0 && to >= v.NumPieces
	for i := range x.buckets {
		s := &x.buckets[i]
		if s.n == 0 {
			continue
		}
		ties := s.n
		if !whole {
			ties = s.pieces.countCandidates(v, from, to)
		}
		switch {
		case ties == 0:
		case v.Rank != nil && x.rank != nil:
			return x.firstRanked(s, v, from, to, ties), true
		case v.Rank != nil:
			return firstRanked(&s.pieces, v, from, to), true
		case whole:
			return s.pieces.nth(r.IntN(ties)), true
		default:
			return s.pieces.nthCandidate(v, from, to, r.IntN(ties)), true
		}
	}
	return 0, false
}

// Rarest names one of a view's candidates with the fewest copies, as in the index.
func (x *Index) Rarest(v *View, r *rand.Rand) (int, bool) { return x.rarest(v, 0, v.NumPieces, r) }

// Commonest names the first of a view's candidates with the most copies.
func (x *Index) Commonest(v *View) (int, bool) {
	for i := len(x.buckets) - 1; i >= 0; i-- {
		if piece, ok := x.buckets[i].first(v); ok {
			return piece, true
		}
	}
	return 0, false
}

// firstRanked is the candidate on a shelf that comes first by rank; ties is how many
// candidates the shelf has. Where most of the shelf are candidates it goes through the
// ranks, and where few are it looks at each of them.
func (x *Index) firstRanked(s *bucket, v *View, from, to, ties int) int {
	if ties < math.MaxInt32 && uint64(ties)*uint64(ties) < uint64(s.n) {
		return firstRanked(&s.pieces, v, from, to)
	}
	for b, busy := range s.ranks.nonZero {
		for ; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
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

func firstRanked(s *bitset, v *View, from, to int) int {
	best := -1
	for b := from >> 12; b<<12 < to; b++ {
		for busy := s.nonZero[b]; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			for w := s.words[i] & v.candidates(i, from, to); w != 0; w &= w - 1 {
				if piece := i*64 + bits.TrailingZeros64(w); best < 0 || v.Rank[piece] < v.Rank[best] {
					best = piece
				}
			}
		}
	}
	return best
}

// first is the first of the rarest candidates.
func (x *Index) firstRarest(v *View) (int, bool) {
	for i := range x.buckets {
		if piece, ok := x.buckets[i].first(v); ok {
			return piece, true
		}
	}
	return 0, false
}

// first is the first of the candidates on a shelf.
func (s *bucket) first(v *View) (int, bool) {
	for b, busy := range s.pieces.nonZero { // none of an empty shelf
		for ; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			if w := s.pieces.words[i] & v.Wanted[i] & v.PeerHas[i]; w != 0 {
				return i*64 + bits.TrailingZeros64(w), true
			}
		}
	}
	return 0, false
}

// Place is where a piece stands among others: rarer ones come first, and of those of as
// many copies the one with the smaller number.
type Position struct{ Copies, Piece int }

// Before reports whether a place comes before another.
func (a Position) Before(b Position) bool {
	return a.Copies < b.Copies || a.Copies == b.Copies && a.Piece < b.Piece
}

// Place is that with n pieces before it, or behind all if there are fewer.
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

// Between goes through the pieces from one place on and before another, in any order.
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
			for busy := s.pieces.nonZero[b]; busy != 0; busy &= busy - 1 {
				i := b*64 + bits.TrailingZeros64(busy)
				for w := s.pieces.words[i] & wordMask(i, low, high); w != 0; w &= w - 1 {
					do(i*64 + bits.TrailingZeros64(w))
				}
			}
		}
	}
}
