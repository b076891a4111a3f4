package pick

import "math/bits"

// bitset is a set of numbers with two summaries, so that a set with few members is walked without
// reading every word, and the n-th member is found without walking the set.
type bitset struct {
	words   []uint64
	nonZero []uint64 // bit i: words[i] is not 0
	count   []int32  // members in each 64 words
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

// clear removes all members.
func (s *bitset) clear() {
	clear(s.words)
	clear(s.nonZero)
	clear(s.count)
}

// nth returns the member that has n members before it.
func (s *bitset) nth(n int) int {
	for b, k := range s.count {
		if n >= int(k) {
			n -= int(k)
			continue
		}
		for nonZero := s.nonZero[b]; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
			if k := bits.OnesCount64(s.words[i]); n >= k {
				n -= k
				continue
			}
			return i*64 + select64(s.words[i], n)
		}
	}
	panic("pick: fewer members than counted")
}

// select64 returns the position of the set bit of w that has n set bits before it.
func select64(w uint64, n int) int {
	for ; n > 0; n-- {
		w &= w - 1
	}
	return bits.TrailingZeros64(w)
}

// countCandidates returns how many of the view's candidates among pieces from to to-1 are members.
func (s *bitset) countCandidates(v *View, from, to int) int {
	if from <= 0 && to >= v.NumPieces {
		return s.countAllCandidates(v)
	}
	n := 0
	for b := from >> 12; b<<12 < to; b++ {
		for nonZero := s.nonZero[b]; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
			n += bits.OnesCount64(s.words[i] & v.candidates(i, from, to))
		}
	}
	return n
}

// countAllCandidates returns how many of all candidates of the view are members.
func (s *bitset) countAllCandidates(v *View) int {
	n := 0
	wanted, theirs := v.Wanted[:len(s.words)], v.PeerHas[:len(s.words)]
	for b, nonZero := range s.nonZero {
		for ; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
			n += bits.OnesCount64(s.words[i] & wanted[i] & theirs[i])
		}
	}
	return n
}

// nthCandidate returns the member that has n members before it, of the view's candidates among
// pieces from to to-1.
func (s *bitset) nthCandidate(v *View, from, to, n int) int {
	for b := from >> 12; b<<12 < to; b++ {
		for nonZero := s.nonZero[b]; nonZero != 0; nonZero &= nonZero - 1 {
			i := b*64 + bits.TrailingZeros64(nonZero)
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
