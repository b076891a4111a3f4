package record

import (
	"slices"
	"time"
)

// PieceCopies is the number of copies of each piece over time, for the heat map. Its size is
// bounded for any run: pieces are grouped in at most 256 bins, and when it has 512 moments, every
// other one is dropped.
type PieceCopies struct {
	Bins     int
	Interval time.Duration // between moments
	Moments  [][]float32   // the mean copies of each bin's pieces, the first at Interval
	pieces   int
	skip     int // samples until the next moment
	every    int // samples per moment
}

const (
	maxBins    = 256
	maxMoments = 512
)

// NewPieceCopies starts with one moment per sample.
func NewPieceCopies(pieces int, interval time.Duration) *PieceCopies {
	return &PieceCopies{Bins: min(pieces, maxBins), Interval: interval, pieces: pieces, every: 1}
}

// Add adds the copies of each piece at the next sample.
func (a *PieceCopies) Add(copies []int32) {
	if a.skip++; a.skip < a.every {
		return
	}
	a.skip = 0
	row := make([]float32, a.Bins)
	for b := range row {
		from, to := b*a.pieces/a.Bins, (b+1)*a.pieces/a.Bins
		sum := int64(0)
		for _, c := range copies[from:to] {
			sum += int64(c)
		}
		row[b] = float32(sum) / float32(to-from)
	}
	a.Moments = append(a.Moments, row)
	if len(a.Moments) < maxMoments {
		return
	}
	kept := a.Moments[:0]
	for i := 1; i < len(a.Moments); i += 2 {
		kept = append(kept, a.Moments[i])
	}
	a.Moments = slices.Clip(kept)
	a.every *= 2
	a.Interval *= 2
}
