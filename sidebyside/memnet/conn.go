package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// conn is one end of a connection. It has no send buffer: Write returns when the uplink has sent all
// bytes, as in sim/netem, where a message counts as sent when the uplink has serialized it.
type conn struct {
	host          *Host
	peer          *conn // the other end
	local, remote *net.TCPAddr
	changed       *sync.Cond // signalled when Read or Write may continue

	writing  bool   // a Write is in progress
	unsent   []byte // the rest of its bytes
	sending  bool   // the uplink serializes a segment
	inFlight int    // unacknowledged bytes
	queued   bool   // in the uplink's send queue
	closed   bool   // by Close at this end
	finSent  bool   // the other end has been sent the fin

	received []segment // not read completely
	eof      bool      // the other end has closed the connection

	readDeadline, writeDeadline deadline
}

func newConn(h *Host, local, remote *net.TCPAddr) *conn {
	return &conn{host: h, local: local, remote: remote, changed: sync.NewCond(&h.net.mu)}
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// Read waits for bytes from the other end.
func (c *conn) Read(p []byte) (int, error) {
	mu := &c.host.net.mu
	mu.Lock()
	defer mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, net.ErrClosed
		case c.readDeadline.passed():
			return 0, os.ErrDeadlineExceeded
		case len(c.received) > 0:
			return c.read(p), nil
		case c.eof:
			return 0, io.EOF
		}
		c.changed.Wait()
	}
}

// read copies received bytes to p.
func (c *conn) read(p []byte) (n int) {
	for n < len(p) && len(c.received) > 0 {
		first := &c.received[0]
		part := copy(p[n:], first.data[first.read:])
		n += part
		if first.read += part; first.read == len(first.data) {
			c.host.net.recycle(*first)
			c.received = c.received[1:]
		}
	}
	return n
}

// Write waits until the uplink has sent p.
func (c *conn) Write(p []byte) (int, error) {
	mu := &c.host.net.mu
	mu.Lock()
	defer mu.Unlock()
	for c.writing {
		c.changed.Wait()
	}
	c.writing, c.unsent = true, p
	defer func() {
		c.writing, c.unsent = false, nil
		c.changed.Broadcast()
	}()
	for {
		switch {
		case c.closed:
			return len(p) - len(c.unsent), net.ErrClosed
		case c.eof:
			return len(p) - len(c.unsent), syscall.EPIPE
		case c.writeDeadline.passed():
			return len(p) - len(c.unsent), os.ErrDeadlineExceeded
		case len(c.unsent) == 0 && !c.sending:
			return len(p), nil
		}
		c.host.enqueue(c)
		c.changed.Wait()
	}
}

// canSendSegment reports whether the connection has a segment to send and the window allows it.
func (c *conn) canSendSegment() bool {
	switch {
	case c.sending:
		return false
	case c.closed:
		return !c.finSent
	}
	return len(c.unsent) > 0 && c.inFlight < c.host.net.Window
}

// nextSegment returns the next segment to send. Its bytes are copied, because Write may return before
// they arrive, and its caller may change them then.
func (c *conn) nextSegment() segment {
	c.sending = true
	if c.closed {
		c.finSent = true
		return segment{to: c.peer, fin: true}
	}
	n := min(len(c.unsent), c.host.net.Segment)
	data := c.host.net.buffer(c.unsent[:n])
	c.unsent = c.unsent[n:]
	c.inFlight += n
	return segment{to: c.peer, data: data}
}

// receive handles a segment that has passed the downlink.
func (c *conn) receive(s segment) {
	c.eof = c.eof || s.fin
	if len(s.data) > 0 && !c.closed {
		c.received = append(c.received, s)
	} else {
		c.host.net.recycle(s)
	}
	c.changed.Broadcast()
}

// onAck handles the acknowledgement of n bytes.
func (c *conn) onAck(n int) {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.inFlight -= n
	c.host.enqueue(c)
}

// Close closes the connection without waiting, because clients call it while they hold locks. Bytes
// that have been sent still arrive.
func (c *conn) Close() error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.close()
	return nil
}

func (c *conn) close() {
	if c.closed {
		return
	}
	c.closed, c.received = true, nil
	c.readDeadline.set(time.Time{}, nil)
	c.writeDeadline.set(time.Time{}, nil)
	c.changed.Broadcast()
	c.host.enqueue(c)
}
