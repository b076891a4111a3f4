package engine

import (
	"testing"
	"time"
)

// waiter is a host that waits for one channel to be closed and closes another.
type waiter struct{ before, after chan struct{} }

func (h *waiter) PlayWindow(*Window[int]) time.Duration {
	if h.before != nil {
		<-h.before
	}
	if h.after != nil {
		close(h.after)
	}
	return Never
}

// A worker without due hosts plays those of another: the first host of a worker waits here for the
// last host of the same worker.
func TestIdleWorkersSteal(t *testing.T) {
	for _, workers := range []int{2, 5} {
		e := New[int](Config{Lookahead: time.Millisecond, Workers: workers, Horizon: time.Millisecond})
		last := make(chan struct{})
		hosts := 10*workers + 1
		for i := range hosts {
			h := &waiter{}
			switch i {
			case 0:
				h.before = last
			case hosts - 1:
				h.after = last
			}
			e.Add(h, 0)
		}
		e.Run(time.Second, func(time.Duration) bool { return true })
	}
}
