package record

import "swarmsim/portable"

// Entropies summarizes the piece entropy of the samples.
type Entropies struct {
	Mean Ratio `json:"mean"`
	Min  Ratio `json:"min"`
}

// Entropy computes the piece entropy: the Shannon entropy of the distribution of copies over
// pieces, normalized by its maximum, -sum p ln p / ln n, where p is a piece's share of all copies
// of the n pieces. It is 1 if all pieces have equally many copies and 0 if one piece has all. Of
// one piece it is 1; without copies it is undefined.
type Entropy struct {
	pieces, offset int
	sum, weighted  float64 // of the copies c: the sum of c and of c ln c
	last           int     // the c added last
	term           float64 // its c ln c
}

// NewEntropy starts a computation for a number of pieces. offset is subtracted from every piece's
// number of copies.
func NewEntropy(pieces, offset int) *Entropy { return &Entropy{pieces: pieces, offset: offset} }

// Add adds n pieces that have a number of copies each.
func (e *Entropy) Add(copies, n int) {
	c := copies - e.offset
	if c <= 0 {
		return
	}
	if c != e.last { // pieces added in a row often have equally many copies
		e.last, e.term = c, float64(float64(c)*portable.Log(float64(c)))
	}
	e.sum += float64(int64(c) * int64(n))
	e.weighted += float64(float64(n) * e.term)
}

// Value returns the entropy; ok is false if there are no copies.
func (e *Entropy) Value() (value float64, ok bool) {
	switch {
	case e.sum == 0:
		return 0, false
	case e.pieces == 1:
		return 1, true
	}
	return min(max((portable.Log(e.sum)-e.weighted/e.sum)/portable.Log(float64(e.pieces)), 0), 1), true
}
