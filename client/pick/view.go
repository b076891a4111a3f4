package pick

import (
	"math/bits"
	"math/rand/v2"
)

// View is what a picker may know of its own peer's pieces and of one neighbour. Sets of pieces are
// bits: piece i is bit i%64 of word i/64.
type View struct {
	// Wanted are the pieces that may be picked: those that are neither complete nor started, or
	// also started ones where block assignment leaves them to the picker.
	Wanted []uint64

	PeerHas []uint64 // pieces that the neighbour has announced
	Have    []uint64 // pieces that are complete

	Copies    []uint16 // number of neighbours that have announced piece i: its availability
	NumPieces int      // pieces of the torrent
	NumHave   int      // complete pieces

	// Rank is a random order of the pieces that is the peer's own: piece i has the rank Rank[i].
	// It breaks ties between pieces with the same number of copies, as in mainline. If it is nil,
	// ties are drawn.
	Rank []uint32

	PlayPosition int      // the piece that is being played; negative if none is
	Suggested    []uint32 // pieces suggested by the neighbour (BEP 6), in that order; it may lack some

	// What follows is derived from the rest and saves looking at every piece. Pickers that use the
	// methods of View need not know of it.

	PeerIsSeed     bool   // PeerHas is full
	PeerHasIndexed bool   // PeerHas contains every piece of Index
	FirstWanted    int    // no piece before it is in Wanted
	FirstMissing   int    // every piece before it is in Have
	Index          *Index // all candidates, and other pieces of Wanted, by Copies and Rank; may be nil
}

// candidates returns the candidates among pieces from to to-1 that are in word i.
func (v *View) candidates(i, from, to int) uint64 {
	return v.Wanted[i] & v.PeerHas[i] & wordMask(i, from, to)
}

// wordMask returns the bits of word i that stand for pieces from to to-1.
func wordMask(i, from, to int) uint64 {
	w := ^uint64(0)
	if low := from - i*64; low > 0 {
		w <<= low
	}
	if high := to - i*64; high < 64 {
		w &= 1<<max(high, 0) - 1
	}
	return w
}

// pickable reports whether a piece is a candidate.
func (v *View) pickable(piece int) bool {
	return v.Wanted[piece/64]&v.PeerHas[piece/64]>>(piece%64)&1 != 0
}

// playPosition returns the piece that is being played. If nothing is played, it returns the first
// missing piece: what a viewer would need next.
func (v *View) playPosition() int {
	if v.PlayPosition >= 0 {
		return v.PlayPosition
	}
	return v.nthMissing(0, 1)
}

// nthMissing returns the n-th missing piece, counted from 1, among those from piece from on. If
// there are fewer, it returns NumPieces.
func (v *View) nthMissing(from, n int) int {
	from = max(from, v.FirstMissing)
	for i := from / 64; i*64 < v.NumPieces; i++ {
		w := ^v.Have[i]
		if low := from - i*64; low > 0 {
			w &= ^uint64(0) << low
		}
		if k := bits.OnesCount64(w); n > k {
			n -= k
			continue
		}
		for ; n > 1; n-- {
			w &= w - 1
		}
		return min(i*64+bits.TrailingZeros64(w), v.NumPieces)
	}
	return v.NumPieces
}

// first returns the first candidate among pieces from to to-1.
func (v *View) first(from, to int) (int, bool) {
	from, to = max(from, v.FirstWanted), min(to, v.NumPieces)
	for i := from / 64; i*64 < to; i++ {
		if w := v.candidates(i, from, to); w != 0 {
			return i*64 + bits.TrailingZeros64(w), true
		}
	}
	return 0, false
}

// pickRandom returns any candidate with the same chance.
func pickRandom(v *View, r *rand.Rand) (int, bool) {
	n := 0
	if v.PeerHasIndexed && v.Index != nil {
		n = v.Index.Len()
	} else {
		n = v.countCandidates()
	}
	if n == 0 {
		return 0, false
	}
	return nthCandidate(v, r.IntN(n)), true
}

// countCandidates returns the number of candidates.
func (v *View) countCandidates() int {
	n := 0
	wanted, theirs := v.Wanted, v.PeerHas[:len(v.Wanted)]
	for i := v.FirstWanted / 64; i < len(wanted); i++ {
		n += bits.OnesCount64(wanted[i] & theirs[i])
	}
	return n
}

// nthCandidate returns the candidate that has n candidates before it.
func nthCandidate(v *View, n int) int {
	for i := v.FirstWanted / 64; i < len(v.Wanted); i++ {
		w := v.Wanted[i] & v.PeerHas[i]
		if k := bits.OnesCount64(w); n >= k {
			n -= k
			continue
		}
		return i*64 + select64(w, n)
	}
	panic("pick: fewer candidates than counted")
}
