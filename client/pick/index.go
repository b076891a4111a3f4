package pick

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// Many is the number of pieces beyond which a pick should not look at each: there a View
// has an Index. Up to it looking is as fast, and an Index would take memory.
const Many = 512

// Index keeps pieces by their copies, so that the rarest are found without looking at
// all. Pickers choose the same pieces with it as
// without, and draw the same random numbers. Its owner keeps it up to date.
type Index struct {
	pieces  int
	n       int       // pieces in it
	rank    []uint32  // the order that breaks ties; nil where they are drawn
	ofRank  []uint32  // the piece of each rank
	shelves []shelf   // by copies
	spare   []members // empty, to be used again
}

// shelf holds the pieces with one number of copies.
type shelf struct {
	n      int
	at     members // bit i: piece i
	ranked members // bit i: the piece of rank i; empty where ties are drawn
}

// members is a set of numbers that is mostly empty, or mostly looked at in order.
type members struct {
	words []uint64
	busy  []uint64 // bit i: word i is not 0
	count []int32  // members in 64 words
}

// NewIndex is an empty index of at most that many pieces. rank is the order that breaks
// ties, as in a View.
func NewIndex(pieces int, rank []uint32) *Index {
	x := &Index{pieces: pieces, rank: rank}
	if rank != nil {
		x.ofRank = make([]uint32, pieces)
		for piece, r := range rank {
			x.ofRank[r] = uint32(piece)
		}
	}
	return x
}

// Len is how many pieces are in it.
func (x *Index) Len() int { return x.n }

// Most is the most copies that there may be of a piece in it.
func (x *Index) Most() int { return len(x.shelves) - 1 }

// Count returns how many of its pieces have that many copies.
func (x *Index) Count(copies int) int {
	if copies >= len(x.shelves) {
		return 0
	}
	return x.shelves[copies].n
}

// Has reports whether a piece is in it with that many copies.
func (x *Index) Has(piece int, copies int) bool {
	return copies < len(x.shelves) && x.shelves[copies].n > 0 && x.shelves[copies].at.has(piece)
}

// Add puts a piece, which is not in it, into it with its copies.
func (x *Index) Add(piece int, copies int) {
	for copies >= len(x.shelves) {
		x.shelves = append(x.shelves, shelf{})
	}
	s := &x.shelves[copies]
	if s.n == 0 {
		s.at = x.takeSet()
		if x.rank != nil {
			s.ranked = x.takeSet()
		}
	}
	s.n++
	x.n++
	s.at.add(piece)
	if x.rank != nil {
		s.ranked.add(int(x.rank[piece]))
	}
}

