package client

import (
	"testing"
	"time"
)

// A rate over 2 s is right for a steady stream, to a slot of a tenth, and is
// nothing 2 s later.
func TestRecent(t *testing.T) {
	const window = 2 * time.Second
	var r windowRate
	for now := time.Second; now < 10*time.Second; now += 10 * time.Millisecond {
		r.add(now, window, 1000)
	}
	if got := r.at(10*time.Second, window); got < 90_000 || got > 110_000 {
		t.Errorf("100 kB/s measured as %.0f", got)
	}
	if got := r.at(11*time.Second, window); got < 40_000 || got > 55_000 {
		t.Errorf("after 1 s of silence %.0f, want half", got)
	}
	if got := r.at(12*time.Second, window); got != 0 {
		t.Errorf("after 2 s of silence still %.0f", got)
	}
}
