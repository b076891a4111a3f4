package engine

import (
	"fmt"
	"time"
)

// Window is a host's view of the lookahead window in which it is played.
type Window[E any] struct {
	Arrivals[E]
	player *worker[E] // plays the host, and sends what the host sends
	host   HostID
	seq    uint32 // events that the host has sent since the run began
	start  time.Duration
	end    time.Duration
	popped int // arrivals
}

// Worker is the number of the worker that plays the host, from 0: an index for scratch memory that
// hosts share. It may differ from window to window and must not reach a result.
func (w *Window[E]) Worker() int { return w.player.index }

// Peek returns the time of the next arrival, or Never.
func (w *Window[E]) Peek() time.Duration {
	if w.popped == len(w.keys) {
		return Never
	}
	return w.start + time.Duration(w.keys[w.popped]>>offsetShift)
}

// Pop returns the next arrival and its blob, which is nil if it was sent without. The host may
// change the event until PlayWindow returns.
func (w *Window[E]) Pop() (*Event[E], []byte) {
	w.popped++
	return w.Arrival(w.popped - 1)
}

// Arrival returns the i-th arrival that Pop has returned, from 0.
func (w *Window[E]) Arrival(i int) (*Event[E], []byte) {
	e := w.At(i)
	if e.blob == 0 {
		return e, nil
	}
	return e, w.of.arrived[sender(w.keys[i])].blob(e)
}

// Send sends an event that arrives at the host to at the given time. It panics if that is before
// w.End(): such an event could have changed what to has played already. The caller fills in the
// body before it calls Send again. The receiver owns blob from now on.
func (w *Window[E]) Send(at time.Duration, to HostID, blob []byte) *E {
	if at < w.end {
		panic(fmt.Sprintf("engine: host %d sends to host %d for %v, before the window's end at %v: "+
			"the latency is below the lookahead", w.host, to, at, w.end))
	}
	w.seq++
	return w.player.send(at, w.host, to, w.seq, blob)
}
