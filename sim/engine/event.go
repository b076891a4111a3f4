package engine

import (
	"math"
	"time"
)

// Never is later than any event.
const Never = time.Duration(math.MaxInt64)

// Event is what one host sends another. E must be a value without pointers, so that the garbage
// collector does not scan the queues of a large run; bytes travel as the event's blob.
type Event[E any] struct {
	At   time.Duration
	From HostID
	blob uint32 // 1 plus its index in the cell's blobs, 0 for none
	Body E
}

// header is what putting an event in order requires. Headers are kept apart from events, so that
// an event stays where its sender wrote it until its receiver reads it, and fills one cache line if
// its body has the size for that.
type header struct {
	to     uint32 // the receiver's index at its worker
	offset uint32 // nanoseconds after its window's start, or beyondRing
	seq    uint32 // sequence number at the sender
}

// beyondRing marks an event that arrives after the last window of the ring.
const beyondRing = math.MaxUint32
