package engine

import (
	"time"
	"unsafe"

	"swarmsim/prefetch"
)

// worker plays the hosts whose number leaves its index as the remainder: as long as
// nobody has to help, a host's state stays with one core.
type worker[E any] struct {
	engine   *Engine[E]
	index    int
	hosts    []Host[E]
	next     []time.Duration            // when each host wants its next turn
	seq      []uint32                   // events each host has sent
	count    []uint32                   // arrivals of each host in this window
	in       [maxWorkers]*cell[E]       // what arrives in this window, by the worker that sent it
	first    [maxWorkers]unsafe.Pointer // likewise, the first event
	keys     []uint64                   // the same, host by host: see Arrivals
	due      []due                      // the hosts that have a turn in this window
	spare    []buffer[E]                // that no cell of what the worker sends has now
	last     int                        // the place in the ring of the window that was played last
	turn     Turn[E]
	lines    prefetch.List // that are fetched ahead
	wake     time.Duration // the earliest that a host wants which the worker has played, or that is its own and was not due
	played   int64         // arrivals handed out so far
	unpaused int           // arrivals and turns played since the worker paused
	share    share[E]      // of due hosts that are its to play
	left     left          // of its own that nobody has taken
}

// send puts an event into the cell for its time and receiver. One beyond the ring
// of windows waits in the last of them and is put in again from there.
func (w *worker[E]) send(at time.Duration, from, to HostID, seq uint32, blob []byte) *E {
	e := w.engine
	dst, local := e.place(to)
	h := head{local, far, seq}
	ahead := uint64(at-e.start) / uint64(e.lookahead)
	if last := uint64(e.ring) - 1; ahead > last {
		ahead = last
	} else {
		h.off = uint32(at - e.start - time.Duration(ahead)*e.lookahead)
	}
	return e.cell(w.index, dst, int(ahead)).add(h, at, from, blob, &w.spare)
}

// id is the number in the engine of one of the worker's hosts.
func (w *worker[E]) id(local uint32) HostID {
	return HostID(int(local)*len(w.engine.workers) + w.index)
}

// find is one of this window's arrivals. Every key was made of one, and keys are looked
// up so often that to check them would be a fiftieth of a run.
func (w *worker[E]) find(key uint64) *Event[E] {
	return (*Event[E])(unsafe.Add(w.first[sender(key)], place(key)*unsafe.Sizeof(Event[E]{})))
}

// sentBefore is the order of arrivals at the same time.
func (w *worker[E]) sentBefore(a, b uint64) bool {
	if from, other := w.find(a).From, w.find(b).From; from != other {
		return from < other
	}
	return w.in[sender(a)].heads[place(a)].seq < w.in[sender(b)].heads[place(b)].seq
}

// play gives a turn to every host of the worker that has something to do in
// the window, and to those of others that are behind.
func (w *worker[E]) play(start, end time.Duration) {
	w.reclaim()
	w.gather()
	w.findDue(end)
	w.turn.start, w.turn.end, w.turn.by = start, end, w
	w.left.Store(int64(len(w.due)))
	w.playDue()
}

// findDue lists the hosts that have something to do.
func (w *worker[E]) findDue(end time.Duration) {
	from := uint32(0)
	w.wake = Never
	w.due = w.due[:0]
	for i, n := range w.count {
		if n == 0 && w.next[i] >= end {
			w.wake = min(w.wake, w.next[i])
			continue
		}
		w.due = append(w.due, due{uint32(i), from, from + n})
		from += n
	}
	w.played += int64(from)
}

// reclaim takes back the memory of what the worker sent for the last window, which
// everybody has read, unless they read the same cells now, a whole ring
// later.
func (w *worker[E]) reclaim() {
	e := w.engine
	if w.last == e.first {
		return
	}
	for dst := range e.workers {
		if c := &e.cells[(w.index*len(e.workers)+dst)*e.ring+w.last]; cap(c.events) > 0 {
			w.spare = append(w.spare, c.buffer)
			c.buffer = buffer[E]{}
		}
	}
	w.last = e.first
}

// due is a host that has a turn, and the place of its arrivals in keys.
type due struct{ host, from, to uint32 }

// gather puts the window's arrivals host by host: a counting sort of their keys
// over the cells that all workers have filled for this window.
func (w *worker[E]) gather() {
	e := w.engine
	clear(w.count)
	total := 0
	for src := range e.workers {
		c := e.cell(src, w.index, 0)
		if len(c.heads) > 1<<indexBits {
			panic("engine: more events in a window than a key has places for")
		}
		w.in[src], w.first[src] = c, unsafe.Pointer(unsafe.SliceData(c.events))
		for i := range c.heads {
			h := &c.heads[i]
			if h.off == far {
				ev := &c.events[i]
				*w.send(ev.At, ev.From, w.id(h.to), h.seq, c.blob(ev)) = ev.Body
				continue
			}
			w.count[h.to]++
			total++
		}
	}
	if cap(w.keys) < total {
		w.keys = make([]uint64, total+total/4)
	}
	w.keys = w.keys[:total]
	at := uint32(0)
	for i, k := range w.count { // from counts to first places
		w.count[i] = at
		at += k
	}
	for src, c := range w.in[:len(e.workers)] {
		key := uint64(src) << indexBits
		for i := range c.heads {
			if h := &c.heads[i]; h.off != far {
				first := &w.count[h.to]
				w.keys[*first] = uint64(h.off)<<placeBits | key
				*first++
			}
			key++
		}
	}
	for i := len(w.count) - 1; i > 0; i-- { // from last places back to counts
		w.count[i] -= w.count[i-1]
	}
}
