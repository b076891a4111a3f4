package client

import (
	"net/netip"
	"slices"
)

// Source is where the address of a peer comes from.
type Source uint8

// The sources of addresses.
const (
	FromTracker  Source = iota
	FromPEX             // a neighbour, by peer exchange (BEP 11)
	FromDHT             // the distributed hash table (BEP 5)
	FromLSD             // local service discovery (BEP 14)
	FromIncoming        // a neighbour that dialed us and said where it accepts connections (BEP 10)
	FromUser            // the user, a magnet link, or an earlier run
)

// addFound adds addresses from a source to those that may be dialed. teller is the serial number of
// the neighbour that named them; 0 for none. Peers of a private torrent come from its tracker alone
// (BEP 27). Sources other than the tracker leave it a part of the room, so that no neighbour can
// keep its peers out by naming many that do not exist.
func (p *Peer) addFound(s Source, addrs []netip.AddrPort, teller uint32) {
	if p.departed || p.torrent.Private && s != FromTracker {
		return
	}
	limit := max(maxAddresses, p.settings.Connections.DialTarget)
	if s != FromTracker {
		limit -= limit / 4
	}
	for _, a := range addrs {
		a = unmapped(a)
		if k := p.addresses.find(a); k != nil {
			k.teller = teller
		} else if IsUsable(a) && !slices.Contains(p.addresses.own, a) && (len(p.addresses.known) < limit || p.addresses.dropFailed()) {
			p.addresses.known = append(p.addresses.known, address{addr: a, teller: teller})
		}
	}
	if !p.defers { // otherwise the loop dials when it comes to it
		p.dialMore()
	}
}

// addIncoming adds the address at which a neighbour that dialed us accepts connections, for when
// this connection has ended.
func (p *Peer) addIncoming(c *conn) {
	if a := c.listenAddr(); !c.dialed && a.IsValid() {
		p.addFound(FromIncoming, []netip.AddrPort{a}, 0)
	}
}

// IsUsable reports whether a peer can be at an address: it has a port, and is that of one host.
func IsUsable(a netip.AddrPort) bool {
	ip := a.Addr().Unmap()
	return a.Port() != 0 && ip.IsValid() && !ip.IsUnspecified() && !ip.IsMulticast() &&
		ip != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}
