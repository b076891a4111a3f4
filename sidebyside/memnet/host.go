package memnet

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

// firstPort is the source port of a host's first connection.
const firstPort = 32768

// Host is an address with an access link. It is a net.Listener, and dials.
type Host struct {
	net    *Network
	addr   *net.TCPAddr
	port   int // source port of the next connection
	link   Link
	closed bool // the listener is closed

	backlog []*conn // dialed by others and not accepted yet
	dialed  *sync.Cond

	sendQueue []*conn // connections with a segment to send, each once, in the order of their turns
	canSend   *sync.Cond

	arriving   []segment // on the path to this host or in its downlink queue, in the order of arrival
	canReceive *sync.Cond
}

// Addr returns the address at which the host listens.
func (h *Host) Addr() net.Addr { return h.addr }

// DialerNetwork returns the network that Dial uses.
func (h *Host) DialerNetwork() string { return "tcp" }

// Dial connects to another host. It takes a round trip.
func (h *Host) Dial(ctx context.Context, addr string) (net.Conn, error) {
	if err := sleep(ctx, h.net.Latency); err != nil {
		return nil, err
	}
	c, err := h.connect(addr)
	if err != nil {
		return nil, err
	}
	if err := sleep(ctx, h.net.Latency); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// connect creates both ends of a connection and adds the far one to the listener's backlog.
func (h *Host) connect(addr string) (*conn, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	to := h.net.hosts[addr]
	if to == nil || to.closed {
		return nil, syscall.ECONNREFUSED
	}
	from := &net.TCPAddr{IP: h.addr.IP, Port: h.port}
	h.port++
	near, far := newConn(h, from, to.addr), newConn(to, to.addr, from)
	near.peer, far.peer = far, near
	to.backlog = append(to.backlog, far)
	to.dialed.Signal()
	return near, nil
}

// Accept waits for the next connection.
func (h *Host) Accept() (net.Conn, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for len(h.backlog) == 0 {
		if h.closed {
			return nil, net.ErrClosed
		}
		h.dialed.Wait()
	}
	c := h.backlog[0]
	h.backlog = h.backlog[1:]
	return c, nil
}

// Close closes the listener and all connections that were not accepted.
func (h *Host) Close() error {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	h.closed = true
	for _, c := range h.backlog {
		c.close()
	}
	h.backlog = nil
	h.dialed.Broadcast()
	return nil
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
