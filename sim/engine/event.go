package engine

import (
	"math"
	"slices"
	"time"
)

// Never is later than any event.
const Never = time.Duration(math.MaxInt64)

// HostID numbers the hosts of an engine from 0, in the order they were added.
type HostID uint32

// Event is something one host does to another. E must be a value without
// pointers, so that the queues of a large run cost the garbage collector
// nothing; the rare event that carries bytes brings them as its blob.
type Event[E any] struct {
	At   time.Duration
	From HostID
	blob uint32
	Body E
}

// head is what putting events in order needs to know of one. It is kept beside
// the event, which thus stays where its sender wrote it until its receiver reads
// it, and is one cache line where its body allows.
type head struct {
	to  uint32 // its receiver, among the hosts of its worker
	off uint32 // nanoseconds after its window began, or far
	seq uint32 // its number among the events of its sender
}

// far marks an event that lies beyond the ring of windows.
const far = math.MaxUint32

// cell holds the events from one worker's hosts to another worker's hosts that
// arrive in one window. While the window is played, only its reader touches
// it; before and after that, only its writer: so a barrier a window is all the
// locking there is.
type cell[E any] struct {
	buffer[E]
	blobs [][]byte
}

// buffer is the memory of a cell. Few cells hold events at a time, so that cells hand
// it on: what was read last is written next, while it may still be in the cache.
type buffer[E any] struct {
	heads  []head
	events []Event[E]
}

// add appends an event and returns its body, which holds anything yet. An empty cell
// takes its memory from spare, if there is any.
func (c *cell[E]) add(h head, at time.Duration, from HostID, blob []byte, spare *[]buffer[E]) *E {
	if cap(c.events) == 0 {
		if n := len(*spare); n > 0 {
			c.buffer, *spare = (*spare)[n-1], (*spare)[:n-1]
		}
	}
	c.heads = append(c.heads, h)
	n := len(c.events)
	if n == cap(c.events) {
		c.events = slices.Grow(c.events, 1)
	}
	c.events = c.events[:n+1]
	e := &c.events[n]
	e.At, e.From, e.blob = at, from, 0
	if blob != nil {
		c.blobs = append(c.blobs, blob)
		e.blob = uint32(len(c.blobs))
	}
	return &e.Body
}

func (c *cell[E]) blob(e *Event[E]) []byte {
	if e.blob == 0 {
		return nil
	}
	return c.blobs[e.blob-1]
}

func (c *cell[E]) clear() {
	c.heads, c.events = c.heads[:0], c.events[:0]
	clear(c.blobs)
	c.blobs = c.blobs[:0]
}
