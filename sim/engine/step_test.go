package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// An engine that is stepped plays what Run plays.
func TestStepPlaysWhatRunPlays(t *testing.T) {
	const lookahead = 10 * time.Millisecond
	want := playGossip(9, 1, lookahead, time.Second, plain)
	var got [][]string
	e, all := newGossip(9, 1, lookahead, time.Second, plain)
	for {
		start, end := e.NextStep()
		if start >= 5*time.Second {
			break
		}
		if end != start+lookahead || start%lookahead != 0 {
			t.Fatalf("a window from %v to %v", start, end)
		}
		e.Step()
	}
	for _, g := range all {
		got = append(got, g.log)
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Fatalf("host %d logs something else when the engine is stepped", i)
		}
	}
}

// sleeper is a host that does something only when it is woken.
type sleeper struct {
	due time.Duration
	log []string
}

func (s *sleeper) PlayWindow(w *Window[int]) time.Duration {
	if s.due < w.End() {
		s.log = append(s.log, fmt.Sprintf("%v before %v", s.due, w.End()))
		s.due = Never
	}
	return s.due
}

// A host that is woken is played in the window of that time, and not before.
func TestWake(t *testing.T) {
	e := New[int](Config{Lookahead: time.Millisecond, Workers: 1, Horizon: time.Millisecond})
	s := &sleeper{due: Never}
	id := e.Add(s, Never)
	if start, end := e.NextStep(); start != Never || end != Never {
		t.Errorf("an idle engine has a window from %v to %v", start, end)
	}
	e.Step()
	for _, at := range []time.Duration{0, 3 * time.Millisecond, 10*time.Hour + 1} {
		s.due = at
		e.Wake(id, at)
		if start, _ := e.NextStep(); start != at.Truncate(time.Millisecond) {
			t.Errorf("woken for %v: the next window starts at %v", at, start)
		}
		e.Step()
	}
	want := []string{"0s before 1ms", "3ms before 4ms", "10h0m0.000000001s before 10h0m0.001s"}
	if !slices.Equal(s.log, want) {
		t.Errorf("played %q, want %q", s.log, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a host can be woken in the past")
		}
	}()
	e.Wake(id, time.Hour)
}
