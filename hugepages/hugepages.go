// Package hugepages asks the system to back the heap that a large swarm will take with huge pages.
//
// A swarm's memory is accessed at random, and with pages of 4 KiB the processor's TLB covers too
// little of it: an access that misses the cache, a prefetched one included (package prefetch),
// waits for a page table walk first. That is 5 to 8 % of a run. Linux gives pages of 2 MiB on
// request where its transparent_hugepage setting is madvise, as on most distributions; where it is
// always it gives them unasked, where it is never not at all. On other systems nothing happens.
// Results do not depend on it.
//
// It concerns the whole process, so that only commands use it: before a run they call Expect with
// sim.Footprint. cmd/swarmsim and cmd/bench do.
package hugepages

import (
	"math"
	"runtime/debug"
	"sync/atomic"
)

// maxBytes bounds what is requested: a footprint may be far too high, and a 32-bit system has few
// addresses.
const maxBytes = min(1<<30, math.MaxInt/16)

// requested is the largest request so far. The Go heap keeps the addresses for good.
var requested atomic.Int64

// Expect says that about that number of bytes of heap will be needed soon. It takes addresses, and
// no memory until they are used. Only what exceeds all earlier calls has an effect.
func Expect(bytes int64) {
	bytes = min(bytes, maxBytes)
	if was := requested.Load(); bytes <= was || !requested.CompareAndSwap(was, bytes) {
		return
	}
	request(bytes)
	debug.FreeOSMemory() // the heap reuses the addresses; until then the memory is the system's
}
