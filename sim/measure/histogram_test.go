package measure

import (
	"testing"

	"swarmsim/sim/record"
)

// A histogram of shares in whole thousandths has the quantiles of the shares themselves.
func TestHistogramQuantiles(t *testing.T) {
	var h histogram
	var shares []float64
	for _, share := range []float64{0.5, 0, 1, 0.25, 0.125, 0.75} {
		h.add(share)
		shares = append(shares, share)
	}
	if got, want := *h.spread(), record.NewSpread(shares); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (&histogram{}).spread(); *got != (record.Spread{}) {
		t.Errorf("of no shares: %+v", *got)
	}
}
