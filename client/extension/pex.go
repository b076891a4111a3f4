package extension

import (
	"encoding/binary"
	"net/netip"

	"swarmsim/torrent/bencode"
)

// Flags are what a peer exchange message says of an added peer (BEP 11).
type Flags uint8

// The flags of BEP 11.
const (
	PrefersEncryption Flags = 1 << iota
	Seed                    // it is a seed, or only uploads
	SpeaksUTP
	SpeaksHolepunch
	Reachable // the sender has dialed it
)

// Peer is an added peer of a peer exchange message.
type Peer struct {
	Addr  netip.AddrPort
	Flags Flags
}

// PeerExchange is a peer exchange message (ut_pex, BEP 11): the changes of the sender's connected
// peers since its last one.
type PeerExchange struct {
	Added   []Peer
	Dropped []netip.AddrPort
}

// MaxPeerExchange is the number of bytes of a peer exchange message that is decoded. One with the
// 50 added and 50 dropped peers that BEP 11 allows has less than 2,000.
const MaxPeerExchange = 64 << 10

// A compact address is an IP address and a port in network byte order (BEP 23, BEP 7).
const (
	compact4 = 4 + 2
	compact6 = 16 + 2
)

// Append appends the bencoded message.
func (x *PeerExchange) Append(b []byte) []byte {
	b = append(b, 'd')
	var addrs, flags []byte
	for _, family := range [...]struct {
		six         bool
		addrs, bits string
	}{{false, "added", "added.f"}, {true, "added6", "added6.f"}} {
		addrs, flags = addrs[:0], flags[:0]
		for _, p := range x.Added {
			if p.Addr.Addr().Is6() == family.six {
				addrs, flags = appendCompact(addrs, p.Addr), append(flags, byte(p.Flags))
			}
		}
		if len(flags) > 0 || !family.six { // the keys for IPv4 are always there: BEP 11 has them in every message
			b = appendText(b, family.addrs, addrs)
			b = appendText(b, family.bits, flags)
		}
	}
	for six, key := range [...]string{"dropped", "dropped6"} {
		addrs = addrs[:0]
		for _, a := range x.Dropped {
			if a.Addr().Is6() == (six == 1) {
				addrs = appendCompact(addrs, a)
			}
		}
		if len(addrs) > 0 || six == 0 {
			b = appendText(b, key, addrs)
		}
	}
	return append(b, 'e')
}

// appendCompact appends a compact address.
func appendCompact(b []byte, a netip.AddrPort) []byte {
	return binary.BigEndian.AppendUint16(append(b, a.Addr().AsSlice()...), a.Port())
}

// Decode reads a message into x, in the memory of its lists. Of each list it takes at most limit
// addresses. A list that is no whole number of addresses is an error; missing flags are 0.
func (x *PeerExchange) Decode(data []byte, limit int) error {
	x.Added, x.Dropped = x.Added[:0], x.Dropped[:0]
	if len(data) > MaxPeerExchange {
		return errTooLong
	}
	r := bencode.NewReader(data)
	values := map[string][]byte{"added": nil, "added.f": nil, "added6": nil, "added6.f": nil, "dropped": nil, "dropped6": nil}
	err := readDict(r, func(key string) error {
		if _, known := values[key]; known {
			values[key] = text(r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, size := range [...]int{compact4, compact6} {
		suffix := [...]string{"", "6"}[i]
		added, dropped := values["added"+suffix], values["dropped"+suffix]
		if len(added)%size != 0 || len(dropped)%size != 0 {
			return errSyntax
		}
		for n, flags := 0, values["added"+suffix+".f"]; len(added) > 0 && len(x.Added) < limit; n++ {
			p := Peer{Addr: readCompact(added[:size])}
			if n < len(flags) {
				p.Flags = Flags(flags[n])
			}
			x.Added, added = append(x.Added, p), added[size:]
		}
		for ; len(dropped) > 0 && len(x.Dropped) < limit; dropped = dropped[size:] {
			x.Dropped = append(x.Dropped, readCompact(dropped[:size]))
		}
	}
	return nil
}

// readCompact returns a compact address. An IPv4 address that is mapped to IPv6 is returned as
// itself.
func readCompact(b []byte) netip.AddrPort {
	ip, _ := netip.AddrFromSlice(b[:len(b)-2])
	return netip.AddrPortFrom(ip.Unmap(), binary.BigEndian.Uint16(b[len(b)-2:]))
}
