package engine

import (
	"slices"
	"time"
)

// cell holds the events that arrive in one window from the hosts of one worker at those of another.
// Only its reader touches it while the window is played, and only its writer before and after, so
// one barrier per window (pool.play) is all the synchronization there is.
type cell[E any] struct {
	buffer[E]
	blobs [][]byte
}

// buffer is the memory of a cell. Few cells hold events at a time, so the buffer that was read last
// is written next, while it may still be in the cache.
type buffer[E any] struct {
	headers []header
	events  []Event[E]
}

// add appends an event and returns its body, which is not cleared. An empty cell takes its buffer
// from free if it can.
func (c *cell[E]) add(h header, at time.Duration, from HostID, blob []byte, free *[]buffer[E]) *E {
	if cap(c.events) == 0 {
		if n := len(*free); n > 0 {
			c.buffer, *free = (*free)[n-1], (*free)[:n-1]
		}
	}
	c.headers = append(c.headers, h)
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
	c.headers, c.events = c.headers[:0], c.events[:0]
	clear(c.blobs)
	c.blobs = c.blobs[:0]
}
