package pick

// IndexThreshold is the number of pieces above which a View has an Index. Up to it looking at every
// piece is as fast, and an index would only take memory.
const IndexThreshold = 512

// Index is an availability index: it keeps pieces in buckets by their number of copies, so that a
// rarest piece is found without looking at every piece. Pickers choose the same pieces with it as
// without, and draw the same random numbers. Its owner adds, moves and removes the pieces.
type Index struct {
	numPieces   int
	n           int      // pieces in the index
	rank        []uint32 // as View.Rank; nil if ties are drawn
	pieceOfRank []uint32 // the inverse of rank
	buckets     []bucket // by number of copies
	spare       []bitset // empty bitsets for reuse
}

// bucket holds the pieces with one number of copies.
type bucket struct {
	n      int
	pieces bitset // bit i: piece i
	ranks  bitset // bit i: the piece of rank i; unused if ties are drawn
}

// NewIndex returns an empty index for a torrent with numPieces pieces. rank breaks ties as in View;
// it may be nil.
func NewIndex(numPieces int, rank []uint32) *Index {
	x := &Index{numPieces: numPieces, rank: rank}
	if rank != nil {
		x.pieceOfRank = make([]uint32, numPieces)
		for piece, r := range rank {
			x.pieceOfRank[r] = uint32(piece)
		}
	}
	return x
}

// Len returns the number of pieces in the index.
func (x *Index) Len() int { return x.n }

// MaxCopies returns an upper limit of the copies of a piece in the index; -1 if it has none.
func (x *Index) MaxCopies() int { return len(x.buckets) - 1 }

// Count returns how many pieces of the index have the given number of copies.
func (x *Index) Count(copies int) int {
	if copies >= len(x.buckets) {
		return 0
	}
	return x.buckets[copies].n
}

// Has reports whether the piece is in the index with the given number of copies.
func (x *Index) Has(piece int, copies int) bool {
	return copies < len(x.buckets) && x.buckets[copies].n > 0 && x.buckets[copies].pieces.has(piece)
}

// Add inserts a piece that is not in the index.
func (x *Index) Add(piece int, copies int) {
	for copies >= len(x.buckets) {
		x.buckets = append(x.buckets, bucket{})
	}
	b := &x.buckets[copies]
	if b.n == 0 {
		b.pieces = x.newBitset()
		if x.rank != nil {
			b.ranks = x.newBitset()
		}
	}
	b.n++
	x.n++
	b.pieces.add(piece)
	if x.rank != nil {
		b.ranks.add(int(x.rank[piece]))
	}
}

// Remove removes a piece that is in the index with the given number of copies.
func (x *Index) Remove(piece int, copies int) {
	b := &x.buckets[copies]
	b.n--
	x.n--
	b.pieces.remove(piece)
	if x.rank != nil {
		b.ranks.remove(int(x.rank[piece]))
	}
	if b.n == 0 {
		x.spare = append(x.spare, b.pieces)
		if x.rank != nil {
			x.spare = append(x.spare, b.ranks)
		}
		*b = bucket{}
	}
}

// Move changes the number of copies of a piece, if it is in the index.
func (x *Index) Move(piece int, from, to int) {
	if x.Has(piece, from) {
		x.Remove(piece, from)
		x.Add(piece, to)
	}
}

// AddCopyOfAll adds one copy of every piece: a seed has connected.
func (x *Index) AddCopyOfAll() {
	x.buckets = append(x.buckets, bucket{})
	copy(x.buckets[1:], x.buckets)
	x.buckets[0] = bucket{}
}

// RemoveCopyOfAll removes one copy of every piece: a seed has left.
func (x *Index) RemoveCopyOfAll() {
	if len(x.buckets) > 0 { // the first bucket is empty, because every piece had a copy
		x.buckets = append(x.buckets[:0], x.buckets[1:]...)
	}
}

// Clear removes all pieces.
func (x *Index) Clear() {
	for i := range x.buckets {
		b := &x.buckets[i]
		if b.n == 0 {
			continue
		}
		b.pieces.clear()
		x.spare = append(x.spare, b.pieces)
		if x.rank != nil {
			b.ranks.clear()
			x.spare = append(x.spare, b.ranks)
		}
		*b = bucket{}
	}
	x.n = 0
}

// newBitset returns an empty bitset, a used one if there is one.
func (x *Index) newBitset() bitset {
	if last := len(x.spare) - 1; last >= 0 {
		b := x.spare[last]
		x.spare = x.spare[:last]
		return b
	}
	words := (x.numPieces + 63) / 64
	return bitset{make([]uint64, words), make([]uint64, (words+63)/64), make([]int32, (words+63)/64)}
}
