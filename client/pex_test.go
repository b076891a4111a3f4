package client

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"swarmsim/client/extension"
)

// exchanged describes the peer exchange messages that the last steps sent on a connection, such as
// "+10.0.0.8:6881/2 -10.0.0.7:6881", with the flags of added peers.
func (s *script) exchanged(c ConnID) string {
	var out []string
	for _, data := range s.sent(c, extension.PEX) {
		var x extension.PeerExchange
		if err := x.Decode(data, 1000); err != nil {
			s.t.Fatal(err)
		}
		for _, p := range x.Added {
			out = append(out, fmt.Sprintf("+%v/%d", p.Addr, p.Flags))
		}
		for _, a := range x.Dropped {
			out = append(out, fmt.Sprintf("-%v", a))
		}
	}
	return strings.Join(out, " ")
}

// advanceTo lets time pass until the peer sends a peer exchange message on a connection, at most d,
// and describes it.
func (s *script) advanceTo(c ConnID, d time.Duration) string {
	for end := s.now + d; s.peer.NextTick() <= end; {
		s.now = s.peer.NextTick()
		s.step(Event{Kind: Tick})
		if text := s.exchanged(c); text != "" {
			return text
		}
	}
	return ""
}

// exchange is a peer exchange message with added peers.
func exchange(added ...netip.AddrPort) Message {
	var x extension.PeerExchange
	for _, a := range added {
		x.Added = append(x.Added, extension.Peer{Addr: a})
	}
	return extended(extension.PEX, x.Append(nil))
}

// BEP 11: a neighbour is told of the others, without itself, and after a minute of the changes. The
// address of one that dialed us has the port of its extension handshake.
func TestPeerExchange(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	dialed := addr(7)
	s.step(Event{Kind: Announced, Reply: &AnnounceReply{Interval: time.Hour, MinInterval: time.Hour, Peers: []netip.AddrPort{dialed}}})
	s.step(Event{Kind: Opened, Conn: 0, Addr: dialed, Dialed: true})
	s.receive(0, handshake(s.peer.torrent, id(7), false)) // it does not speak the protocol
	s.connectExtended(1, 8, []byte{0xc0}, func(h *extension.Handshake) { h.Port, h.Encryption = 7000, true })
	s.connectExtended(2, 9, nil, func(h *extension.Handshake) { h.Port = 0 }) // cannot be dialed
	s.connectExtended(3, 10, nil, nil)
	if got := s.advanceTo(1, 2*time.Second); got != "+10.0.0.7:6881/16 +10.0.0.10:6881/8" {
		t.Errorf("the first message to 8 is %s", got)
	}
	if got := s.exchanged(2); got != "+10.0.0.7:6881/16 +10.0.0.8:7000/11 +10.0.0.10:6881/8" {
		t.Errorf("the first message to 9 is %s", got)
	}
	began := s.now
	s.step(Event{Kind: Closed, Conn: 0})
	s.step(Event{Kind: Closed, Conn: 3})
	s.connectExtended(3, 10, nil, nil)
	s.connectExtended(0, 11, nil, nil)
	got := s.advanceTo(1, 2*time.Minute)
	if got != "+10.0.0.10:6881/8 +10.0.0.11:6881/8 -10.0.0.7:6881" {
		t.Errorf("the second message to 8 is %s", got)
	}
	if wait := s.now - began; wait < time.Minute || wait > time.Minute+3*time.Second {
		t.Errorf("it comes after %v", wait)
	}
	if got := s.advanceTo(1, 5*time.Minute); got != "" {
		t.Errorf("without changes %s follows", got)
	}
}

