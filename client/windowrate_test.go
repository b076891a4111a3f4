package client

import (
	"testing"
	"time"
)

// The rate over 2 s of a steady stream is right to a slot of a tenth; 2 s after its end it is 0.
func TestWindowRate(t *testing.T) {
	const window = 2 * time.Second
	var r windowRate
	for now := time.Second; now < 10*time.Second; now += 10 * time.Millisecond {
		r.add(now, window, 1000)
	}
	if got := r.at(10*time.Second, window); got < 90_000 || got > 110_000 {
		t.Errorf("100 kB/s are measured as %.0f", got)
	}
	if got := r.at(11*time.Second, window); got < 40_000 || got > 55_000 {
		t.Errorf("1 s after the end the rate is %.0f, want half", got)
	}
	if got := r.at(12*time.Second, window); got != 0 {
		t.Errorf("2 s after the end the rate is %.0f, want 0", got)
	}
}
