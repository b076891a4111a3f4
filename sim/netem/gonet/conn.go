package gonet

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"swarmsim/sim/netem"
)

// Conn is one end of a connection, a net.Conn.
type Conn struct {
	host          *Host
	id            netem.ConnID
	attached      bool  // id is a connection of the host
	peer          *Conn // the other end, once it has accepted
	local, remote netip.AddrPort
	opened        chan error // the outcome of a dial
	dialedAt      time.Duration
	changed       *sync.Cond // signalled when Read or Write may continue
	err           error      // the connection has failed
	isActive      bool       // in host.active

	out outgoing
	in  incoming

	closed                      bool // by Close at this end
	aborted                     bool // to be reset at the host's next tick
	readDeadline, writeDeadline deadline
}

func newConn(h *Host, local, remote netip.AddrPort) *Conn {
	return &Conn{host: h, local: local, remote: remote, changed: sync.NewCond(&h.network.mu), dialedAt: h.network.Now()}
}

// LocalAddr is the address of this end.
func (c *Conn) LocalAddr() net.Addr { return tcpAddr(c.local) }

// RemoteAddr is the address of the other end.
func (c *Conn) RemoteAddr() net.Addr { return tcpAddr(c.remote) }

func (c *Conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

// Read waits for bytes from the other end.
func (c *Conn) Read(p []byte) (int, error) {
	mu := &c.host.network.mu
	mu.Lock()
	defer mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, c.opError("read", net.ErrClosed)
		case c.readDeadline.passed():
			return 0, c.opError("read", os.ErrDeadlineExceeded)
		case len(p) == 0:
			return 0, nil
		case c.in.unread > 0:
			return c.take(p), nil
		case c.in.eof:
			return 0, io.EOF
		case c.err != nil:
			return 0, c.opError("read", c.err)
		}
		c.changed.Wait()
	}
}

// Write waits until the send buffer has taken p.
func (c *Conn) Write(p []byte) (int, error) {
	mu := &c.host.network.mu
	mu.Lock()
	defer mu.Unlock()
	for c.out.writing {
		c.changed.Wait()
	}
	o := &c.out
	o.writing, o.unbuffered = true, p
	defer func() {
		o.writing, o.unbuffered = false, nil
		c.changed.Broadcast()
	}()
	for {
		written := len(p) - len(o.unbuffered)
		switch {
		case c.closed:
			return written, c.opError("write", net.ErrClosed)
		case o.closing:
			return written, c.opError("write", syscall.EPIPE)
		case c.err != nil:
			return written, c.opError("write", c.err)
		case c.writeDeadline.passed():
			return written, c.opError("write", os.ErrDeadlineExceeded)
		}
		if o.fill() {
			c.activate()
		}
		if len(o.unbuffered) == 0 {
			return len(p), nil
		}
		c.changed.Wait()
	}
}

// Close closes both directions without waiting. What has been written still arrives, unless
// something is unread here, or arrives later: then the connection is reset, as by Linux.
func (c *Conn) Close() error {
	c.host.network.mu.Lock()
	defer c.host.network.mu.Unlock()
	switch {
	case c.closed:
		return c.opError("close", net.ErrClosed)
	case c.in.unread > 0:
		c.abort(net.ErrClosed)
	}
	c.closed, c.out.closing = true, true
	c.readDeadline.set(time.Time{}, nil)
	c.writeDeadline.set(time.Time{}, nil)
	c.changed.Broadcast()
	c.activate()
	return nil
}

// CloseWrite closes the sending direction.
func (c *Conn) CloseWrite() error {
	c.host.network.mu.Lock()
	defer c.host.network.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.out.closing = true
	c.changed.Broadcast()
	c.activate()
	return nil
}

// SetLinger sets what Close does with what is not sent: 0 seconds resets the connection. Other
// times have no effect, as Close does not wait.
func (c *Conn) SetLinger(sec int) error {
	c.host.network.mu.Lock()
	defer c.host.network.mu.Unlock()
	c.out.reset = sec == 0
	return nil
}

// reset resets the connection from a goroutine of the program.
func (c *Conn) reset(why error) {
	c.host.network.mu.Lock()
	defer c.host.network.mu.Unlock()
	c.abort(why)
}

// abort fails the connection, and resets it at the host's next tick. The caller holds the mutex.
func (c *Conn) abort(why error) {
	c.fail(why)
	c.aborted = true
	c.activate()
}

// fail ends Reads and Writes with an error. The caller holds the mutex.
func (c *Conn) fail(why error) {
	if c.err == nil {
		c.err = why
		if c.opened != nil {
			select {
			case c.opened <- why:
			default:
			}
		}
	}
	c.changed.Broadcast()
}
