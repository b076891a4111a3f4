package client

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"net/netip"
)

// A full peer that accepts no connections keeps those of the peers that came first, and newcomers
// connect with each other: the swarm falls into clusters. With the canonical priority of BEP 40 both
// ends of any connection give it the same rank, and a full peer gives up its connection of the lowest
// rank for one of a higher rank, so that the graph becomes random again.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// canonicalPriority returns the rank of a connection between two addresses (BEP 40), which is the same
// at both ends. The parts of the addresses in which hosts of one network differ count less, so that
// an attacker gains little from many addresses.
func canonicalPriority(a, b netip.AddrPort) uint32 {
	x, y := a.Addr().Unmap(), b.Addr().Unmap()
	var one, other []byte
	switch {
	case x == y:
		one, other = binary.BigEndian.AppendUint16(nil, a.Port()), binary.BigEndian.AppendUint16(nil, b.Port())
	case x.Is4() && y.Is4():
		one, other = masked(x.AsSlice(), y.AsSlice(), 2)
	default:
		p, q := x.As16(), y.As16()
		one, other = masked(p[:], q[:], 6)
	}
	if bytes.Compare(one, other) > 0 {
		one, other = other, one
	}
	return crc32.Update(crc32.Checksum(one, castagnoli), castagnoli, other)
}

// masked keeps of two addresses the bytes up to and including the first in which they differ, at
// least keep of them, and every other bit of the rest.
func masked(a, b []byte, keep int) (x, y []byte) {
	for i := range a {
		if i < keep {
			continue
		}
		if !bytes.Equal(a[:i], b[:i]) {
			a[i], b[i] = a[i]&0x55, b[i]&0x55
		}
	}
	return a, b
}

// ownAddr returns this peer's address as peers of the family of an address see it; the zero AddrPort
// if it is not known.
func (p *Peer) ownAddr(peer netip.Addr) netip.AddrPort {
	if a := p.cfg.Addr; a.IsValid() && a.Addr().Is4() == peer.Is4() {
		return a
	}
	ip, ipv6 := p.ExternalAddrs()
	if !peer.Is4() {
		ip = ipv6
	}
	if !ip.IsValid() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip, p.cfg.ListenPort)
}

// makeRoom hangs up on the established neighbour of the lowest canonical priority if that of a new
// connection is higher. It reports whether it has.
func (p *Peer) makeRoom(addr netip.AddrPort) bool {
	if !p.settings.Connections.CanonicalPriority {
		return false
	}
	rank := func(peer netip.AddrPort) (uint32, bool) {
		own := p.ownAddr(peer.Addr())
		return canonicalPriority(own, peer), own.IsValid()
	}
	lowest, known := rank(addr)
	if !known {
		return false
	}
	least, found := ConnID(0), false
	for _, id := range p.established {
		if r, known := rank(p.conns[id].cold.addr); known && r < lowest {
			least, lowest, found = id, r, true
		}
	}
	if found {
		p.hangUp(least, TooMany)
	}
	return found
}
