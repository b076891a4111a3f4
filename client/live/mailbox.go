package live

import (
	"sync"
	"time"

	"swarmsim/client"
)

// letter is what a torrent's loop is sent: an event for the state machine or a function to call.
type letter struct {
	event client.Event
	conn  *conn  // that the event concerns; nil for none
	err   error  // why the storage failed, for its answers
	do    func() // if it is not nil, this is called and the rest is not set
}

// mailbox passes letters to a loop. Any goroutine may post.
type mailbox struct {
	mu      sync.Mutex
	letters []letter
	closed  bool
	wake    chan struct{} // has a value if letters may have come
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// post adds letters, in their order. It reports whether the mailbox is open; otherwise the caller
// keeps what the letters own.
func (b *mailbox) post(letters ...letter) bool {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return false
	}
	first := len(b.letters) == 0
	b.letters = append(b.letters, letters...)
	b.mu.Unlock()
	if first {
		select {
		case b.wake <- struct{}{}:
		default:
		}
	}
	return true
}

// take returns all letters, and keeps the memory of spare for later ones.
func (b *mailbox) take(spare []letter) []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.letters
	clear(spare)
	b.letters = spare[:0]
	return out
}

// wait waits for letters, but no longer than d.
func (b *mailbox) wait(timer *time.Timer, d time.Duration) {
	if d <= 0 {
		select {
		case <-b.wake:
		default:
		}
		return
	}
	timer.Reset(d)
	select {
	case <-b.wake:
	case <-timer.C:
	}
}

// close has further letters refused, and returns those that will not be read.
func (b *mailbox) close() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	out := b.letters
	b.letters = nil
	return out
}
