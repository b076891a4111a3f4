package usage

import (
	"testing"
	"time"
)

// CPU time and memory grow with the work done, and have the promised units.
func TestUsageGrowsWithWork(t *testing.T) {
	const bytes = 32 << 20
	memory := make([]byte, bytes)
	before, start := CPU(), time.Now()
	for time.Since(start) < 50*time.Millisecond {
		for i := range memory {
			memory[i]++
		}
	}
	if used, wall := CPU()-before, time.Since(start); used <= 0 || used > 100*wall {
		t.Errorf("CPU time %v in %v", used, wall)
	}
	if peak := PeakRSS(); peak < bytes || peak > 1<<40 {
		t.Errorf("a peak of %d bytes with %d in use", peak, bytes)
	}
}
