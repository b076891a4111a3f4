package draw

import (
	"testing"
	"time"

	"swarmsim/sim/engine"
)

func TestPairLatencyIsSymmetricAndInRange(t *testing.T) {
	const low, high = 10 * time.Millisecond, 40 * time.Millisecond
	seen := map[time.Duration]bool{}
	for a := range engine.HostID(20) {
		for b := range a {
			l := pairLatency(7, a, b, low, high)
			if l < low || l > high || l != pairLatency(7, b, a, low, high) {
				t.Errorf("hosts %d and %d: %v, and %v back", a, b, l, pairLatency(7, b, a, low, high))
			}
			seen[l] = true
		}
	}
	if len(seen) < 180 {
		t.Errorf("190 pairs share %d latencies", len(seen))
	}
}
