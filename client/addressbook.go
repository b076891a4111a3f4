package client

import (
	"net/netip"
	"slices"
	"time"
)

// addressBook holds the addresses of peers: those that may be dialed, those that are being dialed,
// and those that are banned.
type addressBook struct {
	known   []address
	dialing []netip.AddrPort
	banned  []banned
	own     []netip.AddrPort // the peer's own, under which it has met itself
}

// banned is a peer that sent corrupt blocks.
type banned struct {
	ip netip.Addr
	id PeerID
}

// maxBannedPeers is the number of banned peers of one IP address beyond which all of that address
// are refused, where several peers may have the same address. One cheat behind the address
// translator of a provider must not exclude all other customers; a cheat that changes its peer ID
// is excluded in the end.
const maxBannedPeers = 3

// address is where a peer can be dialed, and what became of dials to it.
type address struct {
	addr   netip.AddrPort
	after  time.Duration // not to be dialed before
	failed int           // dials in a row
	teller uint32        // serial number of the neighbour that named it; 0 for none
}

const (
	maxAddresses = 200              // that are kept, unless more connections are wanted
	dialPause    = 60 * time.Second // before an address is dialed again; longer each time it fails
	maxDialTries = 3                // failures before an address is dropped
	maxDialing   = 30               // dials under way at once: mainline's limit on half-open connections
)

// unmapped returns an address with its IPv4 address where that is mapped to IPv6 (RFC 4291, section
// 2.5.5.2), as dual-stack sockets have it. Both are the same peer: bans, known addresses and
// allowed-fast sets go by the result.
func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// add keeps addresses that are new, up to a limit.
func (b *addressBook) add(addrs []netip.AddrPort, limit int) {
	for _, a := range addrs {
		a = unmapped(a)
		if len(b.known) >= limit {
			return
		}
		if b.find(a) == nil && !slices.Contains(b.own, a) {
			b.known = append(b.known, address{addr: a})
		}
	}
}

// setOwn notes an address as the peer's own: trackers return the asker, too.
func (b *addressBook) setOwn(a netip.AddrPort) {
	b.own = append(b.own, a)
	b.known = slices.DeleteFunc(b.known, func(x address) bool { return x.addr == a })
}

// find returns the entry of an address; nil if there is none.
func (b *addressBook) find(a netip.AddrPort) *address {
	for i := range b.known {
		if b.known[i].addr == a {
			return &b.known[i]
		}
	}
	return nil
}

// dial notes that an address is being dialed.
func (b *addressBook) dial(a *address, now time.Duration) {
	a.after = now + dialPause*time.Duration(1+a.failed)
	b.dialing = append(b.dialing, a.addr)
}

// onDialed notes that a dial has succeeded.
func (b *addressBook) onDialed(a netip.AddrPort) {
	b.dialing = remove(b.dialing, a)
	if k := b.find(a); k != nil {
		k.failed = 0
	}
}

// onDialFailed notes that a dial has failed. The address is dropped after several failures.
func (b *addressBook) onDialFailed(a netip.AddrPort) {
	b.dialing = remove(b.dialing, a)
	k := b.find(a)
	if k == nil {
		return
	}
	if k.failed++; k.failed >= maxDialTries {
		b.known = slices.DeleteFunc(b.known, func(x address) bool { return x.addr == a })
	}
}

// dropFailed drops the address that has failed most often, and reports whether there was one: others get
// its place, so that a neighbour that names peers that do not exist keeps no others out for long.
func (b *addressBook) dropFailed() bool {
	most := -1
	for i := range b.known {
		if b.known[i].failed > 0 && (most < 0 || b.known[i].failed > b.known[most].failed) {
			most = i
		}
	}
	if most < 0 {
		return false
	}
	b.known = slices.Delete(b.known, most, most+1)
	return true
}

// onDisconnected notes that a connection to an address has ended: it is not dialed for a while.
func (b *addressBook) onDisconnected(a netip.AddrPort, now time.Duration) {
	if k := b.find(a); k != nil {
		k.after = now + dialPause
	}
}

// ban refuses a peer from now on.
func (b *addressBook) ban(ip netip.Addr, id PeerID) { b.banned = append(b.banned, banned{ip, id}) }

// bannedAt returns the number of banned peers of an IP address.
func (b *addressBook) bannedAt(ip netip.Addr) (n int) {
	for _, x := range b.banned {
		if x.ip == ip {
			n++
		}
	}
	return n
}

// isBannedAddress reports whether all peers of an IP address are refused.
func (p *Peer) isBannedAddress(ip netip.Addr) bool {
	n := p.addresses.bannedAt(ip)
	return n > 0 && (!p.settings.Connections.SharedAddresses || n >= maxBannedPeers)
}

// isBanned reports whether a peer is refused, whatever its port is now.
func (p *Peer) isBanned(ip netip.Addr, id PeerID) bool {
	return slices.Contains(p.addresses.banned, banned{ip, id}) || p.isBannedAddress(ip)
}

// dialMore dials while there are fewer connections than wanted, and asks the tracker for more
// peers when there are too few connections and no addresses left to dial.
func (p *Peer) dialMore() {
	b, s := &p.addresses, p.settings
	for i := 0; i < len(b.known) && len(b.dialing) < maxDialing; i++ {
		if p.connections() >= s.Connections.DialTarget {
			return
		}
		k := &b.known[i]
		if p.now < k.after || p.isConnected(k.addr) {
			continue
		}
		b.dial(k, p.now)
		p.out = append(p.out, Action{Kind: Dial, Addr: k.addr})
	}
	if p.connections() < min(s.Connections.MinPeers, s.Connections.DialTarget) && p.now >= p.announce.allowed {
		p.announceDue()
	}
}

// connections returns the number of connections, those that are being dialed included.
func (p *Peer) connections() int {
	return len(p.established) + len(p.handshaking) + len(p.addresses.dialing)
}

// isConnected reports whether an address needs no dialing: there is a connection to it, or to
// another port of its IP address unless the settings allow that, or it is banned.
func (p *Peer) isConnected(a netip.AddrPort) bool {
	s := &p.settings.Connections
	same := func(b netip.AddrPort) bool {
		return a == b || !s.AllowDuplicates && !s.SharedAddresses && a.Addr() == b.Addr()
	}
	if slices.ContainsFunc(p.addresses.dialing, same) {
		return true
	}
	for _, ids := range [][]ConnID{p.established, p.handshaking} {
		for _, id := range ids {
			if c := &p.conns[id]; same(c.cold.addr) || a == c.listenAddr() {
				return true
			}
		}
	}
	return p.isBannedAddress(a.Addr())
}
