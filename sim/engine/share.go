package engine

import (
	"math"
	"runtime"
	"sync/atomic"

	"swarmsim/prefetch"
)

// A worker's hosts have more to do in one window than in the next. One that is through
// with its own plays for others, so that all end together: who plays a host makes no
// difference to it. Hosts are handed out a few at a time, the fewer the fewer are left,
// and whoever takes one sees to what its turn will touch too.

// left is how many of the due hosts nobody has taken. Others look at it while the
// worker is busy; it stands on a cache line of its own.
type left struct {
	_ [64]byte
	atomic.Int64
	_ [56]byte
}

// leastShare is the fewest hosts that are handed out, where there are as many.
const leastShare = 4

// share is due hosts of a worker that another, or itself, has taken.
type share[E any] struct {
	of       *worker[E]
	from, to int
}

// job is one of them.
type job[E any] struct {
	of       *worker[E]
	local    uint32 // its number there
	host     Host[E]
	arrivals Arrivals[E]
}

// handOut gives away some of the due hosts that nobody has taken.
func (w *worker[E]) handOut() (s share[E], ok bool) {
	for {
		n := w.left.Load()
		if n == 0 {
			return s, false
		}
		size := n
		if workers := int64(len(w.engine.workers)); workers > 1 {
			size = min(n, max(n/(2*workers), leastShare))
		}
		if w.left.CompareAndSwap(n, n-size) {
			from := len(w.due) - int(n)
			return share[E]{w, from, from + int(size)}, true
		}
	}
}

// take names the next host to play: one of the worker's own, or of those who come
// after it.
func (w *worker[E]) take() (j job[E], ok bool) {
	s := &w.share
	all := w.engine.workers
	for i := 0; s.from == s.to; i++ {
		if i == len(all) {
			return j, false
		}
		if next, some := all[(w.index+i)%len(all)].handOut(); some {
			*s = next
		}
	}
	d := &s.of.due[s.from]
	s.from++
	return job[E]{s.of, d.host, s.of.hosts[d.host], Arrivals[E]{s.of, s.of.keys[d.from:d.to]}}, true
}

// crowd is how many hosts a worker must have for their memory to be too much
// for the cache.
const crowd = 150

// jobsAhead is room for those that hear of their turns and the one that has it: the
// power of two beyond Steps.
const jobsAhead = 8

const _ = uint(jobsAhead - Steps - 1) // there is room for all

// playDue gives hosts their turns until nobody has any left. Where there are many, a
// host hears of its turn Steps turns ahead.
func (w *worker[E]) playDue() {
	var coming [jobsAhead]job[E]
	steps, last := Steps, math.MaxInt
	if len(w.hosts) < crowd {
		steps = 0
	}
	for i := 0; i-steps < last; i++ {
		if i < last {
			j, ok := w.take()
			if !ok {
				last = i
			} else if steps > 0 {
				w.aheadOfShare()
			}
			coming[i%jobsAhead] = j
		}
		for step := range steps {
			if k := i - step; k >= 0 && k < last {
				j := &coming[k%jobsAhead]
				j.host.Ahead(&w.lines, step, j.arrivals)
			}
		}
		w.lines.Fetch()
		if k := i - steps; k >= 0 && k < last {
			w.playHost(&coming[k%jobsAhead])
		}
	}
}

// aheadOfShare has fetched what the engine itself knows of the hosts that are taken after
// those that hear of their turns. It stands in a row, but so much is touched between one
// host and the next that no processor takes it for one.
func (w *worker[E]) aheadOfShare() {
	of, l := w.share.of, &w.lines
	far := w.share.from + 2*shareAhead
	if far >= len(of.due) {
		return
	}
	prefetch.Add(l, &of.due[far])
	d := &of.due[far-shareAhead]
	prefetch.Add(l, &of.hosts[d.host])
	prefetch.Add(l, &of.seq[d.host])
	prefetch.Add(l, &of.next[d.host])
	if d.from < d.to {
		prefetch.Add(l, &of.keys[d.from])
	}
}

// shareAhead is how many hosts after the one that is taken.
const shareAhead = 8

// playHost gives a host its turn.
func (w *worker[E]) playHost(j *job[E]) {
	t, of := &w.turn, j.of
	t.Arrivals, t.host = j.arrivals, of.id(j.local)
	t.seq, t.next = of.seq[j.local], 0
	t.order()
	next := j.host.Turn(t)
	of.next[j.local], of.seq[j.local] = next, t.seq
	w.wake = min(w.wake, next)
	if w.unpaused += len(t.keys) + 1; w.unpaused >= pauseAfter {
		w.unpaused = 0
		runtime.Gosched()
	}
}

// pauseAfter so many arrivals and turns, a few milliseconds' worth, a worker pauses. A
// goroutine that runs for ten is interrupted by a signal, which costs far more.
const pauseAfter = 8192
