package engine

import "time"

// pool runs the workers. The goroutine that calls Run is the first worker, each other worker has a
// goroutine of its own. Within a window they share the numbers of remaining hosts and cells of
// later windows, each of which has one writer.
type pool[E any] struct {
	workers    []*worker[E]
	start, end time.Duration // of the window
	windows    barrier       // windows begun
	busy       barrier       // workers but the first that have not finished the window
	stopped    bool
}

// newPool starts the workers.
func newPool[E any](workers []*worker[E]) *pool[E] {
	p := &pool[E]{workers: workers, windows: newBarrier(), busy: newBarrier()}
	for _, w := range workers[1:] {
		go p.run(w)
	}
	return p
}

func (p *pool[E]) run(w *worker[E]) {
	for n := int64(1); ; n++ {
		p.windows.await(n)
		if p.stopped {
			return
		}
		w.play(p.start, p.end)
		p.busy.add(-1)
	}
}

// play plays a window on all workers.
func (p *pool[E]) play(start, end time.Duration) {
	if len(p.workers) > 1 {
		p.start, p.end = start, end
		p.busy.add(int64(len(p.workers) - 1))
		p.windows.add(1)
	}
	p.workers[0].play(start, end)
	p.busy.await(0)
}

// stop ends the workers' goroutines.
func (p *pool[E]) stop() {
	p.stopped = true
	p.windows.add(1)
}
