package engine

import (
	"time"

	"swarmsim/prefetch"
)

// worker plays the hosts whose number modulo the number of workers is its index. Unless another
// worker steals it, a host stays with one core.
type worker[E any] struct {
	engine *Engine[E]
	index  int

	// Its hosts, by index.
	hosts       []hostEntry[E]
	prefetchers int             // hosts that implement Prefetcher
	next        []time.Duration // when each is to be played next
	seq         []uint32        // events that each has sent
	count       []uint32        // arrivals of each in this window

	// The arrivals of its hosts in this window.
	arrived [maxWorkers]*cell[E]   // by sending worker
	events  [maxWorkers][]Event[E] // those of arrived
	keys    []uint64               // host by host: see Arrivals
	due     []dueHost              // hosts to be played

	// The hosts that it plays, its own or stolen.
	remaining    remaining // of its own due hosts
	chunk        chunk[E]
	window       Window[E] // of the host being played
	prefetchList prefetch.List

	free     []buffer[E] // of cells that have been read
	lastSlot int         // in the ring, of the window played before

	wake       time.Duration // when the first host is due, of those it has played and its own not due
	played     int64         // arrivals so far
	sinceYield int           // arrivals and hosts since the worker yielded
}

// dueHost is a host that is to be played in the window, and its range of keys.
type dueHost struct{ host, from, to uint32 }

// send puts an event into the cell of its window and receiver. An event beyond the ring is put into
// the last window, from which distribute sends it again.
func (w *worker[E]) send(at time.Duration, from, to HostID, seq uint32, blob []byte) *E {
	e := w.engine
	dst, local := e.locate(to)
	h := header{local, beyondRing, seq}
	windows := uint64(at-e.start) / uint64(e.lookahead)
	if last := uint64(e.ring) - 1; windows > last {
		windows = last
	} else {
		h.offset = uint32(at - e.start - time.Duration(windows)*e.lookahead)
	}
	return e.cell(w.index, dst, int(windows)).add(h, at, from, blob, &w.free)
}

// id is the HostID of one of the worker's hosts.
func (w *worker[E]) id(local uint32) HostID {
	return HostID(int(local)*len(w.engine.workers) + w.index)
}

// find returns the arrival with that key.
func (w *worker[E]) find(key uint64) *Event[E] { return &w.events[sender(key)][indexOf(key)] }

// sentBefore orders arrivals at the same time.
func (w *worker[E]) sentBefore(a, b uint64) bool {
	if from, other := w.find(a).From, w.find(b).From; from != other {
		return from < other
	}
	return w.arrived[sender(a)].headers[indexOf(a)].seq < w.arrived[sender(b)].headers[indexOf(b)].seq
}

// play plays the worker's due hosts, and then due hosts of other workers.
func (w *worker[E]) play(start, end time.Duration) {
	w.recycle()
	w.distribute()
	w.findDue(end)
	w.window.start, w.window.end, w.window.player = start, end, w
	w.remaining.Store(int64(len(w.due)))
	w.playDue()
}

// recycle frees the buffers of the events that the worker sent for the window played before, which
// all workers have read. It does not if that window has the same cells as this one.
func (w *worker[E]) recycle() {
	e := w.engine
	if w.lastSlot == e.slot {
		return
	}
	for dst := range e.workers {
		if c := &e.cells[(w.index*len(e.workers)+dst)*e.ring+w.lastSlot]; cap(c.events) > 0 {
			w.free = append(w.free, c.buffer)
			c.buffer = buffer[E]{}
		}
	}
	w.lastSlot = e.slot
}

// distribute makes the keys of the window's arrivals, host by host: a counting sort over the cells
// that all workers have filled for this window.
func (w *worker[E]) distribute() {
	total := w.countArrivals()
	if cap(w.keys) < total {
		w.keys = make([]uint64, total+total/4)
	}
	w.keys = w.keys[:total]
	at := uint32(0)
	for i, n := range w.count { // from counts to first indices
		w.count[i] = at
		at += n
	}
	for src, c := range w.arrived[:len(w.engine.workers)] {
		key := uint64(src) << indexBits
		for i := range c.headers {
			if h := &c.headers[i]; h.offset != beyondRing {
				first := &w.count[h.to]
				w.keys[*first] = uint64(h.offset)<<offsetShift | key
				*first++
			}
			key++
		}
	}
	for i := len(w.count) - 1; i > 0; i-- { // from last indices to counts
		w.count[i] -= w.count[i-1]
	}
}

// countArrivals counts the arrivals of each host, and sends the events from beyond the ring again.
func (w *worker[E]) countArrivals() (total int) {
	e := w.engine
	clear(w.count)
	for src := range e.workers {
		c := e.cell(src, w.index, 0)
		if len(c.headers) > 1<<indexBits {
			panic("engine: too many events in a window for a key's index")
		}
		w.arrived[src], w.events[src] = c, c.events
		for i := range c.headers {
			h := &c.headers[i]
			if h.offset == beyondRing {
				ev := &c.events[i]
				*w.send(ev.At, ev.From, w.id(h.to), h.seq, c.blob(ev)) = ev.Body
				continue
			}
			w.count[h.to]++
			total++
		}
	}
	return total
}

// findDue lists the hosts that are to be played before end.
func (w *worker[E]) findDue(end time.Duration) {
	from := uint32(0)
	w.wake = Never
	w.due = w.due[:0]
	for i, n := range w.count {
		if n == 0 && w.next[i] >= end {
			w.wake = min(w.wake, w.next[i])
			continue
		}
		w.due = append(w.due, dueHost{uint32(i), from, from + n})
		from += n
	}
	w.played += int64(from)
}
