package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// gossip is a host that passes on what it hears after a random delay and keeps
// a diary.
type gossip struct {
	id    HostID
	rand  *rand.Rand
	hosts int
	least time.Duration
	most  time.Duration
	diary []string
	tick  time.Duration
}

func (g *gossip) PlayWindow(t *Window[int]) time.Duration {
	for {
		if p := t.Peek(); p != Never && p <= g.tick {
			e, blob := t.Pop()
			g.diary = append(g.diary, fmt.Sprintf("%v from %d: %d %s", e.At, e.From, e.Body, blob))
			if e.Body > 0 {
				g.pass(t, e.At, e.Body-1)
			}
			continue
		}
		if g.tick >= t.End() {
			return g.tick
		}
		g.diary = append(g.diary, fmt.Sprintf("%v tick", g.tick))
		g.pass(t, g.tick, 3)
		g.tick += time.Duration(1 + g.rand.IntN(int(300*time.Millisecond)))
	}
}

func (g *gossip) pass(t *Window[int], now time.Duration, n int) {
	delay := g.least + time.Duration(g.rand.Int64N(int64(g.most-g.least)+1))
	var blob []byte
	if n == 2 {
		blob = fmt.Appendf(nil, "of %d", g.id)
	}
	*t.Send(now+delay, HostID(g.rand.IntN(g.hosts)), blob) = n
}

func playGossip(workers int, least, most time.Duration) [][]string {
	e := New[int](Config{Lookahead: least, Workers: workers, Horizon: most / 4}) // some events lie beyond the ring
	var all []*gossip
	for i := range 23 {
		g := &gossip{id: HostID(i), rand: rand.New(rand.NewPCG(1, uint64(i))), hosts: 23, least: least, most: most}
		e.Add(g, 0)
		all = append(all, g)
	}
	e.Run(5*time.Second, func(time.Duration) bool { return true })
	var out [][]string
	for _, g := range all {
		out = append(out, g.diary)
	}
	return out
}

// Every host lives through the same, whoever plays it.
func TestSameOnAnyNumberOfWorkers(t *testing.T) {
	for _, most := range []time.Duration{10 * time.Millisecond, 4 * time.Second} {
		want := playGossip(1, 10*time.Millisecond, most)
		if n := len(slices.Concat(want...)); n < 1000 {
			t.Fatalf("only %d things happened", n)
		}
		for _, workers := range []int{1, 2, 3, 8, 40} {
			got := playGossip(workers, 10*time.Millisecond, most)
			for i := range want {
				if !slices.Equal(got[i], want[i]) {
					t.Fatalf("host %d with %d workers, delays up to %v: another life than with one", i, workers, most)
				}
			}
		}
	}
}

// sparse tells another host something now and then, so rarely that the window of its
// next word is a whole ring of windows after that in which the last one was heard.
type sparse struct {
	to    HostID
	every time.Duration
	next  time.Duration
	heard []int
}

func (s *sparse) PlayWindow(t *Window[int]) time.Duration {
	for t.Peek() != Never {
		e, _ := t.Pop()
		s.heard = append(s.heard, e.Body)
	}
	if s.next < t.End() {
		*t.Send(t.End(), s.to, nil) = int(s.next / time.Millisecond)
		s.next += s.every
	}
	return s.next
}

// The memory of cells is handed on only where nobody reads it.
func TestWindowsAWholeRingApart(t *testing.T) {
	const lookahead = 10 * time.Millisecond
	for _, workers := range []int{1, 2, 3} {
		e := New[int](Config{Lookahead: lookahead, Workers: workers, Horizon: 5 * lookahead})
		var all []*sparse
		for i := range 6 {
			s := &sparse{to: HostID((i + 1) % 6), every: time.Duration(e.ring+1) * lookahead}
			e.Add(s, 0)
			all = append(all, s)
		}
		e.Run(time.Second, func(time.Duration) bool { return true })
		want := []int{0, 90, 180, 270, 360, 450, 540, 630, 720, 810, 900}
		for i, s := range all {
			if !slices.Equal(s.heard, want) {
				t.Fatalf("host %d with %d workers heard %v, want %v", i, workers, s.heard, want)
			}
		}
	}
}

// idle never does anything but note what arrives.
type idle struct {
	got  []Event[int]
	send func(t *Window[int])
}

func (h *idle) PlayWindow(t *Window[int]) time.Duration {
	for t.Peek() != Never {
		e, _ := t.Pop()
		h.got = append(h.got, *e)
	}
	if h.send != nil {
		h.send(t)
		h.send = nil
	}
	return Never
}

func TestOrderIsTimeThenSourceThenSequence(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		e := New[int](Config{Lookahead: time.Second, Workers: workers, Horizon: time.Second})
		to := &idle{}
		e.Add(to, Never)
		for id := 1; id <= 6; id++ {
			e.Add(&idle{send: func(turn *Window[int]) {
				*turn.Send(2*time.Second, 0, nil) = 10 * id
				*turn.Send(2*time.Second, 0, nil) = 10*id + 1
				*turn.Send(2*time.Second-time.Duration(id), 0, nil) = 100 - id
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

func TestNobodySendsIntoTheWindow(t *testing.T) {
	e := New[int](Config{Lookahead: time.Second, Workers: 1, Horizon: time.Second})
	e.Add(&idle{send: func(turn *Window[int]) { *turn.Send(turn.End()-1, 0, nil) = 1 }}, 0)
	defer func() {
		if recover() == nil {
			t.Error("an event inside the window was accepted")
		}
	}()
	e.Run(Never, func(time.Duration) bool { return true })
}

// Idle time costs nothing: the engine jumps over it, and stops when nothing is
// left.
func TestJumpsOverIdleTime(t *testing.T) {
	e := New[int](Config{Lookahead: time.Millisecond, Workers: 1, Horizon: time.Millisecond})
	to := &idle{}
	e.Add(to, Never)
	e.Add(&idle{send: func(turn *Window[int]) { *turn.Send(1000*time.Hour, 0, nil) = 1 }}, 999*time.Hour)
	windows := 0
	end := e.Run(Never, func(time.Duration) bool { windows++; return true })
	if len(to.got) != 1 || to.got[0].At != 1000*time.Hour {
		t.Errorf("got %v", to.got)
	}
	// An event beyond the ring is looked at again each time the ring has gone
	// round, so it is not free, but it is far from a window a millisecond.
	if windows > 2_000_000 || end < 1000*time.Hour {
		t.Errorf("%d windows until %v", windows, end)
	}
}

// patient is a host whose first turn waits until another has had its own.
type patient struct{ before, after chan struct{} }

func (p *patient) PlayWindow(*Window[int]) time.Duration {
	if p.before != nil {
		<-p.before
	}
	if p.after != nil {
		close(p.after)
	}
	return Never
}

// A worker that has nothing to do plays hosts of one that is behind: the first host
// waits for the last of the same worker.
func TestWorkersHelpEachOther(t *testing.T) {
	for _, workers := range []int{2, 5} {
		e := New[int](Config{Lookahead: time.Millisecond, Workers: workers, Horizon: time.Millisecond})
		last := make(chan struct{})
		hosts := 10*workers + 1
		for i := range hosts {
			p := &patient{}
			switch i {
			case 0:
				p.before = last
			case hosts - 1:
				p.after = last
			}
			e.Add(p, 0)
		}
		e.Run(time.Second, func(time.Duration) bool { return true })
	}
}
