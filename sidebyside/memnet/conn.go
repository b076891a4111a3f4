package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// conn is one end of a connection. It has no send buffer: Write returns once the
// uplink has sent all of it, as a message of sim/netem counts as sent when it is
// on the uplink.
type conn struct {
	host          *Host
	peer          *conn // the other end
	local, remote *net.TCPAddr
	changed       *sync.Cond // what Read and Write wait for

	writing  bool   // somebody is in Write
	unsent   []byte // of that Write
	leaving  bool   // a segment is on the uplink
	inFlight int    // bytes sent and not acknowledged
	inLine   bool   // has a place in the uplink's line
	closed   bool   // by this end
	finished bool   // the other end has been told, or is about to be

	received []segment // not read yet
	eof      bool      // the other end has hung up

	readBy, writeBy deadline
}

func newConn(h *Host, local, remote *net.TCPAddr) *conn {
	return &conn{host: h, local: local, remote: remote, changed: sync.NewCond(&h.net.mu)}
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// Read waits for what the other end has written.
func (c *conn) Read(p []byte) (int, error) {
	mu := &c.host.net.mu
	mu.Lock()
	defer mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, net.ErrClosed
		case c.readBy.passed():
			return 0, os.ErrDeadlineExceeded
		case len(c.received) > 0:
			return c.read(p), nil
		case c.eof:
			return 0, io.EOF
		}
		c.changed.Wait()
	}
}

// read takes as much of what has been received as fits.
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
		case c.writeBy.passed():
			return len(p) - len(c.unsent), os.ErrDeadlineExceeded
		case len(c.unsent) == 0 && !c.leaving:
			return len(p), nil
		}
		c.host.enqueue(c)
		c.changed.Wait()
	}
}

// hasWork tells whether the uplink can do something for the connection now.
func (c *conn) hasWork() bool {
	switch {
	case c.leaving:
		return false
	case c.closed:
		return !c.finished
	}
	return len(c.unsent) > 0 && c.inFlight < c.host.net.Window
}

// take gives the uplink the next segment. The bytes are copied: Write may return
// early, and then they are its caller's again.
func (c *conn) take() segment {
	c.leaving = true
	if c.closed {
		c.finished = true
		return segment{to: c.peer, fin: true}
	}
	n := min(len(c.unsent), c.host.net.Segment)
	data := c.host.net.buffer(c.unsent[:n])
	c.unsent = c.unsent[n:]
	c.inFlight += n
	return segment{to: c.peer, data: data}
}

// receive takes a segment that has come through the downlink.
func (c *conn) receive(s segment) {
	c.eof = c.eof || s.fin
	if len(s.data) > 0 && !c.closed {
		c.received = append(c.received, s)
	} else {
		c.host.net.recycle(s)
	}
	c.changed.Broadcast()
}

// acknowledged opens the window again.
func (c *conn) acknowledged(n int) {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.inFlight -= n
	c.host.enqueue(c)
}

// Close hangs up without waiting for anything: clients call it with their locks
// held. What has been sent still arrives.
func (c *conn) Close() error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.hangUp()
	return nil
}

func (c *conn) hangUp() {
	if c.closed {
		return
	}
	c.closed, c.received = true, nil
	c.readBy.set(time.Time{}, nil)
	c.writeBy.set(time.Time{}, nil)
	c.changed.Broadcast()
	c.host.enqueue(c)
}
