package gonet

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
)

// firstPort is the first source port of dials: Linux's net.ipv4.ip_local_port_range.
const firstPort = 32768

// dialTimeout is how long a dial that is not answered takes, as six retransmissions of a SYN do
// (net.ipv4.tcp_syn_retries).
const dialTimeout = 127 * time.Second

// Host is a host with an address and its access links.
type Host struct {
	network   *Network
	addr      netip.Addr
	host      *netem.Host
	conns     map[netem.ConnID]*Conn
	listeners map[uint16]*Listener
	port      uint16 // of the next dial
	dials     []*Conn
	active    []*Conn
	scheduled bool
}

// Addr is the host's address.
func (h *Host) Addr() netip.Addr { return h.addr }

// Dial connects to "address:port" of another host; network is tcp or tcp4.
func (h *Host) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	fail := func(err error) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Source: tcpAddr(netip.AddrPortFrom(h.addr, 0)), Err: err}
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil || !to.Addr().Unmap().Is4() {
		return fail(&net.AddrError{Err: "not an IPv4 address and port", Addr: address})
	}
	if network != "tcp" && network != "tcp4" {
		return fail(net.UnknownNetworkError(network))
	}
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	c, refusedAfter, err := h.newDial(to)
	if err != nil {
		return fail(err)
	}
	if c == nil {
		if err := sleep(ctx, refusedAfter); err != nil {
			return fail(err)
		}
		return fail(syscall.ECONNREFUSED)
	}
	select {
	case err = <-c.opened:
	case <-ctx.Done():
		c.reset(ctx.Err())
		err = ctx.Err()
	}
	if err != nil {
		return fail(err)
	}
	return c, nil
}

// newDial queues a dial. Without a listener there, it returns when the dial is refused instead.
func (h *Host) newDial(to netip.AddrPort) (c *Conn, refusedAfter time.Duration, err error) {
	n := h.network
	n.mu.Lock()
	defer n.mu.Unlock()
	remote := n.byAddr[to.Addr()]
	switch {
	case n.closed:
		return nil, 0, net.ErrClosed
	case remote == nil:
		return nil, 0, syscall.EHOSTUNREACH
	case remote.listeners[to.Port()] == nil:
		a, b := h.host.ID(), remote.host.ID()
		return nil, n.net.Delay(a, b) + n.net.Delay(b, a), nil
	}
	c = newConn(h, netip.AddrPortFrom(h.addr, h.nextPort()), to)
	c.opened = make(chan error, 1)
	h.dials = append(h.dials, c)
	h.schedule()
	return c, 0, nil
}

func (h *Host) nextPort() uint16 {
	p := h.port
	if h.port++; h.port < firstPort {
		h.port = firstPort
	}
	return p
}

// startDial dials for a connection.
func (h *Host) startDial(c *Conn) {
	if c.err != nil { // given up
		return
	}
	c.id, c.attached = h.host.Dial(h.network.byAddr[c.remote.Addr()].host.ID(), dialTimeout), true
	h.conns[c.id] = c
}

// The methods of netem.App. The driver calls them and holds the mutex.

// Opened joins both ends of a connection. The dialer's is opened first.
func (h *Host) Opened(id netem.ConnID, remote engine.HostID, dialed bool) {
	if dialed {
		if c := h.conns[id]; c.err == nil {
			c.opened <- nil
		}
		return
	}
	other := h.network.byID[remote].conns[h.host.RemoteConn(id)]
	var l *Listener
	if other != nil {
		l = h.listeners[other.remote.Port()]
	}
	if l == nil || len(l.backlog) == maxBacklog {
		h.host.Close(id)
		return
	}
	c := newConn(h, other.remote, other.local)
	c.id, c.attached = id, true
	c.peer, other.peer = other, c
	h.conns[id] = c
	l.backlog = append(l.backlog, c)
	l.arrived.Signal()
}

// DialFailed fails a dial that was refused or not answered.
func (h *Host) DialFailed(id netem.ConnID, remote engine.HostID) {
	c := h.conns[id]
	delete(h.conns, id)
	c.attached = false
	if h.network.Now()-c.dialedAt < dialTimeout {
		c.fail(syscall.ECONNREFUSED)
	} else {
		c.fail(syscall.ETIMEDOUT)
	}
}

// Received hands a part of the stream to its reader.
func (h *Host) Received(id netem.ConnID, m *netem.Message, blob []byte) {
	if c := h.conns[id]; c != nil {
		c.receive(m, blob)
	}
}

// Sent gives the transport the next bytes of a stream.
func (h *Host) Sent(id netem.ConnID, m *netem.Message) {
	if c := h.conns[id]; c != nil {
		c.out.queued -= int(m.Bytes)
		c.advance()
	}
}

// Closed resets a connection, unless both directions have ended.
func (h *Host) Closed(id netem.ConnID) {
	if c := h.conns[id]; c != nil {
		delete(h.conns, id)
		c.attached = false
		c.fail(syscall.ECONNRESET)
	}
}

// shut fails what waits at the host.
func (h *Host) shut() {
	for _, l := range h.listeners {
		l.shut()
	}
	for _, c := range h.dials {
		c.fail(net.ErrClosed)
	}
	for _, c := range h.conns {
		c.fail(net.ErrClosed)
	}
}

func tcpAddr(a netip.AddrPort) *net.TCPAddr { return net.TCPAddrFromAddrPort(a) }

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

// errAddrInUse says that there is a listener already.
func errAddrInUse(a netip.AddrPort) error {
	return fmt.Errorf("listen %v: %w", a, syscall.EADDRINUSE)
}
