package storage

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// ErrClosed is the error of what was asked of a closed pool or store.
var ErrClosed = errors.New("the storage is closed")

// Buffers is a limited number of buffers of BlockSize bytes. Acquire waits while all are in use: this
// is the back pressure that keeps socket readers from receiving faster than disks write. The buffer
// that was released last is acquired first, because it is still in the processor's cache.
//
// A socket reader should acquire a buffer when a block's header has arrived, and not before:
// otherwise idle connections hold all buffers.
type Buffers struct {
	// The memory of all buffers. The system provides its pages when they are used first, and a
	// buffer is recognised by its address.
	arena []byte

	mu      sync.Mutex
	free    []int32 // numbers of released buffers
	fresh   int32   // buffers from this number on have not been used
	inUse   []uint64
	waiting []chan []byte
	closed  bool
	waiters atomic.Int32 // the length of waiting

	onShort func() // called without the lock when a buffer is wanted and none is free
	onFree  func() // called without the lock when a buffer is released and parked was set
	parked  bool
}

func newBuffers(bytes int64) *Buffers {
	count := max(bytes/BlockSize, 16)
	return &Buffers{arena: make([]byte, count*BlockSize), inUse: make([]uint64, (count+63)/64)}
}

// Acquire returns a buffer of BlockSize bytes with arbitrary content. It waits until one is free, and
// fails if the context ends or the pool is closed before.
func (b *Buffers) Acquire(ctx context.Context) ([]byte, error) {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil, ErrClosed
	}
	if buffer := b.take(); buffer != nil {
		b.mu.Unlock()
		return buffer, nil
	}
	wait := make(chan []byte, 1)
	b.waiting = append(b.waiting, wait)
	b.waiters.Add(1)
	b.mu.Unlock()
	if b.onShort != nil {
		b.onShort()
	}
	select {
	case buffer := <-wait:
		if buffer == nil {
			return nil, ErrClosed
		}
		return buffer, nil
	case <-ctx.Done():
		b.stopWaiting(wait)
		return nil, ctx.Err()
	}
}

// stopWaiting gives up a wait, and the buffer that it may have received meanwhile.
func (b *Buffers) stopWaiting(wait chan []byte) {
	b.mu.Lock()
	if i := slices.Index(b.waiting, wait); i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
		b.waiters.Add(-1)
	}
	b.mu.Unlock()
	select {
	case buffer := <-wait:
		b.Release(buffer)
	default:
	}
}

// TryAcquire returns a buffer, or nil if none is free.
func (b *Buffers) TryAcquire() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	return b.take()
}

// take returns a free buffer, or nil. The caller holds the lock.
func (b *Buffers) take() []byte {
	var n int32
	switch {
	case len(b.free) > 0:
		n = b.free[len(b.free)-1]
		b.free = b.free[:len(b.free)-1]
	case int(b.fresh) < len(b.arena)/BlockSize:
		n = b.fresh
		b.fresh++
	default:
		return nil
	}
	b.inUse[n>>6] |= 1 << (n & 63)
	from := int(n) * BlockSize
	return b.arena[from : from+BlockSize : from+BlockSize]
}

// Release returns a buffer, or any part of it. A slice that is not part of a buffer is left to the
// garbage collector. To release a buffer twice is a fault of the caller, and panics.
func (b *Buffers) Release(data []byte) {
	at := b.number(data)
	if at < 0 {
		return
	}
	b.mu.Lock()
	if b.inUse[at>>6]>>(at&63)&1 == 0 {
		b.mu.Unlock()
		panic("storage: a buffer was released twice")
	}
	if len(b.waiting) > 0 {
		wait := b.waiting[0]
		b.waiting = b.waiting[1:]
		b.waiters.Add(-1)
		from := at * BlockSize
		wait <- b.arena[from : from+BlockSize : from+BlockSize]
		b.mu.Unlock()
		return
	}
	b.inUse[at>>6] &^= 1 << (at & 63)
	b.free = append(b.free, int32(at))
	parked := b.parked
	b.parked = false
	b.mu.Unlock()
	if parked {
		b.onFree()
	}
}

// wanted reports whether an Acquire waits.
func (b *Buffers) wanted() bool { return b.waiters.Load() > 0 }

// number returns the number of the buffer that data is part of, or -1.
func (b *Buffers) number(data []byte) int {
	if cap(data) == 0 {
		return -1
	}
	at := uintptr(unsafe.Pointer(unsafe.SliceData(data))) - uintptr(unsafe.Pointer(unsafe.SliceData(b.arena)))
	if at >= uintptr(len(b.arena)) {
		return -1
	}
	return int(at / BlockSize)
}

// park asks for a call of onFree when a buffer is released, and returns false if one is free.
func (b *Buffers) park() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.free) > 0 || int(b.fresh) < len(b.arena)/BlockSize {
		return false
	}
	b.parked = true
	return true
}

// InUse returns the number of buffers that are acquired.
func (b *Buffers) InUse() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int(b.fresh) - len(b.free)
}

// Limit returns the number of buffers.
func (b *Buffers) Limit() int { return len(b.arena) / BlockSize }

// short reports whether fewer than a quarter of the buffers are free.
func (b *Buffers) short() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return 4*(int(b.fresh)-len(b.free)) > 3*b.Limit()
}

// close wakes everything that waits.
func (b *Buffers) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, wait := range b.waiting {
		close(wait)
	}
	b.waiting = nil
	b.waiters.Store(0)
}
