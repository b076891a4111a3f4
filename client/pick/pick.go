package pick

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// View is what a picker may know. It reads, and changes nothing.
type View struct {
	Wanted    []uint64 // bit i%64 of word i/64: piece i may be named, being neither here nor started, or started where it may be named again
	PeerHas   []uint64 // likewise: the neighbour has piece i
	Copies    []uint16 // how many neighbours have piece i
	NumHave   int      // complete pieces
	Rank      []uint32 // a shuffled order of the pieces, this peer's own; nil unless asked for
	NumPieces int      // pieces of the torrent

	Have         []uint64 // likewise: piece i is complete
	PlayPosition int      // the piece that the player is at; below 0 where nothing is played
	SwarmCopies  []int32  // how many peers of the whole swarm have piece i, as an oracle knows; nil where there is none
	Suggested    []uint32 // pieces that the neighbour suggests (BEP 6), in the order in which it did; it may lack some

	// Where there are many pieces, what saves looking at each. It says nothing new, and a
	// picker need not know of it.
	PeerIsSeed     bool   // the neighbour has every piece: Theirs is full
	PeerHasIndexed bool   // Theirs has every piece that is in Index
	FirstWanted    int    // no piece before it is wanted
	FirstMissing   int    // every piece before it is here
	Index          *Index // of all candidates, and more of what is wanted, by Copies and Rank; nil if there is none
	SwarmIndex     *Index // of all pieces, by Swarm; nil likewise
}

// Picker names the piece to start downloading from a neighbour: one that is
// Wanted and Theirs. It returns false if there is none. It may keep state of
// its own: each peer has one.
type Picker interface {
	Pick(v *View, r *rand.Rand) (piece int, ok bool)
}

// Decliner is a Picker that may return false although there is a piece: its
// strategy would rather have the neighbour wait.
type Decliner interface {
	Picker
	MayDecline()
}

// candidates are the pieces from..to-1 of word i that may be named.
func (v *View) candidates(i, from, to int) uint64 {
	return v.Wanted[i] & v.PeerHas[i] & wordMask(i, from, to)
}

// between is the bits of word i that stand for from..to-1.
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

// names reports whether a piece may be named.
func (v *View) pickable(piece int) bool {
	return v.Wanted[piece/64]&v.PeerHas[piece/64]>>(piece%64)&1 != 0
}

// position is the piece that is played or, where nothing is, the first that is
// not here: what a viewer would want next.
func (v *View) playPosition() int {
	if v.PlayPosition >= 0 {
		return v.PlayPosition
	}
	return v.nthMissing(0, 1)
}

// missing is where the n-th piece stands, from a piece on, that is not here; all
// pieces if there are fewer.
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

// first is the first of the candidates from..to-1.
func (v *View) first(from, to int) (int, bool) {
	from, to = max(from, v.FirstWanted), min(to, v.NumPieces)
	for i := from / 64; i*64 < to; i++ {
		if w := v.candidates(i, from, to); w != 0 {
			return i*64 + bits.TrailingZeros64(w), true
		}
	}
	return 0, false
}

// pickRandom draws among all candidates alike.
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

// count is how many candidates there are.
func (v *View) countCandidates() int {
	n := 0
	wanted, theirs := v.Wanted, v.PeerHas[:len(v.Wanted)]
	for i := v.FirstWanted / 64; i < len(wanted); i++ {
		n += bits.OnesCount64(wanted[i] & theirs[i])
	}
	return n
}

// nth is the candidate with n candidates before it.
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

// rarest is the one of the candidates from..to-1 that fewest neighbours have, ties at
// random or, where the peer has an order of its own, by that.
func (v *View) rarest(from, to int, r *rand.Rand) (int, bool) {
	if to = min(to, v.NumPieces); v.scans(v.Index, from, to) {
		return scanRarest(v, v.Copies, max(from, v.FirstWanted), to, r)
	}
	return v.Index.rarest(v, from, to, r)
}

// rarestOfSwarm is the same by the copies in the whole swarm.
func (v *View) rarestOfSwarm(r *rand.Rand) (int, bool) {
	if v.scans(v.SwarmIndex, 0, v.NumPieces) {
		return scanRarest(v, v.SwarmCopies, v.FirstWanted, v.NumPieces, r)
	}
	return v.SwarmIndex.rarest(v, 0, v.NumPieces, r)
}

// few reports whether looking at the candidates is as good as looking into an index.
func (v *View) scans(x *Index, from, to int) bool {
	return x == nil || to-from <= IndexThreshold || !(v.PeerHasIndexed && x == v.Index) && v.countCandidates() <= IndexThreshold/2
}

// pickRarest is the one of the candidates from..to-1 with the fewest copies, looking at
// each.
func scanRarest[N uint16 | int32](v *View, copies []N, from, to int, r *rand.Rand) (int, bool) {
	to = min(to, v.NumPieces)
	least, ties := int64(math.MaxInt64), 0
	for i := from / 64; i*64 < to; i++ {
		for w := v.candidates(i, from, to); w != 0; w &= w - 1 {
			switch c := int64(copies[i*64+bits.TrailingZeros64(w)]); {
			case c < least:
				least, ties = c, 1
			case c == least:
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
			if int64(copies[piece]) != least {
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
