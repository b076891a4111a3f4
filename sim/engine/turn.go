package engine

import (
	"fmt"
	"slices"
	"time"

	"swarmsim/prefetch"
)

// Host is an actor. Turn plays everything that happens to it before t.End():
// the arrivals that t hands out in order, and what the host itself has planned.
// It returns when the host next wants a turn even if nothing arrives, or Never.
//
// Ahead has memory fetched that the coming turn will touch (package prefetch).
// It is called with each step from 0 to Steps-1 while other hosts have their
// turns, in order, so that a step may look at what the one before has had fetched; it
// may change nothing that a result depends on. Small worlds, which fit the cache, do
// without.
type Host[E any] interface {
	Turn(t *Turn[E]) (next time.Duration)
	Ahead(l *prefetch.List, step int, arrivals Arrivals[E])
}

// Steps is how many turns ahead of its own a host hears of it.
const Steps = 6

// Arrivals are the events that arrive at a host in a window, in order. While it is
// ahead of its turn they are in none, and in step 0 not yet fetched.
type Arrivals[E any] struct {
	w    *worker[E]
	keys []uint64 // offset in the window << placeBits | sending worker << indexBits | place in its cell
}

// A key has 30 bits for the offset, as MaxLookahead is below 2^30 ns, 8 for the
// worker, and 26 for the place: four gigabytes of events.
const (
	placeBits  = 34
	indexBits  = 26
	maxWorkers = 1 << (placeBits - indexBits)
)

// Len is how many there are.
func (a *Arrivals[E]) Len() int { return len(a.keys) }

func sender(key uint64) uint8 { return uint8(key >> indexBits) }

func place(key uint64) uintptr { return uintptr(key & (1<<indexBits - 1)) }

// At is the i-th of them.
func (a *Arrivals[E]) At(i int) *Event[E] { return a.w.find(a.keys[i]) }

// End is the end of the window; nothing at or after it may be played.
func (a *Arrivals[E]) End() time.Duration { return a.w.turn.end }

// Swap exchanges two of them. It may be called only ahead of the turn, while they
// are in no order.
func (a *Arrivals[E]) Swap(i, j int) { a.keys[i], a.keys[j] = a.keys[j], a.keys[i] }

// Turn is one host's share of one window.
type Turn[E any] struct {
	Arrivals[E]
	by    *worker[E] // who plays it, and sends what it sends
	host  HostID
	seq   uint32
	start time.Duration
	end   time.Duration
	next  int
}

// Worker tells which worker plays the turn, from 0: an index for scratch
// memory that hosts share. It may be another in each turn, and must not reach a result.
func (t *Turn[E]) Worker() int { return t.by.index }

// Peek returns when the next arrival is due, or Never.
func (t *Turn[E]) Peek() time.Duration {
	if t.next == len(t.keys) {
		return Never
	}
	return t.start + time.Duration(t.keys[t.next]>>placeBits)
}

// Pop returns the next arrival and the bytes it brought, if any. The event is
// the host's until the turn ends.
func (t *Turn[E]) Pop() (*Event[E], []byte) {
	t.next++
	return t.Popped(t.next - 1)
}

// Popped returns an arrival of this turn again, by its place in their order.
func (t *Turn[E]) Popped(i int) (*Event[E], []byte) {
	e := t.At(i)
	if e.blob == 0 {
		return e, nil
	}
	return e, t.w.in[sender(t.keys[i])].blob(e)
}

// Send has an event arrive at the host to at the given time, which may not lie
// before the end of this window: that is the promise that lets hosts run at
// the same time. The event's body is for the caller to set at once. The receiver
// owns blob from now on.
func (t *Turn[E]) Send(at time.Duration, to HostID, blob []byte) *E {
	if at < t.end {
		panic(fmt.Sprintf("engine: host %d sends to host %d for %v, inside the window that ends at %v: a path is shorter than the lookahead",
			t.host, to, at, t.end))
	}
	t.seq++
	return t.by.send(at, t.host, to, t.seq, blob)
}

// order sorts the arrivals: by time, and then by sending host and its sequence.
// Sorting the small keys and not the events is what keeps a window cheap.
func (t *Turn[E]) order() {
	keys := t.keys
	if len(keys) > few {
		slices.Sort(keys)
	} else {
		insert(keys)
	}
	for i := 1; i < len(keys); i++ {
		for j := i; j > 0 && (keys[j]^keys[j-1])>>placeBits == 0 && t.w.sentBefore(keys[j], keys[j-1]); j-- {
			keys[j], keys[j-1] = keys[j-1], keys[j]
		}
	}
}

// few arrivals, as most turns have, are put in order soonest by insertion.
const few = 12

func insert(keys []uint64) {
	for i := 1; i < len(keys); i++ {
		k, j := keys[i], i
		for ; j > 0 && keys[j-1] > k; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
	}
}
