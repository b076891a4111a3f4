// Package hugepages has the memory that a large swarm will take come in large pages.
//
// A swarm's memory is touched here and there, and of pages of 4 KiB the processor knows
// the places of too few: each line that is not in its cache costs a walk through tables
// first, even one that is fetched ahead (package prefetch). Linux gives pages of 2 MiB to
// whoever asks, where the kernel's transparent_hugepage is at madvise, as it mostly is;
// at always it does so unasked, at never not at all. A hint changes no result. Elsewhere
// nothing happens. sim says before a run what it will take.
package hugepages

import (
	"math"
	"runtime/debug"
	"sync/atomic"
)

// most is the most that is asked for, in bytes: guesses may be far too high, and
// addresses few.
const most = min(1<<30, math.MaxInt/16)

// asked is what has been asked for so far: the heap keeps it.
var asked atomic.Int64

// Expect says that about so many bytes of heap will be needed soon. Nothing is used by
// it but addresses.
func Expect(bytes int64) {
	bytes = min(bytes, most)
	if was := asked.Load(); bytes <= was || !asked.CompareAndSwap(was, bytes) {
		return
	}
	ask(bytes)
	debug.FreeOSMemory() // whoever needs memory next finds it; until then it counts as nobody's
}
