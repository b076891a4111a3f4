package engine

import (
	"runtime"
	"sync/atomic"
)

// Work stealing: a worker that has played its own due hosts takes due hosts of other workers, so
// that all finish a window together. Due hosts are taken in chunks, which become smaller as fewer
// remain. The worker that plays a host also prefetches for it.

// remaining is the number of a worker's due hosts that no worker has taken. Other workers read and
// lower it while its owner is busy, so it has a cache line of its own.
type remaining struct {
	_ [64]byte
	atomic.Int64
	_ [56]byte
}

// minChunk is the least number of hosts in a chunk, unless fewer remain.
const minChunk = 4

// chunk is a range of a worker's due hosts that the same worker or another has taken.
type chunk[E any] struct {
	of       *worker[E]
	from, to int
}

// takeChunk takes some of the worker's due hosts, from the front of what remains.
func (w *worker[E]) takeChunk() (c chunk[E], ok bool) {
	for {
		n := w.remaining.Load()
		if n == 0 {
			return c, false
		}
		size := n
		if workers := int64(len(w.engine.workers)); workers > 1 {
			size = min(n, max(n/(2*workers), minChunk))
		}
		if w.remaining.CompareAndSwap(n, n-size) {
			from := len(w.due) - int(n)
			return chunk[E]{w, from, from + int(size)}, true
		}
	}
}

// task is a host to be played in this window.
type task[E any] struct {
	hostEntry[E]
	local    uint32 // the host's index at its own worker
	arrivals Arrivals[E]
}

// nextTask returns the next host to play: one of the worker's own while any remain, then one of
// the workers that follow it.
func (w *worker[E]) nextTask() (t task[E], ok bool) {
	c := &w.chunk
	all := w.engine.workers
	for i := 0; c.from == c.to; i++ {
		if i == len(all) {
			return t, false
		}
		if next, ok := all[(w.index+i)%len(all)].takeChunk(); ok {
			*c = next
		}
	}
	d := &c.of.due[c.from]
	c.from++
	return task[E]{c.of.hosts[d.host], d.host, Arrivals[E]{c.of, c.of.keys[d.from:d.to]}}, true
}

// playDue plays hosts until no worker has due hosts left.
func (w *worker[E]) playDue() {
	if w.prefetches() {
		w.playPrefetching()
		return
	}
	for {
		t, ok := w.nextTask()
		if !ok {
			return
		}
		w.playHost(&t)
	}
}

// playHost plays one host's window.
func (w *worker[E]) playHost(t *task[E]) {
	win, of := &w.window, t.arrivals.of
	win.Arrivals, win.host = t.arrivals, of.id(t.local)
	win.seq, win.popped = of.seq[t.local], 0
	win.sort()
	next := t.host.PlayWindow(win)
	of.next[t.local], of.seq[t.local] = next, win.seq
	w.wake = min(w.wake, next)
	if w.sinceYield += len(win.keys) + 1; w.sinceYield >= yieldAfter {
		w.sinceYield = 0
		runtime.Gosched()
	}
}

// yieldAfter is the number of arrivals and hosts, a few milliseconds' worth, after which a worker
// yields. The Go runtime interrupts a goroutine that has run for 10 ms by a signal, which costs far
// more.
const yieldAfter = 8192
