package live

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/time/rate"

	"swarmsim/client"
	"swarmsim/client/live/crypt"
	"swarmsim/client/live/webseed"
	"swarmsim/client/wire"
)

// conn is a connection to a peer. Its reader and its writer are a goroutine each; the loop owns the
// fields of the first group.
type conn struct {
	id         client.ConnID
	gone       bool // the state machine has forgotten it; what it still posts is dropped
	skipHello  bool // the handshake has been sent already
	outbox     []client.Message
	dirty      bool          // outbox is to be passed to the writer
	shaken     bool          // the peer's handshake has come
	v2         bool          // the peer knows version 2 of the torrent (BEP 52)
	hash       [20]byte      // the info hash that the peer named when it dialed us
	hashBudget *rate.Limiter // of hash requests; nil before the first

	torrent *Torrent
	socket  net.Conn      // nil for a web seed
	web     *webseed.Peer // nil for any other peer
	addr    netip.AddrPort
	dialed  bool

	unhandled      atomic.Int32  // letters that the loop has not handled
	unhandledBytes atomic.Int64  // memory that those hold, other than the buffers of the pool
	resume         chan struct{} // has a value when the reader may go on

	mu      sync.Mutex
	pending []client.Message // to be written
	queued  int              // bytes of memory of those that are no blocks
	closed  bool
	wake    chan struct{} // has a value if pending or closed have changed
}

// Limits of a connection.
const (
	maxUnhandled      = 4096             // letters of a reader that the loop has not handled, until the reader waits
	maxUnhandledBytes = 1 << 20          // bytes of those, likewise
	batchLetters      = 64               // letters that a reader posts at a time
	maxQueued         = 1 << 20          // bytes of memory of messages other than blocks that wait for a slow peer, until it is hung up on
	maxPayload        = 128 << 10        // bytes of a message that is neither a bitfield nor a block; metadata comes in 16 KiB (BEP 9)
	writeBytes        = 256 << 10        // bytes that are written at a time
	writeTimeout      = 30 * time.Second // in which a peer takes what is written at a time, and as long as minWriteRate needs
	minWriteRate      = 4 << 10          // bytes a second
)

var errSlowReader = errors.New("the peer does not read what it is sent")

func newConn(t *Torrent, socket net.Conn, addr netip.AddrPort, dialed bool) *conn {
	return &conn{
		torrent: t, socket: socket, addr: addr, dialed: dialed,
		resume: make(chan struct{}, 1), wake: make(chan struct{}, 1),
	}
}

// signal puts a value into a channel unless it has one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// heldBytes returns the memory that a message holds, other than a buffer of the pool.
func heldBytes(m *client.Message) int64 {
	if m.Kind == client.Piece && m.Length <= client.BlockSize {
		return 0
	}
	return int64(len(m.Data))
}

// isAhead reports whether the reader has to wait until the loop has handled what it has read.
func (c *conn) isAhead() bool {
	return c.unhandled.Load() > maxUnhandled || c.unhandledBytes.Load() > maxUnhandledBytes
}

// handled notes that the loop has handled a letter of the connection.
func (c *conn) handled(m *client.Message) {
	n, held := c.unhandled.Add(-1), heldBytes(m)
	if held > 0 {
		c.unhandledBytes.Add(-held)
	}
	if n == maxUnhandled/2 || held > 0 && !c.isAhead() {
		signal(c.resume)
	}
}

// queuedBytes returns the memory that a message that waits takes. A message of a few bytes takes
// several times as many.
func queuedBytes(m *client.Message) int { return int(unsafe.Sizeof(*m)) + len(m.Data) }

// flush passes the outbox to the writer, or to the web seed.
func (c *conn) flush() error {
	if c.web != nil {
		for i := range c.outbox {
			c.web.Send(&c.outbox[i])
		}
		clear(c.outbox)
		c.outbox = c.outbox[:0]
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.outbox {
		if c.outbox[i].Kind != client.Piece {
			c.queued += queuedBytes(&c.outbox[i])
		}
	}
	if c.queued > maxQueued && len(c.pending) > 0 {
		return errSlowReader
	}
	if !c.closed {
		c.pending = append(c.pending, c.outbox...)
	}
	clear(c.outbox)
	c.outbox = c.outbox[:0]
	signal(c.wake)
	return nil
}

// close ends the connection, and with it the reader and the writer.
func (c *conn) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	if c.web != nil {
		c.web.Close()
	} else {
		c.socket.Close()
	}
	signal(c.wake)
	signal(c.resume)
	c.unhandled.Store(0)
}

