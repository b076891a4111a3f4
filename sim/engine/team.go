package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// team is the workers at work: whoever runs the engine is the first of them, the others
// have a goroutine each. They share nothing inside a window but who plays which host,
// and cells of later windows, each of which has one writer.
type team[E any] struct {
	workers    []*worker[E]
	start, end time.Duration // of the window
	windows    gate          // how many have begun
	busy       gate          // workers, without the first, that are not through with it
	over       bool
}

// assemble starts the workers.
func (e *Engine[E]) assemble() *team[E] {
	t := &team[E]{workers: e.workers, windows: newGate(), busy: newGate()}
	for _, w := range e.workers[1:] {
		go t.work(w)
	}
	return t
}

func (t *team[E]) work(w *worker[E]) {
	for n := int64(1); ; n++ {
		t.windows.await(n)
		if t.over {
			return
		}
		w.play(t.start, t.end)
		t.busy.add(-1)
	}
}

// play has everybody play a window.
func (t *team[E]) play(start, end time.Duration) {
	if len(t.workers) > 1 {
		t.start, t.end = start, end
		t.busy.add(int64(len(t.workers) - 1))
		t.windows.add(1)
	}
	t.workers[0].play(start, end)
	t.busy.await(0)
}

// stop sends the workers home.
func (t *team[E]) stop() {
	t.over = true
	t.windows.add(1)
}

// gate is a number that some wait for others to bring to a value. A window is soon over,
// and to put a goroutine to sleep and wake it takes longer than most waits: so whoever
// waits looks again and again at first, and lets others run meanwhile.
type gate struct {
	number atomic.Int64
	change *sync.Cond // where those sleep who have looked in vain
}

func newGate() gate { return gate{change: sync.NewCond(&sync.Mutex{})} }

// looks is how often one looks before going to sleep: some tens of microseconds.
const looks = 200

func (g *gate) add(n int64) {
	g.number.Add(n)
	g.change.L.Lock()
	g.change.Broadcast()
	g.change.L.Unlock()
}

func (g *gate) await(n int64) {
	for range looks {
		if g.number.Load() == n {
			return
		}
		runtime.Gosched()
	}
	g.change.L.Lock()
	defer g.change.L.Unlock()
	for g.number.Load() != n {
		g.change.Wait()
	}
}
