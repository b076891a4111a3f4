package engine

import "time"

// pool runs the workers. The goroutine that calls Run is the first worker; each other worker has a
// goroutine of its own. Within a window workers share two things: each worker's count of hosts not
// yet taken, atomic because others steal from it, and the cells of later windows, each of which one
// worker alone writes.
type pool[E any] struct {
	workers    []*worker[E]
	start, end time.Duration // of the window
	windows    waitCounter   // windows begun: workers await the next number
	busy       waitCounter   // workers but the first that have not finished the window
	stopped    bool
}

// newPool starts the workers.
func newPool[E any](workers []*worker[E]) *pool[E] {
	p := &pool[E]{workers: workers, windows: newWaitCounter(), busy: newWaitCounter()}
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

// play plays a window on all workers, and returns when all have finished it.
func (p *pool[E]) play(start, end time.Duration) {
	if len(p.workers) > 1 {
		p.start, p.end = start, end
		p.busy.add(int64(len(p.workers) - 1))
		p.windows.add(1)
	}
	p.workers[0].play(start, end)
	p.busy.await(0)
}

// stop tells the workers' goroutines to end, and does not wait for them. It must not be called
// during play.
func (p *pool[E]) stop() {
	p.stopped = true
	p.windows.add(1)
}