// Remove takes a piece out of it, which must be in it with that many copies.
func (x *Index) Remove(piece int, copies int) {
	s := &x.shelves[copies]
	s.n--
	x.n--
	s.at.remove(piece)
	if x.rank != nil {
		s.ranked.remove(int(x.rank[piece]))
	}
	if s.n == 0 {
		x.spare = append(x.spare, s.at)
		if x.rank != nil {
			x.spare = append(x.spare, s.ranked)
		}
		*s = shelf{}
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
func (x *Index) More() {
	x.shelves = append(x.shelves, shelf{})
	copy(x.shelves[1:], x.shelves)
	x.shelves[0] = shelf{}
}

func (x *Index) Fewer() {
	if len(x.shelves) > 0 { // the first shelf is empty: there was a copy of each
		x.shelves = append(x.shelves[:0], x.shelves[1:]...)
	}
}

// Clear takes all pieces out of it.
func (x *Index) Clear() {
	for i := range x.shelves {
		s := &x.shelves[i]
		if s.n == 0 {
			continue
		}
		s.at.clear()
		x.spare = append(x.spare, s.at)
		if x.rank != nil {
			s.ranked.clear()
			x.spare = append(x.spare, s.ranked)
		}
		*s = shelf{}
	}
	x.n = 0
}

func (x *Index) takeSet() members {
	if last := len(x.spare) - 1; last >= 0 {
		s := x.spare[last]
		x.spare = x.spare[:last]
		return s
	}
	words := (x.pieces + 63) / 64
	return members{make([]uint64, words), make([]uint64, (words+63)/64), make([]int32, (words+63)/64)}
}

func (s *members) has(i int) bool { return s.words[i>>6]>>(i&63)&1 != 0 }

func (s *members) add(i int) {
	s.words[i>>6] |= 1 << (i & 63)
	s.busy[i>>12] |= 1 << (i >> 6 & 63)
	s.count[i>>12]++
}

func (s *members) remove(i int) {
	w := &s.words[i>>6]
	*w &^= 1 << (i & 63)
	if *w == 0 {
		s.busy[i>>12] &^= 1 << (i >> 6 & 63)
	}
	s.count[i>>12]--
}

// clear empties it.
func (s *members) clear() {
	clear(s.words)
	clear(s.busy)
	clear(s.count)
}

// nth is the member with n members before it.
func (s *members) nth(n int) int {
	for b, k := range s.count {
		if n >= int(k) {
			n -= int(k)
			continue
		}
		for busy := s.busy[b]; busy != 0; busy &= busy - 1 {
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
func (s *members) candidates(v *View, from, to int) int {
	if from <= 0 && to >= v.Pieces {
		return s.allCandidates(v)
	}
	n := 0
	for b := from >> 12; b<<12 < to; b++ {
		for busy := s.busy[b]; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			n += bits.OnesCount64(s.words[i] & v.candidates(i, from, to))
		}
	}
	return n
}

// allCandidates is how many of all of a view's candidates are in it.
func (s *members) allCandidates(v *View) int {
	n := 0
	wanted, theirs := v.Wanted[:len(s.words)], v.Theirs[:len(s.words)]
	for b, busy := range s.busy {
		for ; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			n += bits.OnesCount64(s.words[i] & wanted[i] & theirs[i])
		}
	}
	return n
}

// nthCandidate is that with n before it.
func (s *members) nthCandidate(v *View, from, to, n int) int {
	for b := from >> 12; b<<12 < to; b++ {
		for busy := s.busy[b]; busy != 0; busy &= busy - 1 {
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
	whole := v.Whole && x == v.Index && from <= 0 && to >= v.Pieces
	for i := range x.shelves {
		s := &x.shelves[i]
		if s.n == 0 {
			continue
		}
		ties := s.n
		if !whole {
			ties = s.at.candidates(v, from, to)
		}
		switch {
		case ties == 0:
		case v.Rank != nil && x.rank != nil:
			return x.firstRanked(s, v, from, to, ties), true
		case v.Rank != nil:
			return firstRanked(&s.at, v, from, to), true
		case whole:
			return s.at.nth(r.IntN(ties)), true
		default:
			return s.at.nthCandidate(v, from, to, r.IntN(ties)), true
		}
	}
	return 0, false
}

// Rarest names one of a view's candidates with the fewest copies, as in the index.
func (x *Index) Rarest(v *View, r *rand.Rand) (int, bool) { return x.rarest(v, 0, v.Pieces, r) }

// Commonest names the first of a view's candidates with the most copies.
func (x *Index) Commonest(v *View) (int, bool) {
	for i := len(x.shelves) - 1; i >= 0; i-- {
		if piece, ok := x.shelves[i].first(v); ok {
			return piece, true
		}
	}
	return 0, false
}

// firstRanked is the candidate on a shelf that comes first by rank; ties is how many
// candidates the shelf has. Where most of the shelf are candidates it goes through the
// ranks, and where few are it looks at each of them.
func (x *Index) firstRanked(s *shelf, v *View, from, to, ties int) int {
	if ties < math.MaxInt32 && uint64(ties)*uint64(ties) < uint64(s.n) {
		return firstRanked(&s.at, v, from, to)
	}
	for b, busy := range s.ranked.busy {
		for ; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			for w := s.ranked.words[i]; w != 0; w &= w - 1 {
				piece := int(x.ofRank[i*64+bits.TrailingZeros64(w)])
				if piece >= from && piece < to && v.names(piece) {
					return piece
				}
			}
		}
	}
	panic("pick: fewer candidates than counted")
}

func firstRanked(s *members, v *View, from, to int) int {
	best := -1
	for b := from >> 12; b<<12 < to; b++ {
		for busy := s.busy[b]; busy != 0; busy &= busy - 1 {
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
func (x *Index) first(v *View) (int, bool) {
	for i := range x.shelves {
		if piece, ok := x.shelves[i].first(v); ok {
			return piece, true
		}
	}
	return 0, false
}

// first is the first of the candidates on a shelf.
func (s *shelf) first(v *View) (int, bool) {
	for b, busy := range s.at.busy { // none of an empty shelf
		for ; busy != 0; busy &= busy - 1 {
			i := b*64 + bits.TrailingZeros64(busy)
			if w := s.at.words[i] & v.Wanted[i] & v.Theirs[i]; w != 0 {
				return i*64 + bits.TrailingZeros64(w), true
			}
		}
	}
	return 0, false
}

// Place is where a piece stands among others: rarer ones come first, and of those of as
// many copies the one with the smaller number.
type Place struct{ Copies, Piece int }

// Before reports whether a place comes before another.
func (a Place) Before(b Place) bool {
	return a.Copies < b.Copies || a.Copies == b.Copies && a.Piece < b.Piece
}

// Place is that with n pieces before it, or behind all if there are fewer.
func (x *Index) Place(n int) Place {
	for c := range x.shelves {
		if s := &x.shelves[c]; n >= s.n {
			n -= s.n
		} else {
			return Place{c, s.at.nth(n)}
		}
	}
	return Place{len(x.shelves), 0}
}

// Between goes through the pieces from one place on and before another, in any order.
func (x *Index) Between(from, to Place, do func(piece int)) {
	for c := from.Copies; c <= to.Copies && c < len(x.shelves); c++ {
		s := &x.shelves[c]
		if s.n == 0 {
			continue
		}
		low, high := 0, x.pieces
		if c == from.Copies {
			low = from.Piece
		}
		if c == to.Copies {
			high = to.Piece
		}
		for b := low >> 12; b<<12 < high; b++ {
			for busy := s.at.busy[b]; busy != 0; busy &= busy - 1 {
				i := b*64 + bits.TrailingZeros64(busy)
				for w := s.at.words[i] & between(i, low, high); w != 0; w &= w - 1 {
					do(i*64 + bits.TrailingZeros64(w))
				}
			}
		}
	}
}
