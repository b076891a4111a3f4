package engine

import (
	"math"
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
	To   HostID
	seq  uint32
	blob uint32
	Body E
}

// before is the one order of events: time, sending host, sending sequence.
func (e *Event[E]) before(o *Event[E]) bool {
	if e.At != o.At {
		return e.At < o.At
	}
	if e.From != o.From {
		return e.From < o.From
	}
	return e.seq < o.seq
}

// cell holds the events from one worker's hosts to another worker's hosts that
// arrive in one window. While the window is played, only its reader touches
// it; before that, only its writer: so a barrier a window is all the locking
// there is.
type cell[E any] struct {
	events []Event[E]
	blobs  [][]byte
}

func (c *cell[E]) add(e Event[E], blob []byte) {
	e.blob = 0
	if blob != nil {
		c.blobs = append(c.blobs, blob)
		e.blob = uint32(len(c.blobs))
	}
	c.events = append(c.events, e)
}

func (c *cell[E]) blob(e *Event[E]) []byte {
	if e.blob == 0 {
		return nil
	}
	return c.blobs[e.blob-1]
}

func (c *cell[E]) clear() {
	c.events = c.events[:0]
	clear(c.blobs)
	c.blobs = c.blobs[:0]
}
