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
		reply := &AnnounceReply{Interval: time.Hour, MinInterval: time.Hour, Peers: peers}
		return s.step(Event{Kind: Announced, Reply: reply})
	}
	s.expect(announced(mapped(8), addr(8), mapped(9), addr(9)), "dial 10.0.0.8, dial 10.0.0.9")
	s.step(Event{Kind: DialFailed, Addr: mapped(9)})
	if len(s.peer.addresses.dialing) != 1 || s.peer.addresses.known[1].failed != 1 {
		t.Errorf("after a failed dial: dialing %v, known %v", s.peer.addresses.dialing, s.peer.addresses.known)
	}
	s.expect(s.step(Event{Kind: Opened, Conn: 0, Addr: mapped(8), Dialed: true}), "0: handshake")
	if len(s.peer.addresses.dialing) != 0 {
		t.Errorf("still dialing %v", s.peer.addresses.dialing)
	}

	s.step(Event{Kind: Opened, Conn: 1, Addr: mapped(7)})
	s.receive(1, handshake(s.peer.torrent, id(7), false))
	s.receive(1, Message{Kind: Bitfield, Data: []byte{0x80}})
	s.receive(1, Message{Kind: Unchoke})
	s.receiveBlock(1, 0, 0)
	s.expect(s.receiveMaybeCorrupt(1, Message{Kind: Piece, Begin: BlockSize, Length: BlockSize}, true), "1: hang up")
	for _, a := range []netip.AddrPort{addr(7), mapped(7)} {
		s.expect(s.step(Event{Kind: Opened, Conn: 1, Addr: a}), "1: hang up")
	}
}

// BEP 6: the allowed-fast set of a mapped address is that of its IPv4 address.
func TestMappedAddressIsAllowedFast(t *testing.T) {
	var sets [2][]uint32
	for i, a := range []netip.AddrPort{addr(8), mapped(8)} {
		s := newScript(t, 100, true, func(c *Config) { c.Settings.Fast.Enabled, c.Settings.Fast.SetSize = true, 5 })
		s.step(Event{Kind: Opened, Conn: 0, Addr: a})
		s.receive(0, handshake(s.peer.torrent, id(8), true))
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

// Addresses are dialed until Connections.DialTarget is reached. With fewer connections than
// MinPeers and no address left to dial the tracker is asked again, but not before its minimum
// interval. An address whose dial failed is dialed again only after a pause.
func TestLostConnectionsAreReplaced(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.Settings.Connections.DialTarget, c.Settings.Connections.MinPeers = 2, 2
	})
	reply := &AnnounceReply{Interval: 30 * time.Minute, MinInterval: time.Minute}
	for n := byte(1); n <= 3; n++ {
		reply.Peers = append(reply.Peers, addr(n))
	}
	s.expect(s.step(Event{Kind: Announced, Reply: reply}), "dial 10.0.0.1, dial 10.0.0.2")
	s.step(Event{Kind: Opened, Conn: 0, Addr: addr(1), Dialed: true})
	s.receive(0, handshake(s.peer.torrent, id(1), false))
	s.step(Event{Kind: DialFailed, Addr: addr(2)})
	s.expect(s.advance(3*time.Second), "dial 10.0.0.3")
	s.step(Event{Kind: DialFailed, Addr: addr(3)})
	s.expect(s.advance(54*time.Second), "") // the pauses of 2 and 3, and of the tracker
	s.step(Event{Kind: Closed, Conn: 0})
	s.expect(s.advance(6*time.Second), "dial 10.0.0.2, dial 10.0.0.3")
	s.step(Event{Kind: DialFailed, Addr: addr(2)})
	s.step(Event{Kind: DialFailed, Addr: addr(3)})
	s.expect(s.advance(3*time.Second), "announce ")
}

// Where several peers may share an address, as behind the address translator of a provider, a ban
// is for the peer, whatever its port; the third one is for the address.
func TestBansBehindOneAddress(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.Settings.Connections.SharedAddresses = true })
	at := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(addr(9).Addr(), port) }
	open := func(port uint16, n byte) []string {
		s.step(Event{Kind: Opened, Conn: 1, Addr: at(port)})
		return s.receive(1, handshake(s.peer.torrent, id(n), false))
	}
	for n := byte(10); n < 13; n++ {
		s.expect(open(uint16(n), n), "1: handshake")
		s.receive(1, Message{Kind: Bitfield, Data: []byte{0x80}})
		s.receive(1, Message{Kind: Unchoke})
		s.receiveBlock(1, 0, 0)
		s.expect(s.receiveMaybeCorrupt(1, Message{Kind: Piece, Begin: BlockSize, Length: BlockSize}, true), "1: hang up")
		if n < 12 {
			s.expect(open(99, n), "1: hang up")
		}
	}
	s.expect(s.step(Event{Kind: Opened, Conn: 1, Addr: at(98)}), "1: hang up")
}

// Trackers return the asker, too. A peer that has dialed itself does not do so again.
func TestPeerDialsItselfOnce(t *testing.T) {
	s := newScript(t, 1, false, nil)
	reply := &AnnounceReply{Interval: time.Hour, MinInterval: time.Hour, Peers: []netip.AddrPort{addr(5)}}
	s.expect(s.step(Event{Kind: Announced, Reply: reply}), "dial 10.0.0.5")
	s.step(Event{Kind: Opened, Conn: 0, Addr: addr(5), Dialed: true})
	s.expect(s.receive(0, handshake(s.peer.torrent, id(5), false)), "0: hang up")
	s.step(Event{Kind: Announced, Reply: reply})
	s.expect(without(s.advance(30*time.Minute), "announce"), "")
}