// BEP 11: no more than 50 added and 50 dropped peers in a message but the first; the others follow.
func TestLongExchangesAreDivided(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		allExtensions(c)
		c.Settings.Connections.Max = 400
	})
	s.connectExtended(0, 9, nil, nil)
	join := func(from, to int) {
		for n := from; n < to; n++ {
			h := handshake(s.peer.torrent, PeerID{0: byte(n), 1: byte(n >> 8), 19: 'x'}, false)
			h.Index |= SpeaksExtensions
			a := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(n >> 8), byte(n)}), 49152)
			s.step(Event{Kind: Opened, Conn: ConnID(n), Addr: a})
			s.receive(ConnID(n), h)
			s.receive(ConnID(n), theirHandshake(nil))
		}
	}
	counts := func() string {
		text := s.advanceTo(0, 90*time.Second)
		return fmt.Sprintf("+%d -%d", strings.Count(text, "+"), strings.Count(text, "-"))
	}
	join(1, 111)
	for i, want := range []string{"+100 -0", "+10 -0"} {
		if got := counts(); got != want {
			t.Errorf("message %d has %s, want %s", i+1, got, want)
		}
	}
	join(111, 181)
	for n := 1; n <= 60; n++ {
		s.step(Event{Kind: Closed, Conn: ConnID(n)})
	}
	for i, want := range []string{"+50 -50", "+20 -10", "+0 -0"} {
		if got := counts(); got != want {
			t.Errorf("message %d has %s, want %s", i+3, got, want)
		}
	}
}

// Addresses from a neighbour are dialed, except those at which no peer can be, that of this peer,
// that of a neighbour whose port is known, and loopback addresses from elsewhere.
func TestExchangedAddressesAreDialed(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	for n := byte(1); n <= 3; n++ {
		s.connectExtended(ConnID(n), n, nil, func(h *extension.Handshake) { h.YourIP = addr(5).Addr() })
	}
	parse := netip.MustParseAddrPort
	s.expect(s.receive(1, exchange(addr(20), parse("10.0.0.21:0"), parse("0.0.0.0:1"), parse("224.0.0.1:1"), parse("[ff02::1]:1"),
		parse("255.255.255.255:1"), parse("127.0.0.1:1"), addr(5), addr(2), addr(20), parse("[2001:db8::1]:5"), parse("[::ffff:10.0.0.20]:6881"))),
		"dial 10.0.0.20, dial 2001:db8::1")
}

// One message a minute is accepted, a few more at once. A flood ends the connection, and does not
// fill the address book, in which a part remains for the tracker's peers.
func TestExchangeFloodEndsConnection(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		allExtensions(c)
		c.Settings.Connections.DialTarget = 1
	})
	s.connectExtended(0, 9, nil, nil)
	for i := range acceptBurst + maxIgnored {
		var many []netip.AddrPort
		for n := range 200 {
			many = append(many, netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, byte(i), byte(n)}), 1))
		}
		s.expect(s.receive(0, exchange(many...)), "")
	}
	if n := len(s.peer.addresses.known); n != maxAddresses*3/4 {
		t.Errorf("%d addresses are known", n)
	}
	s.expect(s.receive(0, exchange(addr(1))), "0: hang up")
}

// BEP 27: a private torrent has no peer exchange, and its peers come from the tracker alone.
func TestPrivateTorrentHasNoPeerExchange(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		allExtensions(c)
		c.Torrent.Private = true
		c.Info = make([]byte, 7)
	})
	s.connectExtended(0, 9, nil, nil)
	s.connectExtended(1, 8, nil, nil)
	if s.peer.ext.ours[extension.PEX] != 0 || s.peer.ext.ours[extension.Metadata] != 0 {
		t.Errorf("it offers %v", s.peer.ext.ours)
	}
	s.expect(s.receive(0, exchange(addr(20))), "")
	if got := s.advanceTo(0, 5*time.Minute); got != "" {
		t.Errorf("it sends %s", got)
	}
	found := func(from Source, n byte) []string {
		return s.step(Event{Kind: PeersFound, Source: from, Reply: &AnnounceReply{Peers: []netip.AddrPort{addr(n)}}})
	}
	s.expect(found(FromDHT, 21), "")
	s.expect(found(FromTracker, 22), "dial 10.0.0.22")
}

// Addresses of any source are dialed at once.
func TestFoundPeersAreDialed(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.expect(s.step(Event{Kind: PeersFound, Source: FromLSD, Reply: &AnnounceReply{Peers: []netip.AddrPort{addr(20), mapped(20)}}}), "dial 10.0.0.20")
}
