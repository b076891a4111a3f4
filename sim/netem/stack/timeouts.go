package stack

import (
	"time"

	"swarmsim/sim/engine"
)

// Timeout is when a dial fails, or when a connection goes on after a split.
type Timeout struct {
	At        time.Duration
	Slot, Key uint32
	Dial      bool
}

// Timeouts are a host's timeouts by time; at the same time dials come first.
type Timeouts struct {
	next time.Duration // the time of the first, or engine.Never
	list []Timeout
}

// NewTimeouts returns an empty list.
func NewTimeouts() Timeouts { return Timeouts{next: engine.Never} }

func (t Timeout) before(o Timeout) bool { return t.At < o.At || t.At == o.At && t.Dial && !o.Dial }

// Add adds a timeout behind those of the same time and kind.
func (t *Timeouts) Add(x Timeout) {
	t.list = append(t.list, x)
	i := len(t.list) - 1
	for ; i > 0 && x.before(t.list[i-1]); i-- {
		t.list[i] = t.list[i-1]
	}
	t.list[i] = x
	t.next = t.list[0].At
}

// Next is the time of the first one, or engine.Never.
func (t *Timeouts) Next() time.Duration { return t.next }

// Pop removes the first one.
func (t *Timeouts) Pop() Timeout {
	x := t.list[0]
	t.list = t.list[:copy(t.list, t.list[1:])]
	t.next = engine.Never
	if len(t.list) > 0 {
		t.next = t.list[0].At
	}
	return x
}
