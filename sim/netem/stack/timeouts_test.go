package stack

import (
	"testing"
	"time"

	"swarmsim/sim/engine"
)

// Timeouts come by time; at the same time dials come first, and then in the order of Add.
func TestTimeoutsComeInOrder(t *testing.T) {
	q := NewTimeouts()
	for i, x := range []Timeout{{At: 3}, {At: 1}, {At: 3, Dial: true}, {At: 1}, {At: 2, Dial: true}} {
		x.Slot = uint32(i)
		q.Add(x)
	}
	for _, want := range []uint32{1, 3, 4, 2, 0} {
		next := q.Next()
		if got := q.Pop(); got.Slot != want || got.At != next {
			t.Errorf("timeout %d at %v, announced for %v; want timeout %d", got.Slot, got.At, next, want)
		}
	}
	if next := q.Next(); next != engine.Never {
		t.Errorf("an empty list has a timeout at %v", time.Duration(next))
	}
}
