package client

import (
	"net/netip"
	"testing"
)

// The first two are the examples of BEP 40. The rank is the same at both ends.
func TestCanonicalPriority(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want uint32
	}{
		{"123.213.32.10:0", "98.76.54.32:0", 0xec2d7224},
		{"123.213.32.10:0", "123.213.32.234:0", 0x99568189},
		{"206.248.98.111:0", "142.147.89.224:0", 0x2b41d456}, // anacrolix/torrent, bep40_test.go
	} {
		a, b := netip.MustParseAddrPort(c.a), netip.MustParseAddrPort(c.b)
		if x, y := canonicalPriority(a, b), canonicalPriority(b, a); x != c.want || y != c.want {
			t.Errorf("%v and %v: %x and %x, want %x", a, b, x, y, c.want)
		}
	}
}

// A full peer accepts a connection of a higher canonical priority than its lowest one, which it ends,
// and refuses others.
func TestFullPeerMakesRoom(t *testing.T) {
	own := addr(5)
	rank := func(n byte) uint32 { return canonicalPriority(own, addr(n)) }
	low, high := byte(8), byte(9)
	if rank(low) > rank(high) {
		low, high = high, low
	}
	full := func(first byte) *script {
		s := newScript(t, 1, false, func(c *Config) {
			c.Addr = own
			c.Settings.Connections = ConnectionSettings{DialTarget: 1, Max: 1, NumWant: 1, CanonicalPriority: true}
		})
		s.connect(0, first)
		return s
	}
	s := full(low)
	s.expect(s.step(Event{Kind: Opened, Conn: 1, Addr: addr(high)}), "0: hang up")
	s = full(high)
	s.expect(s.step(Event{Kind: Opened, Conn: 1, Addr: addr(low)}), "1: hang up")
}
