package live

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// handshakes are the incoming connections that have not finished their handshakes. When there are too
// many, the oldest of the address with the most of them is closed: peers that say nothing, or little at
// a time, cannot keep others out.
type handshakes struct {
	mu      sync.Mutex
	sockets []net.Conn // oldest first
}

// add adds a connection, and returns the one that is to be closed for it; nil if there is room.
func (h *handshakes) add(socket net.Conn) net.Conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets = append(h.sockets, socket)
	if len(h.sockets) <= maxHandshakes {
		return nil
	}
	count, most := map[netip.Addr]int{}, 0
	for _, s := range h.sockets {
		a := network(s)
		count[a]++
		most = max(most, count[a])
	}
	i := slices.IndexFunc(h.sockets, func(s net.Conn) bool { return count[network(s)] == most })
	out := h.sockets[i]
	h.sockets = slices.Delete(h.sockets, i, i+1)
	return out
}

// network returns the address that a connection comes from: for IPv6 the first 64 bits, which a host
// has for itself (RFC 4291, section 2.5.1).
func network(s net.Conn) netip.Addr {
	a := s.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		return p.Addr()
	}
	return a
}

// remove removes a connection that has finished or is closed.
func (h *handshakes) remove(socket net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := slices.Index(h.sockets, socket); i >= 0 {
		h.sockets = slices.Delete(h.sockets, i, i+1)
	}
}
