package engine

import "time"

// worker plays the hosts whose number leaves its index as the remainder; a
// host stays with one worker, so its state stays with one core.
type worker[E any] struct {
	engine *Engine[E]
	index  int
	hosts  []Host[E]
	next   []time.Duration // when each host wants its next turn
	seq    []uint32        // events each host has sent
	count  []uint32        // arrivals of each host in this window
	sorted []Event[E]      // this window's arrivals, host by host
	blobs  [][]byte        // what they brought
	keys   []uint64
	due    []due // the hosts that have a turn in this window
	turn   Turn[E]
	wake   time.Duration // the earliest of next
	played int64         // arrivals handed out so far
}

// cellFor names the cell for an event that arrives at host to at that time. An
// event beyond the ring of windows waits in the last one and is sorted in
// again from there.
func (w *worker[E]) cellFor(to HostID, at time.Duration) *cell[E] {
	e := w.engine
	index := min(int64(at/e.lookahead), e.window+int64(e.ring)-1)
	return e.cell(w.index, int(to)%len(e.workers), index)
}

// play gives a turn to every host of the worker that has something to do in
// the window.
func (w *worker[E]) play(start, end time.Duration) {
	w.gather(end)
	from := uint32(0)
	wake := Never
	w.due = w.due[:0]
	for i, n := range w.count {
		if n == 0 && w.next[i] >= end {
			wake = min(wake, w.next[i])
			continue
		}
		w.due = append(w.due, due{uint32(i), from, from + n})
		from += n
	}
	t := &w.turn
	t.w, t.start, t.end = w, start, end
	for k := -Steps; k < 0; k++ {
		w.ahead(k)
	}
	for k, d := range w.due {
		w.ahead(k)
		t.host = HostID(int(d.host)*len(w.engine.workers) + w.index)
		t.seq = w.seq[d.host]
		t.arrivals = w.sorted[d.from:d.to]
		w.keys = t.order(w.keys)
		w.next[d.host] = w.hosts[d.host].Turn(t)
		w.seq[d.host] = t.seq
		wake = min(wake, w.next[d.host])
	}
	w.played += int64(from)
	w.wake = wake
}

// due is a host that has a turn, and its place in sorted.
type due struct{ host, from, to uint32 }

// crowd is how many hosts a worker must have for their memory to be too much
// for the cache.
const crowd = 150

// ahead tells the hosts whose turns come soon after the k-th.
func (w *worker[E]) ahead(k int) {
	if len(w.hosts) < crowd {
		return
	}
	for step := range Steps {
		if j := k + Steps - step; j >= 0 && j < len(w.due) {
			d := &w.due[j]
			w.hosts[d.host].Ahead(step, w.sorted[d.from:d.to])
		}
	}
}

// gather puts the window's arrivals host by host: a counting sort over the
// cells that all workers have filled for this one.
func (w *worker[E]) gather(end time.Duration) {
	clear(w.count)
	clear(w.blobs)
	w.blobs = w.blobs[:0]
	e := w.engine
	n := uint32(len(e.workers))
	total := 0
	for src := range e.workers {
		c := e.cell(src, w.index, e.window)
		for i := range c.events {
			ev := &c.events[i]
			if ev.At >= end {
				w.cellFor(ev.To, ev.At).add(*ev, c.blob(ev))
				continue
			}
			w.count[uint32(ev.To)/n]++
			total++
		}
	}
	if total == 0 {
		for src := range e.workers {
			e.cell(src, w.index, e.window).clear()
		}
		return
	}
	if cap(w.sorted) < total {
		w.sorted = make([]Event[E], total+total/4)
	}
	w.sorted = w.sorted[:total]
	at := uint32(0)
	for i, k := range w.count { // from counts to first places
		w.count[i] = at
		at += k
	}
	for src := range e.workers {
		c := e.cell(src, w.index, e.window)
		for i := range c.events {
			ev := &c.events[i]
			if ev.At >= end {
				continue
			}
			place := &w.count[uint32(ev.To)/n]
			to := &w.sorted[*place]
			*place++
			*to = *ev
			if b := c.blob(ev); b != nil {
				w.blobs = append(w.blobs, b)
				to.blob = uint32(len(w.blobs))
			}
		}
		c.clear()
	}
	for i := len(w.count) - 1; i > 0; i-- { // from last places back to counts
		w.count[i] -= w.count[i-1]
	}
}
