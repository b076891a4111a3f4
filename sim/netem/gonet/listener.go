package gonet

import (
	"net"
	"net/netip"
	"sync"
)

// maxBacklog is how many connections wait to be accepted: Linux's net.core.somaxconn.
const maxBacklog = 4096

// Listener accepts connections at a port of a host.
type Listener struct {
	host    *Host
	addr    netip.AddrPort
	backlog []*Conn
	arrived *sync.Cond
	closed  bool
}

// Listen listens at a port.
func (h *Host) Listen(port uint16) (*Listener, error) {
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	l := &Listener{host: h, addr: netip.AddrPortFrom(h.addr, port), arrived: sync.NewCond(&h.network.mu)}
	if h.listeners[port] != nil {
		return nil, errAddrInUse(l.addr)
	}
	h.listeners[port] = l
	h.host.Listen(true)
	return l, nil
}

// Addr is where the listener listens.
func (l *Listener) Addr() net.Addr { return tcpAddr(l.addr) }

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	mu := &l.host.network.mu
	mu.Lock()
	defer mu.Unlock()
	for len(l.backlog) == 0 {
		if l.closed {
			return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
		}
		l.arrived.Wait()
	}
	c := l.backlog[0]
	l.backlog = l.backlog[1:]
	return c, nil
}

// Close stops listening, and resets the connections that were not accepted.
func (l *Listener) Close() error {
	h := l.host
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	delete(h.listeners, l.addr.Port())
	h.host.Listen(len(h.listeners) > 0)
	for _, c := range l.backlog {
		c.abort(net.ErrClosed)
	}
	l.shut()
	return nil
}

func (l *Listener) shut() {
	l.closed, l.backlog = true, nil
	l.arrived.Broadcast()
}
