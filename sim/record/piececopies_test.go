package record

import (
	"testing"
	"time"
)

// The heat map's data stay small and cover a long run evenly.
func TestAvailabilityStaysSmall(t *testing.T) {
	a := NewPieceCopies(1000, time.Second)
	for i := range 5000 {
		copies := make([]int32, 1000)
		for p := range copies {
			copies[p] = int32(i)
		}
		a.Add(copies)
	}
	if a.Bins != 256 || len(a.Moments) >= maxMoments || len(a.Moments) < maxMoments/2 {
		t.Fatalf("%d bins, %d moments", a.Bins, len(a.Moments))
	}
	for i, m := range a.Moments {
		if want := float32((i+1)*int(a.Interval/time.Second) - 1); m[0] != want || m[255] != want {
			t.Fatalf("moment %d has %v copies, want %v", i, m[0], want)
		}
	}
}
