package record

import (
	"testing"
	"time"
)

func TestCompletion(t *testing.T) {
	var times []time.Duration
	for i := 100; i > 0; i-- {
		times = append(times, time.Duration(i)*time.Second)
	}
	if got := NewCompletion(times); got != (Completion{100, 50.5, 50.5, 95.05, 100}) {
		t.Errorf("1 to 100 s: %+v", got)
	}
	if got := NewCompletion([]time.Duration{7 * time.Second}); got != (Completion{1, 7, 7, 7, 7}) {
		t.Errorf("one: %+v", got)
	}
	// The median of an even number of values is the mean of the two in the middle.
	four := []time.Duration{4 * time.Second, time.Second, 3 * time.Second, 2 * time.Second}
	if got := NewCompletion(four); got.P50 != 2.5 {
		t.Errorf("1 to 4 s: %+v", got)
	}
	if got := NewCompletion(nil); got != (Completion{}) {
		t.Errorf("none: %+v", got)
	}
}
