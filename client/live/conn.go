package live

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/crypt"
	"swarmsim/client/live/webseed"
	"swarmsim/client/wire"
)

// conn is a connection to a peer. Its reader and its writer are a goroutine each; the loop owns the
// fields of the first group.
type conn struct {
	id        client.ConnID
	gone      bool // the state machine has forgotten it; what it still posts is dropped
	skipHello bool // the handshake has been sent already
	outbox    []client.Message
	dirty     bool // outbox is to be passed to the writer

	torrent *Torrent
	socket  net.Conn      // nil for a web seed
	web     *webseed.Peer // nil for any other peer
	addr    netip.AddrPort
	dialed  bool

	unhandled atomic.Int32  // letters that the loop has not handled
	resume    chan struct{} // has a value when the reader may go on

	mu      sync.Mutex
	pending []client.Message // to be written
	queued  int              // bytes of those that are no blocks
	closed  bool
	wake    chan struct{} // has a value if pending or closed have changed
}

// Limits of a connection.
const (
	maxUnhandled = 4096      // letters of a reader that the loop has not handled, until the reader waits
	batchLetters = 64        // letters that a reader posts at a time
	maxQueued    = 4 << 20   // bytes of messages other than blocks that wait for a slow peer, until it is hung up on
	writeBytes   = 256 << 10 // bytes that are written at a time
	writeTimeout = 2 * time.Minute
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

// read posts the messages of the peer until the connection ends.
func (c *conn) read(r *wire.Reader, first *client.Message) {
	defer c.torrent.connections.Done()
	batch := make([]letter, 0, batchLetters)
	post := func() bool {
		c.unhandled.Add(int32(len(batch)))
		ok := c.torrent.mailbox.post(batch...)
		if !ok {
			for i := range batch {
				c.torrent.releaseReceived(&batch[i].event.Message)
			}
		}
		clear(batch)
		batch = batch[:0]
		for ok && c.unhandled.Load() > maxUnhandled {
			<-c.resume
		}
		return ok
	}
	add := func(m client.Message) {
		batch = append(batch, letter{conn: c, event: client.Event{Kind: client.Received, Message: m}})
	}
	received := c.torrent.session.pool.Received
	r.Block = func(n int) ([]byte, error) {
		if n > client.BlockSize {
			return make([]byte, n), nil
		}
		if b := received.TryAcquire(); b != nil {
			return b, nil
		}
		post() // blocks in the batch hold buffers, and free some when they are handled
		return received.Acquire(c.torrent.ctx)
	}
	err := c.readAll(r, first, add, post, &batch)
	if c.torrent.mailbox.post(letter{conn: c, event: client.Event{Kind: client.Closed}}) {
		c.torrent.session.log("connection ended", "peer", c.addr, "reason", err)
	}
}

// readAll passes all messages of the peer to add, and calls post when there is time.
func (c *conn) readAll(r *wire.Reader, first *client.Message, add func(client.Message), post func() bool, batch *[]letter) error {
	if first == nil {
		m, err := r.Handshake()
		if err != nil {
			return err
		}
		first = &m
	}
	add(*first)
	post()
	for {
		m, err := r.Next()
		if err != nil {
			post()
			return err
		}
		c.torrent.session.download.wait(c.torrent.ctx, int(m.Size()))
		add(m)
		if (len(*batch) >= batchLetters || !r.Buffered()) && !post() {
			return net.ErrClosed
		}
	}
}

// handled notes that the loop has handled a letter of the reader.
func (c *conn) handled() {
	if c.unhandled.Add(-1) == maxUnhandled/2 {
		signal(c.resume)
	}
}

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
			c.queued += int(c.outbox[i].Size())
		}
	}
	if c.queued > maxQueued {
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
					c.queued -= int(m.Size())
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
	var w writeBuffer
	for {
		var open bool
		if messages, open = c.take(messages[:0]); !open {
			break
		}
		err := c.writeAll(&w, messages)
		sent := make([]letter, 0, len(messages))
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
			c.socket.Close() // the reader reports it
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
	c.socket.SetWriteDeadline(time.Now().Add(writeTimeout))
	if b, ok := c.socket.(crypt.BuffersWriter); ok {
		_, err := b.WriteBuffers(w.buffers)
		return err
	}
	buffers := w.buffers // WriteTo consumes it
	_, err := buffers.WriteTo(c.socket)
	return err
}

func (c *conn) String() string { return fmt.Sprint(c.addr) }
