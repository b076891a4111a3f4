package memnet

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

// firstPort is where the ports that connections are dialed from begin.
const firstPort = 32768

// Host is an address with an access link. It is a net.Listener, and dials.
type Host struct {
	net  *Network
	addr *net.TCPAddr
	port int // that the next connection is dialed from
	link Link
	deaf bool // the listener is closed

	waiting []*conn // dialed to here and not accepted
	dialed  *sync.Cond

	line   []*conn // that have something to send, each once, in the order of their turns
	toSend *sync.Cond

	arriving  []segment // on their way here or at the downlink, in order of arrival
	toReceive *sync.Cond
}

// Addr is where the host listens.
func (h *Host) Addr() net.Addr { return h.addr }

// DialerNetwork is the kind of network that Dial dials on.
func (h *Host) DialerNetwork() string { return "tcp" }

// Dial connects to another host, which takes a round trip.
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

// connect makes both ends of a connection and leaves one of them with its
// listener.
func (h *Host) connect(addr string) (*conn, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	to := h.net.hosts[addr]
	if to == nil || to.deaf {
		return nil, syscall.ECONNREFUSED
	}
	from := &net.TCPAddr{IP: h.addr.IP, Port: h.port}
	h.port++
	near, far := newConn(h, from, to.addr), newConn(to, to.addr, from)
	near.peer, far.peer = far, near
	to.waiting = append(to.waiting, far)
	to.dialed.Signal()
	return near, nil
}

// Accept waits for the next connection that somebody has dialed.
func (h *Host) Accept() (net.Conn, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for len(h.waiting) == 0 {
		if h.deaf {
			return nil, net.ErrClosed
		}
		h.dialed.Wait()
	}
	c := h.waiting[0]
	h.waiting = h.waiting[1:]
	return c, nil
}

// Close ends listening. Who was not accepted yet is hung up on: nobody else
// would do it.
func (h *Host) Close() error {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	h.deaf = true
	for _, c := range h.waiting {
		c.hangUp()
	}
	h.waiting = nil
	h.dialed.Broadcast()
	return nil
}

// sleep waits for a time, or less if ctx ends.
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
