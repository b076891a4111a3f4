package pick

import (
	"math/bits"
	"math/rand/v2"
)

// View is what a picker may know. It reads, and changes nothing.
type View struct {
	Wanted []uint64 // bit i%64 of word i/64: piece i is neither here nor started
	Theirs []uint64 // likewise: the neighbour has piece i
	Copies []uint16 // how many neighbours have piece i
	Have   int      // complete pieces
	Rank   []uint32 // a shuffled order of the pieces, this peer's own; nil unless asked for
	Pieces int      // pieces of the torrent
}

// Picker names the piece to start downloading from a neighbour: one that is
// Wanted and Theirs. It returns false if there is none. It may keep state of
// its own: each peer has one.
type Picker interface {
	Pick(v *View, r *rand.Rand) (piece int, ok bool)
}

// pickRandom draws among all candidates alike.
func pickRandom(v *View, r *rand.Rand) (int, bool) {
	n := 0
	for i, w := range v.Wanted {
		n += bits.OnesCount64(w & v.Theirs[i])
	}
	if n == 0 {
		return 0, false
	}
	return nth(v, r.IntN(n)), true
}

// nth is the candidate with n candidates before it.
func nth(v *View, n int) int {
	for i, w := range v.Wanted {
		w &= v.Theirs[i]
		if k := bits.OnesCount64(w); n >= k {
			n -= k
			continue
		}
		for ; n > 0; n-- {
			w &= w - 1
		}
		return i*64 + bits.TrailingZeros64(w)
	}
	panic("pick: fewer candidates than counted")
}
