package dht

import (
	"errors"
	"net"
	"net/netip"

	"github.com/anacrolix/torrent/iplist"
)

// toAddrPort converts an address of the library. It is invalid if ip is neither IPv4 nor IPv6, or
// port is no UDP port.
func toAddrPort(ip net.IP, port int) netip.AddrPort {
	addr, ok := netip.AddrFromSlice(ip)
	if !ok || port <= 0 || port > 65535 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(port))
}

// udpAddrPort returns the address of a UDP socket, invalid for any other.
func udpAddrPort(addr net.Addr) netip.AddrPort {
	udp, ok := addr.(*net.UDPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	a := udp.AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// unicast reports whether packets can be sent to an address.
func unicast(a netip.Addr) bool {
	if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() {
		return false
	}
	if a.Is4() {
		b := a.As4()
		return b[0] != 0 && b[0] < 240
	}
	return true
}

// isLocal reports whether an address has a meaning in the local network only. A host
// elsewhere cannot know what is there.
func isLocal(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}

// addresses are the rules for addresses of one family.
type addresses struct {
	is4      bool
	local    netip.AddrPort // of the socket; its address may be unspecified
	external netip.Addr
}

// acceptable reports whether a node or peer may have an address, named by a node.
func (r addresses) acceptable(a netip.AddrPort, namedBy netip.Addr) bool {
	addr := a.Addr()
	if a.Port() == 0 || !unicast(addr) || addr.Is4() != r.is4 || isLocal(addr) && !isLocal(namedBy) {
		return false
	}
	return true
}

// isOwn reports whether an address is the node's own. port is the one that it announces.
func (r addresses) isOwn(a netip.AddrPort, port uint16) bool {
	if a.Port() != r.local.Port() && a.Port() != port {
		return false
	}
	return a.Addr() == r.local.Addr() || a.Addr() == r.external
}

// blocked tells the library which addresses to ignore: it has no other filter for the nodes
// that it queries.
type blocked struct{ addresses }

func (b blocked) Lookup(ip net.IP) (iplist.Range, bool) {
	addr, _ := netip.AddrFromSlice(ip)
	addr = addr.Unmap()
	return iplist.Range{Description: "not an address of this network"}, !unicast(addr) || addr.Is4() != b.is4
}

func (b blocked) NumRanges() int { return 1 }

var errNoSocket = errors.New("the DHT node has neither an IPv4 nor an IPv6 socket")
