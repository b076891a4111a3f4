package client

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"swarmsim/client/pieces"
)

// BEP 6, "Allowed Fast Set Generation": the published example, for 7 and for 9 pieces.
func TestAllowedFastSetOfBEP6(t *testing.T) {
	torrent := &Torrent{InfoHash: [20]byte(bytes.Repeat([]byte{0xaa}, 20)), Layout: pieces.Layout{Length: 1313, PieceLength: 1}}
	want := []uint32{1059, 431, 808, 1217, 287, 376, 1188, 353, 508}
	for _, n := range []int{7, 9} {
		if got := allowedFastSet(netip.MustParseAddr("80.4.4.200"), torrent, n, DeriveBEP6); !slices.Equal(got, want[:n]) {
			t.Errorf("k = %d: %v, want %v", n, got, want[:n])
		}
	}
}

// The derivations differ in the part of the address that counts. No set has a piece twice, or
// more pieces than the torrent.
func TestAllowedFastDerivations(t *testing.T) {
	torrent := &Torrent{InfoHash: [20]byte{1}, Layout: pieces.Layout{Length: 1000, PieceLength: 1}}
	set := func(addr string, d AllowedFastDerivation) []uint32 {
		return allowedFastSet(netip.MustParseAddr(addr), torrent, 10, d)
	}
	for _, c := range []struct {
		a, b string
		same []AllowedFastDerivation // those for which both addresses have one set
	}{
		{"10.1.2.3", "10.1.2.4", []AllowedFastDerivation{DeriveBEP6, DeriveAddressClass}},
		{"10.1.2.3", "10.1.9.3", []AllowedFastDerivation{DeriveAddressClass}},
		{"10.1.2.3", "10.2.2.3", nil},
		{"192.0.2.3", "192.0.2.4", []AllowedFastDerivation{DeriveBEP6, DeriveAddressClass}},
		{"192.0.2.3", "192.0.9.3", nil},
	} {
		for _, d := range []AllowedFastDerivation{DeriveBEP6, DeriveAddressClass, DeriveWholeAddress} {
			if same := slices.Equal(set(c.a, d), set(c.b, d)); same != slices.Contains(c.same, d) {
				t.Errorf("derivation %d: %s and %s have the same set: %v", d, c.a, c.b, same)
			}
		}
	}
	small := &Torrent{Layout: pieces.Layout{Length: 3, PieceLength: 1}}
	got := allowedFastSet(netip.MustParseAddr("10.1.2.3"), small, 10, DeriveBEP6)
	if slices.Sort(got); !slices.Equal(got, []uint32{0, 1, 2}) {
		t.Errorf("a torrent of 3 pieces: %v", got)
	}
}

// BEP 6, "Allowed Fast": the message may be repeated, also more often than there may be pieces.
func TestRepeatedAllowedFast(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) { c.Settings.Fast = true })
	s.speakFast(0, 8, 0xff)
	s.expect(s.say(0, Message{Kind: AllowedFast, Index: 5}), "0: request 5/0, 0: request 5/1")
	for range maxAllowedFast + 1 {
		s.expect(s.say(0, Message{Kind: AllowedFast, Index: 5}), "")
	}
	if n := len(s.peer.conns[0].cold.allowedFast); n != 1 {
		t.Errorf("%d pieces are allowed, want 1", n)
	}
}
