package client

import (
	"net/netip"
	"time"
)

// known is an address from the tracker.
type candidate struct {
	addr   netip.AddrPort
	after  time.Duration // do not dial before
	failed int           // dials in a row
}

const (
	maxKnown   = 200              // addresses kept, or as many as connections are wanted
	dialPause  = 60 * time.Second // before an address is dialed again; longer each time it fails
	dialTries  = 3                // failures before an address is dropped
	maxDialing = 30               // dials under way at once: mainline's limit on half-open connections
)

// unmapped returns an address with its IPv4 address where that is mapped to IPv6 (RFC 4291, section
// 2.5.5.2), as dual-stack sockets have it. Both are the same peer: bans, known addresses and
// allowed-fast sets go by the result.
func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// refill dials while there are few neighbours, and asks the tracker for more
// when there are too few of them and nobody left to dial.
func (p *Peer) dialMore() {
	s := p.set
	for i := 0; i < len(p.known) && len(p.dialing) < maxDialing; i++ {
		if len(p.established)+len(p.handshaking)+len(p.dialing) >= s.DialTarget {
			return
		}
		k := &p.known[i]
		if p.now < k.after || p.connected(k.addr) {
			continue
		}
		k.after = p.now + dialPause*time.Duration(1+k.failed)
		p.dialing = append(p.dialing, k.addr)
		p.out = append(p.out, Action{Kind: Dial, Addr: k.addr})
	}
	if len(p.established)+len(p.handshaking)+len(p.dialing) < min(s.MinPeers, s.DialTarget) && p.now >= p.announce.allowed {
		p.announceDue()
	}
}

// connected reports whether an address needs no dialing.
func (p *Peer) connected(a netip.AddrPort) bool {
	same := func(b netip.AddrPort) bool {
		return a == b || !p.set.AllowDuplicates && a.Addr() == b.Addr()
	}
	for _, b := range p.dialing {
		if same(b) {
			return true
		}
	}
	for _, ids := range [][]ConnID{p.established, p.handshaking} {
		for _, id := range ids {
			if same(p.conns[id].cold.addr) {
				return true
			}
		}
	}
	return p.isBanned(a.Addr())
}

// learn keeps addresses that are new.
func (p *Peer) addAddresses(addrs []netip.AddrPort) {
next:
	for _, a := range addrs {
		a = unmapped(a)
		if len(p.known) >= max(maxKnown, p.set.DialTarget) {
			return
		}
		for i := range p.known {
			if p.known[i].addr == a {
				continue next
			}
		}
		p.known = append(p.known, candidate{addr: a})
	}
}

func (p *Peer) onDialed(a netip.AddrPort) {
	p.dialing = remove(p.dialing, a)
	for i := range p.known {
		if p.known[i].addr == a {
			p.known[i].failed = 0
		}
	}
}

// dialFailed counts against an address.
func (p *Peer) onDialFailed(a netip.AddrPort) {
	p.dialing = remove(p.dialing, a)
	for i := range p.known {
		if k := &p.known[i]; k.addr == a {
			if k.failed++; k.failed >= dialTries {
				p.known = append(p.known[:i], p.known[i+1:]...)
			}
			break
		}
	}
}

// lost: a connection to an address is gone; it is left alone for a while.
func (p *Peer) onConnectionLost(a netip.AddrPort) {
	for i := range p.known {
		if k := &p.known[i]; k.addr == a {
			k.after = p.now + dialPause
			return
		}
	}
}
