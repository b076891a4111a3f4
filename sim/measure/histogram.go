package measure

import "swarmsim/sim/record"

// histogram counts shares from 0 to 1 in bins of a thousandth.
type histogram struct {
	bins  [1001]int32
	count int
	sum   float64
}

func (h *histogram) add(share float64) {
	h.bins[int(float64(min(max(share, 0), 1)*1000)+0.5)]++
	h.count++
	h.sum += share
}

// spread returns the mean, which is exact, and quantiles, which are rounded to a thousandth.
func (h *histogram) spread() *record.Spread {
	s := &record.Spread{Count: h.count}
	if h.count == 0 {
		return s
	}
	s.Mean = record.Ratio(h.sum / float64(h.count))
	s.P20, s.P50, s.P80, s.Max = h.quantile(0.2), h.quantile(0.5), h.quantile(0.8), h.quantile(1)
	return s
}

func (h *histogram) quantile(q float64) record.Ratio {
	rank, part := record.Rank(h.count, q)
	low := h.at(rank)
	return record.Ratio(low + float64(part*(h.at(min(rank+1, h.count-1))-low)))
}

// at is the share of a rank, counted from 0, among the sorted shares.
func (h *histogram) at(rank int) float64 {
	for i, n := range h.bins {
		if rank -= int(n); rank < 0 {
			return float64(i) / 1000
		}
	}
	return 1
}
