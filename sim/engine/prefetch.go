package engine

import (
	"math"

	"swarmsim/prefetch"
)

// Prefetcher is an optional interface of a Host. The engine asks for it once, in Add. See package
// prefetch for the reasons.
type Prefetcher[E any] interface {
	// Prefetch adds to l the memory that the coming PlayWindow will touch. It is called with each
	// step from 0 to PrefetchSteps-1 in order, while other hosts are played, so that a step may
	// read what the step before it has prefetched. The arrivals are in no order yet, and in step 0
	// not prefetched. It must not change anything that a result depends on.
	Prefetch(l *prefetch.List, step int, arrivals Arrivals[E])
}

// PrefetchSteps is by how many hosts Prefetch runs ahead of PlayWindow.
const PrefetchSteps = 6

// prefetchMinHosts is the number of hosts at which a worker begins to prefetch: the state of fewer
// fits the cache.
const prefetchMinHosts = 150

// prefetches reports whether the worker prefetches for the hosts that it plays.
func (w *worker[E]) prefetches() bool { return w.prefetchers > 0 && len(w.hosts) >= prefetchMinHosts }

// pipelineLen is the least power of two that holds the tasks being prefetched and the one being
// played.
const pipelineLen = 8

const _ = uint(pipelineLen - PrefetchSteps - 1) // does not compile if pipelineLen is too small

// playPrefetching plays hosts as playDue does. A host passes through a pipeline of PrefetchSteps
// before it is played.
func (w *worker[E]) playPrefetching() {
	var pipeline [pipelineLen]task[E]
	total := math.MaxInt // tasks, once it is known
	for i := 0; i-PrefetchSteps < total; i++ {
		if i < total {
			t, ok := w.nextTask()
			if ok {
				w.prefetchDue()
			} else {
				total = i
			}
			pipeline[i%pipelineLen] = t
		}
		for step := range PrefetchSteps {
			if k := i - step; k >= 0 && k < total {
				if t := &pipeline[k%pipelineLen]; t.prefetcher != nil {
					t.prefetcher.Prefetch(&w.prefetchList, step, t.arrivals)
				}
			}
		}
		w.prefetchList.Fetch()
		if k := i - PrefetchSteps; k >= 0 && k < total {
			w.playHost(&pipeline[k%pipelineLen])
		}
	}
}

// dueDistance is by how many tasks prefetchDue runs ahead of nextTask.
const dueDistance = 8

// prefetchDue adds what the engine itself reads of the hosts that follow in the chunk. It is read
// in sequence, but too much else is touched between two hosts for the hardware prefetcher to
// follow.
func (w *worker[E]) prefetchDue() {
	of, l := w.chunk.of, &w.prefetchList
	last := w.chunk.from + 2*dueDistance
	if last >= len(of.due) {
		return
	}
	prefetch.Add(l, &of.due[last])
	d := &of.due[last-dueDistance]
	prefetch.Add(l, &of.hosts[d.host])
	prefetch.Add(l, &of.seq[d.host])
	prefetch.Add(l, &of.next[d.host])
	if d.from < d.to {
		prefetch.Add(l, &of.keys[d.from])
	}
}
