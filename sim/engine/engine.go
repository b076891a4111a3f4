package engine

import "time"

// Config of an engine.
type Config struct {
	Lookahead time.Duration // the shortest delay between two hosts, 1 ns to 1 s; also the length of a window
	Workers   int           // how many cores play; at least 1, and no more than 256 are used
	Reach     time.Duration // how far ahead events usually lie: longest latency plus one serialization; farther ones cost more, and are right all the same
}

// Engine plays hosts in virtual time.
type Engine[E any] struct {
	lookahead time.Duration
	ring      int
	start     time.Duration // of the window being played or, between windows, of the last one played
	first     int           // that window's place in the ring
	workers   []*worker[E]
	cells     []cell[E] // source worker, target worker, window modulo ring
	hosts     int
}

// MaxLookahead bounds a window, so that a moment in it fits 32 bits.
const MaxLookahead = time.Second

// maxRing bounds the ring of windows for scenarios with one short path and
// many long ones.
const maxRing = 256

// New returns an engine without hosts, at time 0.
func New[E any](c Config) *Engine[E] {
	if c.Lookahead <= 0 || c.Lookahead > MaxLookahead {
		panic("engine: lookahead must be above 0 and at most 1 s")
	}
	e := &Engine[E]{lookahead: c.Lookahead, start: -c.Lookahead}
	e.ring = int(min(int64(c.Reach/c.Lookahead)+3, maxRing))
	n := min(max(c.Workers, 1), maxWorkers)
	e.cells = make([]cell[E], n*n*e.ring)
	for i := range n {
		e.workers = append(e.workers, &worker[E]{engine: e, index: i, wake: Never})
	}
	return e
}

// Add gives the engine a host whose first turn is due at first.
func (e *Engine[E]) Add(h Host[E], first time.Duration) HostID {
	w := e.workers[e.hosts%len(e.workers)]
	w.hosts = append(w.hosts, h)
	w.next = append(w.next, first)
	w.seq = append(w.seq, 0)
	w.count = append(w.count, 0)
	w.wake = min(w.wake, first)
	e.hosts++
	return HostID(e.hosts - 1)
}

// Workers is how many cores play.
func (e *Engine[E]) Workers() int { return len(e.workers) }

// Events is how many events have been handed to hosts so far.
func (e *Engine[E]) Events() int64 {
	n := int64(0)
	for _, w := range e.workers {
		n += w.played
	}
	return n
}

// place is the worker that plays a host, and the host's number there.
func (e *Engine[E]) place(h HostID) (worker int, local uint32) {
	n := uint32(len(e.workers))
	if n == 1 {
		return 0, uint32(h)
	}
	local = uint32(h) / n
	return int(uint32(h) - local*n), local
}

// cell is that for the window so many after the present one, less than the ring.
func (e *Engine[E]) cell(src, dst, ahead int) *cell[E] {
	at := e.first + ahead
	if at >= e.ring {
		at -= e.ring
	}
	return &e.cells[(src*len(e.workers)+dst)*e.ring+at]
}

// enter makes the window that begins at start the present one.
func (e *Engine[E]) enter(start time.Duration) {
	e.start, e.first = start, int(start/e.lookahead%time.Duration(e.ring))
}

// Run plays windows until nothing is left to happen, before returns false, or
// time limit, rounded up to a whole window, is reached. before is called
// between windows, when every event before the given time and none after it
// has been played: the one moment at which all hosts may be looked at
// together. Run returns the time reached.
func (e *Engine[E]) Run(limit time.Duration, before func(now time.Duration) bool) time.Duration {
	team := e.assemble()
	defer team.stop()
	for {
		at := e.nextTime()
		now := e.start + e.lookahead
		if at == Never || now >= limit {
			before(now)
			return now
		}
		start := min(at, limit) / e.lookahead * e.lookahead
		e.enter(start)
		if !before(start) {
			return start
		}
		end := start + e.lookahead
		team.play(start, end)
		e.clear()
	}
}

// clear empties the cells of the window that has been played.
func (e *Engine[E]) clear() {
	for src := range e.workers {
		for dst := range e.workers {
			e.cell(src, dst, 0).clear()
		}
	}
}

// nextTime is when anything happens next, or Never. It looks at the windows of
// the ring only as far as the first one that holds an event.
func (e *Engine[E]) nextTime() time.Duration {
	at := Never
	for _, w := range e.workers {
		at = min(at, w.wake)
	}
	for i := 1; i < e.ring; i++ {
		start := e.start + time.Duration(i)*e.lookahead
		if start >= at {
			break
		}
		for src := range e.workers {
			for dst := range e.workers {
				if len(e.cell(src, dst, i).events) > 0 {
					return start
				}
			}
		}
	}
	return at
}

// Pending calls yield for every event that has been sent and not handed to its
// host, in no particular order. Only between windows.
func (e *Engine[E]) Pending(yield func(to HostID, ev *Event[E])) {
	for i := range e.cells {
		c, reader := &e.cells[i], e.workers[i/e.ring%len(e.workers)]
		for j := range c.events {
			yield(reader.id(c.heads[j].to), &c.events[j])
		}
	}
}
