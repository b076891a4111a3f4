package usage

import (
	"testing"
	"time"
)

// What is read grows with what is done, in the units that are promised.
func TestWorkCosts(t *testing.T) {
	const bytes = 32 << 20
	taken := make([]byte, bytes)
	before, start := CPU(), time.Now()
	for time.Since(start) < 50*time.Millisecond {
		for i := range taken {
			taken[i]++
		}
	}
	if used, wall := CPU()-before, time.Since(start); used <= 0 || used > 100*wall {
		t.Errorf("CPU time %v in %v", used, wall)
	}
	if most := PeakRSS(); most < bytes || most > 1<<40 {
		t.Errorf("at most %d bytes were used, and %d at a time", most, bytes)
	}
}
