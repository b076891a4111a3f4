// Package hugepages has the memory that a large swarm will take come in large pages.
//
// A swarm's memory is touched here and there, and of pages of 4 KiB the processor knows
// the places of too few: each line that is not in its cache costs a walk through tables
// first, even one that is fetched ahead (package prefetch). Linux gives pages of 2 MiB to
// whoever asks, unless its transparent_hugepage is set to never; what is always does
// without being asked. A hint changes no result. Elsewhere nothing happens.
package hugepages

import (
	"runtime"
	"sync/atomic"
)

// Most that is asked for, in bytes: a guess that is far too high does no harm.
const Most = 1 << 30

// asked is what has been asked for so far: the heap keeps it.
var asked atomic.Int64

// Expect says that about so many bytes of heap will be needed soon. Nothing is used by
// it but addresses.
func Expect(bytes int64) {
	bytes = min(bytes, Most)
	if was := asked.Load(); bytes <= was || !asked.CompareAndSwap(was, bytes) {
		return
	}
	ask(bytes)
	runtime.GC() // what was asked for is free, for whoever needs memory next
}