func (c *conn) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// take returns the next messages to write, of about writeBytes. It waits until there are any, and
// returns false when the connection is closed; then it returns all.
func (c *conn) take(out []client.Message) ([]client.Message, bool) {
	for {
		c.mu.Lock()
		if c.closed {
			out, c.pending = append(out, c.pending...), nil
			c.mu.Unlock()
			return out, false
		}
		if n := len(c.pending); n > 0 {
			size, k := 0, 0
			for ; k < n && size < writeBytes; k++ {
				m := &c.pending[k]
				size += int(m.Size())
				if m.Kind != client.Piece {
					c.queued -= queuedBytes(m)
				}
			}
			out = append(out, c.pending[:k]...)
			rest := copy(c.pending, c.pending[k:])
			clear(c.pending[rest:])
			c.pending = c.pending[:rest]
			c.mu.Unlock()
			return out, true
		}
		c.mu.Unlock()
		<-c.wake
	}
}

// write writes messages until the connection is closed.
func (c *conn) write() {
	defer c.torrent.connections.Done()
	var messages []client.Message
	var sent []letter
	var w writeBuffer
	for {
		var open bool
		if messages, open = c.take(messages[:0]); !open {
			break
		}
		err := c.writeAll(&w, messages)
		sent = sent[:0]
		for i := range messages {
			if m := &messages[i]; m.Kind == client.Piece {
				sent = append(sent, letter{conn: c, event: client.Event{
					Kind: client.Sent, Message: client.Message{Kind: client.Piece, Length: m.Length},
				}})
				c.torrent.releaseRead(m)
			}
		}
		clear(messages)
		if len(sent) > 0 {
			c.unhandled.Add(int32(len(sent)))
			c.torrent.mailbox.post(sent...)
		}
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				c.torrent.session.log("connection ended", "peer", c.addr, "reason", err)
			}
			c.socket.Close() // the reader tells the loop
		}
	}
	for i := range messages {
		c.torrent.releaseRead(&messages[i])
	}
}

// writeBuffer is memory for what a writer hands to the kernel.
type writeBuffer struct {
	headers []byte
	ends    []int // of the part of headers before each block
	buffers net.Buffers
}

// writeAll writes messages with one system call if possible.
func (c *conn) writeAll(w *writeBuffer, messages []client.Message) error {
	w.headers, w.ends, w.buffers = w.headers[:0], w.ends[:0], w.buffers[:0]
	blocks := 0
	for i := range messages {
		w.headers = wire.AppendHeader(w.headers, &messages[i])
		if messages[i].Kind == client.Piece {
			w.ends = append(w.ends, len(w.headers))
			blocks += int(messages[i].Length)
		}
	}
	at, k := 0, 0
	for i := range messages {
		if messages[i].Kind == client.Piece {
			w.buffers = append(w.buffers, w.headers[at:w.ends[k]], messages[i].Data)
			at, k = w.ends[k], k+1
		}
	}
	if at < len(w.headers) {
		w.buffers = append(w.buffers, w.headers[at:])
	}
	if blocks > 0 {
		c.torrent.session.upload.wait(c.torrent.ctx, blocks)
	}
	slow := time.Duration(len(w.headers)+blocks) * time.Second / minWriteRate
	c.socket.SetWriteDeadline(time.Now().Add(writeTimeout + slow))
	if b, ok := c.socket.(crypt.BuffersWriter); ok {
		_, err := b.WriteBuffers(w.buffers)
		return err
	}
	buffers := w.buffers // WriteTo consumes it
	_, err := buffers.WriteTo(c.socket)
	return err
}

func (c *conn) String() string { return fmt.Sprint(c.addr) }
