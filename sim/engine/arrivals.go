package engine

import (
	"slices"
	"time"
)

// Arrivals are the events that arrive at one host in one window: in order while the host is
// played, and in no order while its memory is prefetched.
type Arrivals[E any] struct {
	of   *worker[E] // the host's own worker
	keys []uint64   // offset in the window << offsetShift | sending worker << indexBits | index among its events
}

// A key has 30 bits for the time, as MaxLookahead is less than 2^30 ns, 8 for the worker and 26 for
// the index, which is 4 GiB of events. Sorting keys, not events, makes a window cheap.
const (
	offsetShift = 34
	indexBits   = 26
	maxWorkers  = 1 << (offsetShift - indexBits)
)

func sender(key uint64) uint8 { return uint8(key >> indexBits) }

func indexOf(key uint64) uint64 { return key & (1<<indexBits - 1) }

// Len is the number of arrivals.
func (a *Arrivals[E]) Len() int { return len(a.keys) }

// At returns the i-th arrival.
func (a *Arrivals[E]) At(i int) *Event[E] { return a.of.find(a.keys[i]) }

// End is the end of the window. Events at or after it belong to the next one.
func (a *Arrivals[E]) End() time.Duration { return a.of.window.end }

// Swap exchanges two arrivals. Only Prefetch may call it.
func (a *Arrivals[E]) Swap(i, j int) { a.keys[i], a.keys[j] = a.keys[j], a.keys[i] }

// sort orders the arrivals by time, sending host and sequence number.
func (a *Arrivals[E]) sort() {
	keys := a.keys
	if len(keys) > insertionSortMax {
		slices.Sort(keys)
	} else {
		insertionSort(keys)
	}
	// So far, arrivals at the same time are in the order of sending worker and index, which depends on
	// the number of workers.
	for i := 1; i < len(keys); i++ {
		for j := i; j > 0 && (keys[j]^keys[j-1])>>offsetShift == 0 && a.of.sentBefore(keys[j], keys[j-1]); j-- {
			keys[j], keys[j-1] = keys[j-1], keys[j]
		}
	}
}

// insertionSortMax is the number of keys up to which insertion sort is the faster one. Most windows
// of a host have fewer arrivals.
const insertionSortMax = 12

func insertionSort(keys []uint64) {
	for i := 1; i < len(keys); i++ {
		k, j := keys[i], i
		for ; j > 0 && keys[j-1] > k; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
	}
}
