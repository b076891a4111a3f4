package client

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

// mapped is addr(n) as an IPv4-mapped IPv6 address.
func mapped(n byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(addr(n).Addr().As16()), addr(n).Port())
}

// RFC 4291, section 2.5.5.2: an IPv4-mapped IPv6 address is an IPv4 address. A peer that is known
// by one of them is not dialed by the other, a failure of one counts for both, and a ban holds for
// both.
func TestMappedAddressesAreOnePeer(t *testing.T) {
	s := newScript(t, 1, false, nil)
	announced := func(peers ...netip.AddrPort) []string {
		return s.do(Event{Kind: Announced, Reply: &AnnounceReply{Interval: time.Hour, MinInterval: time.Hour, Peers: peers}})
	}
	s.expect(announced(mapped(8), addr(8), mapped(9), addr(9)), "dial 10.0.0.8, dial 10.0.0.9")
	s.do(Event{Kind: DialFailed, Addr: mapped(9)})
	if len(s.peer.addresses.dialing) != 1 || s.peer.addresses.known[1].failed != 1 {
		t.Errorf("after a failed dial: dialing %v, known %v", s.peer.addresses.dialing, s.peer.addresses.known)
	}
	s.expect(s.do(Event{Kind: Opened, Conn: 0, Addr: mapped(8), Dialed: true}), "0: handshake")
	if len(s.peer.addresses.dialing) != 0 {
		t.Errorf("still dialing %v", s.peer.addresses.dialing)
	}

	s.do(Event{Kind: Opened, Conn: 1, Addr: mapped(7)})
	s.say(1, handshake(s.peer.torrent, id(7), false))
	s.say(1, Message{Kind: Bitfield, Data: []byte{0x80}})
	s.say(1, Message{Kind: Unchoke})
	s.blockFrom(1, 0, 0)
	s.expect(s.sayBlock(1, Message{Kind: Piece, Begin: BlockSize, Length: BlockSize}, true), "1: hang up")
	for _, a := range []netip.AddrPort{addr(7), mapped(7)} {
		s.expect(s.do(Event{Kind: Opened, Conn: 1, Addr: a}), "1: hang up")
	}
}

// BEP 6: the allowed-fast set of a mapped address is that of its IPv4 address.
func TestMappedAddressIsAllowedFast(t *testing.T) {
	var sets [2][]uint32
	for i, a := range []netip.AddrPort{addr(8), mapped(8)} {
		s := newScript(t, 100, true, func(c *Config) { c.Settings.Fast.Enabled, c.Settings.Fast.SetSize = true, 5 })
		s.do(Event{Kind: Opened, Conn: 0, Addr: a})
		s.say(0, handshake(s.peer.torrent, id(8), true))
		sets[i] = s.peer.conns[0].cold.grantedFast
	}
	if len(sets[0]) != 5 || !slices.Equal(sets[0], sets[1]) {
		t.Errorf("%v and %v", sets[0], sets[1])
	}
}

// An address is dialed again after a pause that grows with its failures, and is dropped after the
// third.
func TestAddressIsDroppedAfterFailures(t *testing.T) {
	var b addressBook
	a := addr(8)
	b.add([]netip.AddrPort{a, a}, 10)
	for failure := 1; failure <= maxDialTries; failure++ {
		k := b.find(a)
		if k == nil {
			t.Fatalf("dropped after %d failures", failure-1)
		}
		b.dial(k, 0)
		if want := dialPause * time.Duration(failure); k.after != want {
			t.Errorf("after %d failures dialed again after %v, want %v", failure-1, k.after, want)
		}
		b.onDialFailed(a)
	}
	if b.find(a) != nil || len(b.dialing) > 0 {
		t.Errorf("still known after %d failures, or being dialed: %v", maxDialTries, b.dialing)
	}
}
