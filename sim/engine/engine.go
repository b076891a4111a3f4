package engine

import "time"

// Config configures an engine.
type Config struct {
	// Lookahead is the shortest delay between two hosts, and the length of a window: from 1 ns to
	// MaxLookahead.
	Lookahead time.Duration
	// Workers is the number of cores to play on, from 1 to 256.
	Workers int
	// Horizon is how far ahead most events arrive: the longest latency plus one serialization.
	// Events beyond it cost more.
	Horizon time.Duration
}

// MaxLookahead bounds a window, so that the time since its start fits 30 bits.
const MaxLookahead = time.Second

// maxRing bounds the ring in scenarios whose longest latency is many times the shortest.
const maxRing = 256

// Engine plays hosts in virtual time.
type Engine[E any] struct {
	lookahead time.Duration
	ring      int           // number of windows for which there are cells
	start     time.Duration // of the window being played or, between windows, of the last one played
	slot      int           // of that window in the ring
	workers   []*worker[E]
	cells     []cell[E] // by sending worker, receiving worker and slot
	hosts     int
}

// New returns an engine without hosts, at time 0.
func New[E any](c Config) *Engine[E] {
	if c.Lookahead <= 0 || c.Lookahead > MaxLookahead {
		panic("engine: lookahead must be above 0 and at most 1 s")
	}
	e := &Engine[E]{lookahead: c.Lookahead, start: -c.Lookahead}
	e.ring = int(min(int64(c.Horizon/c.Lookahead)+3, maxRing))
	n := min(max(c.Workers, 1), maxWorkers)
	e.cells = make([]cell[E], n*n*e.ring)
	for i := range n {
		e.workers = append(e.workers, &worker[E]{engine: e, index: i, wake: Never})
	}
	return e
}

// Add adds a host that is played first at the given time.
func (e *Engine[E]) Add(h Host[E], first time.Duration) HostID {
	w := e.workers[e.hosts%len(e.workers)]
	p, ok := h.(Prefetcher[E])
	if ok {
		w.prefetchers++
	}
	w.hosts = append(w.hosts, hostEntry[E]{h, p})
	w.next = append(w.next, first)
	w.seq = append(w.seq, 0)
	w.count = append(w.count, 0)
	w.wake = min(w.wake, first)
	e.hosts++
	return HostID(e.hosts - 1)
}

// Workers is the number of workers.
func (e *Engine[E]) Workers() int { return len(e.workers) }

// Events is the number of events that have arrived at hosts so far.
func (e *Engine[E]) Events() int64 {
	n := int64(0)
	for _, w := range e.workers {
		n += w.played
	}
	return n
}

// locate returns the worker that has a host, and the host's index there.
func (e *Engine[E]) locate(h HostID) (worker int, local uint32) {
	n := uint32(len(e.workers))
	if n == 1 {
		return 0, uint32(h)
	}
	local = uint32(h) / n
	return int(uint32(h) - local*n), local
}

// cell returns the cell of the window that comes the given number of windows after the present one,
// less than the ring's length.
func (e *Engine[E]) cell(src, dst, windows int) *cell[E] {
	slot := e.slot + windows
	if slot >= e.ring {
		slot -= e.ring
	}
	return &e.cells[(src*len(e.workers)+dst)*e.ring+slot]
}

// enter makes the window that begins at start the present one.
func (e *Engine[E]) enter(start time.Duration) {
	e.start, e.slot = start, int(start/e.lookahead%time.Duration(e.ring))
}

// Run plays windows until no event is left, between returns false, or time limit, rounded up to a
// whole window, is reached. It returns the time reached. between is called between windows, when
// every event before now has been played and none after it: only then may the state of several
// hosts be read together.
func (e *Engine[E]) Run(limit time.Duration, between func(now time.Duration) bool) time.Duration {
	pool := newPool(e.workers)
	defer pool.stop()
	for {
		at := e.nextTime()
		now := e.start + e.lookahead
		if at == Never || now >= limit {
			between(now)
			return now
		}
		start := min(at, limit) / e.lookahead * e.lookahead
		e.enter(start)
		if !between(start) {
			return start
		}
		pool.play(start, start+e.lookahead)
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

// nextTime returns a time in the next window in which something happens, or Never. It reads the
// ring only up to the first window that has events.
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

// Pending calls yield for every event that has been sent and has not arrived, in no particular
// order. It may be called only between windows.
func (e *Engine[E]) Pending(yield func(to HostID, ev *Event[E])) {
	for i := range e.cells {
		c, reader := &e.cells[i], e.workers[i/e.ring%len(e.workers)]
		for j := range c.events {
			yield(reader.id(c.headers[j].to), &c.events[j])
		}
	}
}
