package record

import (
	"encoding/json"
	"slices"

	"gonum.org/v1/gonum/stat"

	"swarmsim/portable"
)

// Fairness is what leechers gave for what they got. It covers those that
// completed, but for MostCopies, which covers all.
type Fairness struct {
	JainShareRatio   Ratio  `json:"jain_share_ratio"`   // Jain's index of their share ratios; null for nobody
	JainDownloadRate Ratio  `json:"jain_download_rate"` // and of the rates at which they got the content
	ShareRatio       Spread `json:"share_ratio"`
	MostCopies       Ratio  `json:"most_copies"` // the most that one leecher sent, in sizes of the content
}

// MarshalJSON leaves no index where there is nobody to compare.
func (f Fairness) MarshalJSON() ([]byte, error) {
	type plain Fairness
	if f.ShareRatio.Count > 0 {
		return json.Marshal(plain(f))
	}
	return json.Marshal(struct {
		plain
		JainShareRatio   *Ratio `json:"jain_share_ratio"`
		JainDownloadRate *Ratio `json:"jain_download_rate"`
	}{plain: plain(f)})
}

// Spread is how numbers are spread: all but the count is null in the file if
// there are none.
type Spread struct {
	Count int   `json:"count"`
	Mean  Ratio `json:"mean"`
	P20   Ratio `json:"p20"`
	P50   Ratio `json:"p50"`
	P80   Ratio `json:"p80"`
	Max   Ratio `json:"max"`
}

// MarshalJSON leaves no number where there is none.
func (s Spread) MarshalJSON() ([]byte, error) {
	if s.Count == 0 {
		return []byte(`{"count":0,"mean":null,"p20":null,"p50":null,"p80":null,"max":null}`), nil
	}
	type plain Spread
	return json.Marshal(plain(s))
}

// NewSpread sums up numbers, in any order.
func NewSpread(xs []float64) Spread {
	if len(xs) == 0 {
		return Spread{}
	}
	xs = slices.Clone(xs)
	slices.Sort(xs)
	at := func(q float64) Ratio {
		i, part := Rank(len(xs), q)
		x := xs[i]
		if part > 0 {
			x += float64(part * (xs[i+1] - x))
		}
		return Ratio(x)
	}
	return Spread{Count: len(xs), Mean: Ratio(stat.Mean(xs, nil)), P20: at(0.2), P50: at(0.5), P80: at(0.8), Max: Ratio(xs[len(xs)-1])}
}

// Redundancy is what came, or went over the links, for a byte that was of use:
// a block that came and was kept.
type Redundancy struct {
	Duplicate Ratio `json:"duplicate"` // blocks that were there already, or not wanted any more
	Discarded Ratio `json:"discarded"` // blocks of pieces whose hash did not match
	Control   Ratio `json:"control"`   // bytes on the links that are not content
	Total     Ratio `json:"total"`
}

// Entropies sums up the piece entropy of the samples.
type Entropies struct {
	Mean Ratio `json:"mean"`
	Min  Ratio `json:"min"`
}

// Jain is Jain's fairness index of amounts that are not negative: (sum x)^2 /
// (n sum x^2), from 1/n, where one has all, to 1, where all have the same (Jain,
// Chiu, Hawe 1984). Of none, or of nothing but zeros, it is 1.
func Jain(xs []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, x := range xs {
		sum += x
		squares += float64(x * x)
	}
	if squares == 0 {
		return 1
	}
	return float64(sum*sum) / float64(float64(len(xs))*squares)
}

// Entropy is the Shannon entropy of how copies are spread over pieces, as a share of what
// it is at most: -sum p ln p / ln n with p a piece's share of all copies of the n pieces.
// It is 1 where all pieces have as many copies, and 0 where one piece has them all. There
// is none where there are no copies; of one piece it is 1.
type Entropy struct {
	pieces, from  int
	sum, weighted float64
	last          int // how many copies of a piece were added last
	term          float64
}

// NewEntropy is that of so many pieces, none of which is added yet. from is taken from
// every piece's copies first.
func NewEntropy(pieces, from int) *Entropy { return &Entropy{pieces: pieces, from: from} }

// Add adds n pieces of so many copies.
func (e *Entropy) Add(copies, n int) {
	c := copies - e.from
	if c <= 0 {
		return
	}
	if c != e.last { // neighbours are often alike
		e.last, e.term = c, float64(float64(c)*portable.Log(float64(c)))
	}
	e.sum += float64(int64(c) * int64(n))
	e.weighted += float64(float64(n) * e.term)
}

// Value is what it comes to; ok is false where there are no copies.
func (e *Entropy) Value() (value float64, ok bool) {
	switch {
	case e.sum == 0:
		return 0, false
	case e.pieces == 1:
		return 1, true
	}
	return min(max((portable.Log(e.sum)-e.weighted/e.sum)/portable.Log(float64(e.pieces)), 0), 1), true
}
