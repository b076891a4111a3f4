package client

import (
	"math"
	"testing"
	"time"
)

// The rate of a steady stream is that of the stream after any time; without blocks it falls to half
// in the 20 s that it is averaged over.
func TestRate(t *testing.T) {
	r := newRate(0)
	check := func(now time.Duration, want float64) {
		t.Helper()
		if got := r.at(now); math.Abs(got/want-1) > 0.01 {
			t.Errorf("at %v the rate is %.0f, want %.0f", now, got, want)
		}
	}
	for now := time.Duration(0); now < 2*time.Minute; now += time.Second {
		r.add(now, 1000)
		check(now, 1000)
	}
	if r.total != 120_000 {
		t.Errorf("the total is %d bytes, want 120000", r.total)
	}
	check(r.last+rateWindow, 500)
}
