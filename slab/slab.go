// Package slab allocates values that lie side by side and begin a cache line.
//
// In a large swarm each cache line and each page that a message touches costs time. A value whose
// size is a multiple of Line touches no more lines than it must only if it begins one, and what is
// used together is found on fewer pages if it is allocated together.
//
// From one value to many:
//
//   - New allocates one value, such as an object with arrays for what it mostly needs: a host with
//     its first connections.
//   - Make allocates a slab of Len values that are never moved, to be kept by index: slab i/Len,
//     value i%Len. Both checks are on the slice headers, so no value's line is touched to find
//     another.
//   - Pool is a free list of values that come and go. It grows by a slab at a time. Add gives it
//     values that its owner has already, in an array of its own.
//   - Slices is a free list of short slices, likewise.
//
// In sim/netem, New allocates a host's storage and Make its flows. In client, New allocates a
// peer's storage, a Pool the pieces that it downloads, and Slices its queues of requests:
//
//	type storage struct {
//		Peer
//		_        [(slab.Line - unsafe.Sizeof(Peer{})%slab.Line) % slab.Line]byte
//		requests [8][slab.SliceCap]block
//	}
//	s := slab.New[storage]()
//	s.Peer.freeRequests.Add(s.requests[:])
//	queue := s.Peer.freeRequests.Get()
//
// What Pool.Get returns is as Put has left it: a piece keeps its slices.
//
// Nothing but speed depends on the alignment. A slab is not safe for concurrent use.
package slab

import (
	"slices"
	"unsafe"
)

// Line is the size of a cache line in bytes.
const Line = 64

// The Go allocator rounds sizes to classes. Objects of a class that is a multiple of Line begin a
// line, but for the objects with pointers within these sizes, before which it puts a header of a
// word (runtime/malloc.go, heapBitsInSpan and minSizeForMallocHeader). Tests hold it to that.
const (
	word      = unsafe.Sizeof(uintptr(0))
	minHeader = word * word * 8
	maxHeader = 32<<10 - word
)

// padded is a value that begins a cache line behind the allocator's header, which the pointer makes
// sure of.
type padded[T any] struct {
	_     *byte
	_     [Line - 2*word]byte
	value T
}

// New returns a new zero value. It begins a cache line if its size is a multiple of Line.
func New[T any]() *T {
	if size := unsafe.Sizeof(padded[T]{}); size > minHeader && size <= maxHeader {
		return &new(padded[T]).value
	}
	return new(T)
}

// Len is the number of values in a slab.
const Len = 8

// Make returns a slab: Len zero values side by side.
func Make[T any]() []T { return New[[Len]T]()[:] }

// Pool is a free list, last in first out: what was used last may still be in the cache. The zero
// value is empty and ready to use.
type Pool[T any] struct {
	free []*T
}

// Add adds values that are not in use. Get returns the first of them first.
func (p *Pool[T]) Add(values []T) {
	p.free = slices.Grow(p.free, len(values))
	for i := len(values) - 1; i >= 0; i-- {
		p.free = append(p.free, &values[i])
	}
}

// Get returns a value that is not in use.
func (p *Pool[T]) Get() *T {
	if len(p.free) == 0 {
		p.Add(Make[T]())
	}
	last := len(p.free) - 1
	v := p.free[last]
	p.free = p.free[:last]
	return v
}

// Put adds a value that Get has returned and that is no longer in use.
func (p *Pool[T]) Put(v *T) { p.free = append(p.free, v) }
