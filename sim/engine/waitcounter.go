package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// waitCounter is a counter on whose value goroutines wait. A window takes so little time that
// putting a goroutine to sleep and waking it would take longer than most waits: a waiting goroutine
// spins first, and yields to others between its reads.
type waitCounter struct {
	count   atomic.Int64
	changed *sync.Cond // for the goroutines that have spun in vain
}

func newWaitCounter() waitCounter { return waitCounter{changed: sync.NewCond(&sync.Mutex{})} }

// spins is how often await reads the counter before it sleeps: some tens of microseconds.
const spins = 200

func (c *waitCounter) add(n int64) {
	c.count.Add(n)
	c.changed.L.Lock()
	c.changed.Broadcast()
	c.changed.L.Unlock()
}

// await returns once the counter is n.
func (c *waitCounter) await(n int64) {
	for range spins {
		if c.count.Load() == n {
			return
		}
		runtime.Gosched()
	}
	c.changed.L.Lock()
	defer c.changed.L.Unlock()
	for c.count.Load() != n {
		c.changed.Wait()
	}
}
