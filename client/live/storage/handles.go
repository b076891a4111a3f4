package storage

import (
	"container/list"
	"errors"
	"sync"
	"syscall"
)

// handles are the files that the stores of a pool keep open. The file that was not used for the
// longest time is closed first.
type handles struct {
	limit int

	mu   sync.Mutex
	open map[handleKey]*handle
	idle list.List // of *handle without users, the one used last in front
}

type handleKey struct {
	store *Store
	file  int // index, or inParts
}

// handle is an open file. It stays open while it has users.
type handle struct {
	diskFile
	key      handleKey
	writable bool
	users    int
	stale    bool          // it is no longer in the table
	idle     *list.Element // its element in handles.idle; nil while it has users
}

// cached returns an open file, or nil.
func (h *handles) cached(key handleKey, write bool) *handle {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.open[key]
	if f == nil || write && !f.writable {
		return nil
	}
	h.use(f)
	return f
}

func (h *handles) use(f *handle) {
	f.users++
	if f.idle != nil {
		h.idle.Remove(f.idle)
		f.idle = nil
	}
}

// get returns a file, which it opens with the function if need be. The caller releases it.
func (h *handles) get(key handleKey, write bool, open func() (diskFile, error)) (*handle, error) {
	if f := h.cached(key, write); f != nil {
		return f, nil
	}
	h.closeIdle(h.limit - 1)
	opened, err := open()
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		h.closeIdle(0)
		opened, err = open()
	}
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.open[key]; f != nil && (f.writable || !write) { // another worker was faster
		h.use(f)
		_ = opened.Close()
		return f, nil
	} else if f != nil {
		h.forget(f)
	}
	f := &handle{diskFile: opened, key: key, writable: write, users: 1}
	if h.open == nil {
		h.open = map[handleKey]*handle{}
	}
	h.open[key] = f
	return f, nil
}

// release ends a use.
func (h *handles) release(f *handle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.users--
	switch {
	case f.users > 0:
	case f.stale:
		_ = f.Close()
	default:
		f.idle = h.idle.PushFront(f)
		for len(h.open) > h.limit && h.idle.Len() > 0 {
			h.forget(h.idle.Back().Value.(*handle))
		}
	}
}

// forget removes a file from the table, and closes it when nothing uses it. Blocks are written by
// system calls, so that closing has nothing to flush and its error nothing to report.
func (h *handles) forget(f *handle) {
	if h.open[f.key] == f {
		delete(h.open, f.key)
	}
	f.stale = true
	if f.idle != nil {
		h.idle.Remove(f.idle)
		f.idle = nil
	}
	if f.users == 0 {
		_ = f.Close()
	}
}

// closeIdle closes idle files until at most keep files are open.
func (h *handles) closeIdle(keep int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.open) > keep && h.idle.Len() > 0 {
		h.forget(h.idle.Back().Value.(*handle))
	}
}

// drop closes a file of a store, or defers that until nothing uses it.
func (h *handles) drop(key handleKey) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.open[key]; f != nil {
		h.forget(f)
	}
}

// count returns the number of open files.
func (h *handles) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.open)
}
