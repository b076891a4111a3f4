package engine

import (
	"fmt"
	"slices"
	"time"
)

// Host is an actor. Turn plays everything that happens to it before t.End():
// the arrivals that t hands out in order, and what the host itself has planned.
// It returns when the host next wants a turn even if nothing arrives, or Never.
//
// Ahead has memory fetched that the coming turn will touch (package prefetch).
// It is called with each step from 0 to Steps-1 while other hosts have their
// turns, so that a step may look at what the one before has had fetched; it may
// change nothing. Small worlds, which fit the cache, do without.
type Host[E any] interface {
	Turn(t *Turn[E]) (next time.Duration)
	Ahead(step int, arrivals []Event[E])
}

// Steps is how many turns ahead of its own a host hears of it.
const Steps = 5

// Turn is one host's share of one window.
type Turn[E any] struct {
	w        *worker[E]
	host     HostID
	seq      uint32
	start    time.Duration
	end      time.Duration
	arrivals []Event[E]
	keys     []uint64 // offset in the window << 32 | place in arrivals, sorted
	next     int
}

// Worker tells which worker plays the turn, from 0: an index for scratch
// memory that hosts share. It must not reach a result.
func (t *Turn[E]) Worker() int { return t.w.index }

// End is the end of the window; nothing at or after it may be played.
func (t *Turn[E]) End() time.Duration { return t.end }

// Peek returns when the next arrival is due, or Never.
func (t *Turn[E]) Peek() time.Duration {
	if t.next == len(t.keys) {
		return Never
	}
	return t.start + time.Duration(t.keys[t.next]>>32)
}

// Pop returns the next arrival and the bytes it brought, if any. The event is
// the host's until the turn ends.
func (t *Turn[E]) Pop() (*Event[E], []byte) {
	t.next++
	return t.Popped(t.next - 1)
}

// Popped returns an arrival of this turn again, by its place in their order.
func (t *Turn[E]) Popped(i int) (*Event[E], []byte) {
	e := &t.arrivals[uint32(t.keys[i])]
	if e.blob == 0 {
		return e, nil
	}
	return e, t.w.blobs[e.blob-1]
}

// Send has body arrive at the host to at the given time, which may not lie
// before the end of this window: that is the promise that lets hosts run at
// the same time. The receiver owns blob from now on.
func (t *Turn[E]) Send(at time.Duration, to HostID, body E, blob []byte) {
	if at < t.end {
		panic(fmt.Sprintf("engine: host %d sends to host %d for %v, inside the window that ends at %v: a path is shorter than the lookahead",
			t.host, to, at, t.end))
	}
	t.seq++
	e := Event[E]{At: at, From: t.host, To: to, seq: t.seq, Body: body}
	t.w.cellFor(to, at).add(e, blob)
}

// order sorts the arrivals. Sorting the small keys and not the events is what
// keeps a window cheap; keys equal in time are put right by source and
// sequence afterwards.
func (t *Turn[E]) order(keys []uint64) []uint64 {
	keys = keys[:0]
	for i := range t.arrivals {
		keys = append(keys, uint64(t.arrivals[i].At-t.start)<<32|uint64(i))
	}
	if len(keys) > few {
		slices.Sort(keys)
	} else {
		insert(keys)
	}
	for i := 1; i < len(keys); i++ {
		for j := i; j > 0 && keys[j]>>32 == keys[j-1]>>32 &&
			t.arrivals[uint32(keys[j])].before(&t.arrivals[uint32(keys[j-1])]); j-- {
			keys[j], keys[j-1] = keys[j-1], keys[j]
		}
	}
	t.keys, t.next = keys, 0
	return keys
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
