package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// barrier is a counter on whose value goroutines wait. A window takes so little time that putting a
// goroutine to sleep and waking it would take longer than most waits: a waiting goroutine spins
// first, and yields to others between its reads.
type barrier struct {
	count   atomic.Int64
	changed *sync.Cond // for the goroutines that have spun in vain
}

func newBarrier() barrier { return barrier{changed: sync.NewCond(&sync.Mutex{})} }

// spins is how often await reads the counter before it sleeps: some tens of microseconds.
const spins = 200

func (b *barrier) add(n int64) {
	b.count.Add(n)
	b.changed.L.Lock()
	b.changed.Broadcast()
	b.changed.L.Unlock()
}

// await returns when the counter is n.
func (b *barrier) await(n int64) {
	for range spins {
		if b.count.Load() == n {
			return
		}
		runtime.Gosched()
	}
	b.changed.L.Lock()
	defer b.changed.L.Unlock()
	for b.count.Load() != n {
		b.changed.Wait()
	}
}
