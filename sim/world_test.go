package sim

import (
	"testing"
	"time"
)

// A whole number of windows fills the interval between two samples, but for rounding.
func TestLookaheadDividesTheInterval(t *testing.T) {
	latencies := []time.Duration{time.Microsecond, 3 * time.Millisecond, 7777 * time.Microsecond, 2 * time.Second}
	for _, latency := range latencies {
		for _, interval := range []time.Duration{time.Second, 700 * time.Millisecond} {
			window := lookahead(latency, interval)
			windows := interval / window
			if window <= 0 || window > latency || interval-windows*window > windows {
				t.Errorf("latency %v, interval %v: windows of %v", latency, interval, window)
			}
		}
	}
}
