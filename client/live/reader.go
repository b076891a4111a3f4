package live

import (
	"errors"
	"net"

	"swarmsim/client"
	"swarmsim/client/wire"
)

// reader reads the messages of a connection and posts them to the loop, in batches: it gathers what has
// come, and posts before it waits for more.
type reader struct {
	*conn
	wire   *wire.Reader
	batch  []letter
	closed bool // the loop takes no more letters
}

// read posts the messages of the peer until the connection ends. first is the handshake, if it has been
// read.
func (c *conn) read(w *wire.Reader, first *client.Message) {
	defer c.torrent.connections.Done()
	r := &reader{conn: c, wire: w, batch: make([]letter, 0, batchLetters)}
	w.Block, w.Idle = r.block, r.post
	err := r.readAll(first)
	r.post()
	ended := c.torrent.mailbox.post(letter{conn: c, event: client.Event{Kind: client.Closed}})
	if ended && !errors.Is(err, net.ErrClosed) { // otherwise it has been said why we hang up
		c.torrent.session.log("connection ended", "peer", c.addr, "reason", err)
	}
}

// readAll reads until the connection ends.
func (r *reader) readAll(first *client.Message) error {
	if first == nil {
		m, err := r.wire.Handshake()
		if err != nil {
			return err
		}
		first = &m
	}
	r.add(*first)
	for !r.closed {
		m, err := r.wire.Next()
		if err != nil {
			r.torrent.releaseReceived(&m) // a block of which a part has come
			return err
		}
		if limit := r.torrent.session.download; limit.bucket != nil {
			r.post()
			limit.wait(r.torrent.ctx, int(m.Size()))
		}
		r.add(m)
	}
	return net.ErrClosed
}

// add adds a message to the batch.
func (r *reader) add(m client.Message) {
	r.batch = append(r.batch, letter{conn: r.conn, event: client.Event{Kind: client.Received, Message: m}})
	if len(r.batch) >= batchLetters {
		r.post()
	}
}

// post posts the batch, and waits while the loop has too much to handle.
func (r *reader) post() {
	if len(r.batch) == 0 {
		return
	}
	r.unhandled.Add(int32(len(r.batch)))
	for i := range r.batch {
		r.unhandledBytes.Add(heldBytes(&r.batch[i].event.Message))
	}
	if !r.torrent.mailbox.post(r.batch...) {
		r.closed = true
		for i := range r.batch {
			r.torrent.releaseReceived(&r.batch[i].event.Message)
		}
	}
	clear(r.batch)
	r.batch = r.batch[:0]
	for !r.closed && r.isAhead() && !r.isClosed() {
		<-r.resume
	}
}

// block returns a buffer for a block of n bytes.
func (r *reader) block(n int) ([]byte, error) {
	if n > client.BlockSize {
		return make([]byte, n), nil
	}
	received := r.torrent.session.pool.Received
	if b := received.TryAcquire(); b != nil {
		return b, nil
	}
	r.post() // blocks in the batch hold buffers, and free some when they are handled
	return received.Acquire(r.torrent.ctx)
}
