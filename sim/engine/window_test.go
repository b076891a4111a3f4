package engine

import (
	"slices"
	"testing"
	"time"
)

// receiver is a host that keeps what arrives, and calls send once.
type receiver struct {
	got  []Event[int]
	send func(w *Window[int])
}

func (r *receiver) PlayWindow(w *Window[int]) time.Duration {
	for w.Peek() != Never {
		e, _ := w.Pop()
		r.got = append(r.got, *e)
	}
	if r.send != nil {
		r.send(w)
		r.send = nil
	}
	return Never
}

func TestOrderIsTimeThenSenderThenSequence(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		e := New[int](Config{Lookahead: time.Second, Workers: workers, Horizon: time.Second})
		to := &receiver{}
		e.Add(to, Never)
		for id := 1; id <= 6; id++ {
			e.Add(&receiver{send: func(w *Window[int]) {
				*w.Send(2*time.Second, 0, nil) = 10 * id
				*w.Send(2*time.Second, 0, nil) = 10*id + 1
				*w.Send(2*time.Second-time.Duration(id), 0, nil) = 100 - id
			}}, 0)
		}
		e.Run(Never, func(time.Duration) bool { return true })
		var got []int
		for _, ev := range to.got {
			got = append(got, ev.Body)
		}
		want := []int{94, 95, 96, 97, 98, 99, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61}
		if !slices.Equal(got, want) {
			t.Errorf("%d workers: got %v, want %v", workers, got, want)
		}
	}
}

func TestSendIntoTheWindowPanics(t *testing.T) {
	e := New[int](Config{Lookahead: time.Second, Workers: 1, Horizon: time.Second})
	e.Add(&receiver{send: func(w *Window[int]) { *w.Send(w.End()-1, 0, nil) = 1 }}, 0)
	defer func() {
		if recover() == nil {
			t.Error("an event inside the window was accepted")
		}
	}()
	e.Run(Never, func(time.Duration) bool { return true })
}

// insertionSort and slices.Sort, which is used for many arrivals, order keys alike.
func TestInsertionSort(t *testing.T) {
	for n := range insertionSortMax + 1 {
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = uint64(i*7919+n) % 5
		}
		want := slices.Sorted(slices.Values(keys))
		if insertionSort(keys); !slices.Equal(keys, want) {
			t.Errorf("got %v, want %v", keys, want)
		}
	}
}
