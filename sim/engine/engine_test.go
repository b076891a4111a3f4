package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// gossip is a host that sends at random times, forwards what it receives after a random delay, and
// logs all of it.
type gossip struct {
	id    HostID
	rand  *rand.Rand
	hosts int
	least time.Duration
	most  time.Duration
	log   []string
	tick  time.Duration
}

func (g *gossip) PlayWindow(w *Window[int]) time.Duration {
	for {
		if p := w.Peek(); p != Never && p <= g.tick {
			e, blob := w.Pop()
			g.log = append(g.log, fmt.Sprintf("%v from %d: %d %s", e.At, e.From, e.Body, blob))
			if e.Body > 0 {
				g.send(w, e.At, e.Body-1)
			}
			continue
		}
		if g.tick >= w.End() {
			return g.tick
		}
		g.log = append(g.log, fmt.Sprintf("%v tick", g.tick))
		g.send(w, g.tick, 3)
		g.tick += time.Duration(1 + g.rand.IntN(int(300*time.Millisecond)))
	}
}

func (g *gossip) send(w *Window[int], now time.Duration, hops int) {
	delay := g.least + time.Duration(g.rand.Int64N(int64(g.most-g.least)+1))
	var blob []byte
	if hops == 2 {
		blob = fmt.Appendf(nil, "of %d", g.id)
	}
	*w.Send(now+delay, HostID(g.rand.IntN(g.hosts)), blob) = hops
}

// playGossip plays hosts for 5 s and returns their logs. wrap may return another host in place of
// one.
func playGossip(hosts, workers int, least, most time.Duration, wrap func(*gossip) Host[int]) [][]string {
	e, all := newGossip(hosts, workers, least, most, wrap)
	e.Run(5*time.Second, func(time.Duration) bool { return true })
	var out [][]string
	for _, g := range all {
		out = append(out, g.log)
	}
	return out
}

func newGossip(hosts, workers int, least, most time.Duration, wrap func(*gossip) Host[int]) (*Engine[int], []*gossip) {
	// Some events are beyond the ring.
	e := New[int](Config{Lookahead: least, Workers: workers, Horizon: most / 4})
	var all []*gossip
	for i := range hosts {
		g := &gossip{id: HostID(i), rand: rand.New(rand.NewPCG(1, uint64(i))), hosts: hosts, least: least, most: most}
		e.Add(wrap(g), 0)
		all = append(all, g)
	}
	return e, all
}

func plain(g *gossip) Host[int] { return g }

func TestSameOnAnyNumberOfWorkers(t *testing.T) {
	for _, most := range []time.Duration{10 * time.Millisecond, 4 * time.Second} {
		want := playGossip(23, 1, 10*time.Millisecond, most, plain)
		if n := len(slices.Concat(want...)); n < 1000 {
			t.Fatalf("only %d events", n)
		}
		for _, workers := range []int{1, 2, 3, 8, 40} {
			got := playGossip(23, workers, 10*time.Millisecond, most, plain)
			for i := range want {
				if !slices.Equal(got[i], want[i]) {
					t.Fatalf("delays up to %v: host %d logs something else with %d workers than with one", most, i, workers)
				}
			}
		}
	}
}

// sparse sends at long intervals: the window in which one event is sent has the same cells as that
// in which the one before arrived.
type sparse struct {
	to       HostID
	interval time.Duration
	next     time.Duration
	received []int
}

func (s *sparse) PlayWindow(w *Window[int]) time.Duration {
	for w.Peek() != Never {
		e, _ := w.Pop()
		s.received = append(s.received, e.Body)
	}
	if s.next < w.End() {
		*w.Send(w.End(), s.to, nil) = int(s.next / time.Millisecond)
		s.next += s.interval
	}
	return s.next
}

// A buffer is written again only once all workers have read it.
func TestWindowsAWholeRingApart(t *testing.T) {
	const lookahead = 10 * time.Millisecond
	for _, workers := range []int{1, 2, 3} {
		e := New[int](Config{Lookahead: lookahead, Workers: workers, Horizon: 5 * lookahead})
		var all []*sparse
		for i := range 6 {
			s := &sparse{to: HostID((i + 1) % 6), interval: time.Duration(e.ring+1) * lookahead}
			e.Add(s, 0)
			all = append(all, s)
		}
		e.Run(time.Second, func(time.Duration) bool { return true })
		want := []int{0, 90, 180, 270, 360, 450, 540, 630, 720, 810, 900}
		for i, s := range all {
			if !slices.Equal(s.received, want) {
				t.Fatalf("host %d with %d workers received %v, want %v", i, workers, s.received, want)
			}
		}
	}
}

// Time in which nothing happens is skipped, and Run ends when no event is left.
func TestSkipsIdleTime(t *testing.T) {
	e := New[int](Config{Lookahead: time.Millisecond, Workers: 1, Horizon: time.Millisecond})
	to := &receiver{}
	e.Add(to, Never)
	e.Add(&receiver{send: func(w *Window[int]) { *w.Send(1000*time.Hour, 0, nil) = 1 }}, 999*time.Hour)
	windows := 0
	end := e.Run(Never, func(time.Duration) bool { windows++; return true })
	if len(to.got) != 1 || to.got[0].At != 1000*time.Hour {
		t.Errorf("got %v", to.got)
	}
	// An event beyond the ring is put off once per revolution of the ring, far less often than once
	// per millisecond.
	if windows > 2_000_000 || end < 1000*time.Hour {
		t.Errorf("%d windows until %v", windows, end)
	}
}
