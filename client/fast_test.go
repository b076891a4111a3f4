package client

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"swarmsim/client/pieces"
	"swarmsim/client/reveal"
)

// BEP 6, "Allowed Fast Set Generation": the published example, for 7 and for 9 pieces.
func TestAllowedFastSetOfBEP6(t *testing.T) {
	torrent := &Torrent{
		InfoHash: [20]byte(bytes.Repeat([]byte{0xaa}, 20)),
		Layout:   pieces.Layout{Length: 1313, PieceLength: 1},
	}
	want := []uint32{1059, 431, 808, 1217, 287, 376, 1188, 353, 508}
	for _, n := range []int{7, 9} {
		if got := allowedFastSet(netip.MustParseAddr("80.4.4.200"), torrent, n, DeriveBEP6); !slices.Equal(got, want[:n]) {
			t.Errorf("k = %d: %v, want %v", n, got, want[:n])
		}
	}
}

// The derivations use different parts of the address. No set has a piece twice, or more pieces
// than the torrent.
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
func TestAllowedFastMayBeRepeated(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.connectFast(0, 8, 0xff)
	s.expect(s.receive(0, Message{Kind: AllowedFast, Index: 5}), "0: request 5/0, 0: request 5/1")
	for range maxFastPieces + 1 {
		s.expect(s.receive(0, Message{Kind: AllowedFast, Index: 5}), "")
	}
	if n := len(s.peer.conns[0].cold.allowedFast); n != 1 {
		t.Errorf("%d pieces are allowed, want 1", n)
	}
}

// BEP 6, "Reject Request": a request for a piece that the peer lacks, has not announced, or that
// it does not serve because it chokes the neighbour is rejected, and the connection stays.
func TestUnservedRequestsAreRejected(t *testing.T) {
	fast := func(c *Config) { c.Settings.Fast.Enabled = true }
	s := newScript(t, 2, false, fast)
	s.connectFast(0, 8)
	s.expect(s.receive(0, requestFor(1, 0)), "0: reject 1/0") // the peer lacks the piece

	s = newScript(t, 4, true, func(c *Config) { fast(c); c.Reveal = reveal.Strategies().NewDefault("super-seeding") })
	s.connectFast(0, 8)
	s.receive(0, Message{Kind: Interested})
	for piece := range uint32(4) {
		want := fmt.Sprintf("0: reject %d/1", piece)
		if s.peer.isAnnounced(0, int(piece)) {
			want = fmt.Sprintf("0: piece %d/1", piece)
		}
		s.expect(s.receive(0, requestFor(piece, 1)), want)
	}

	s = newScript(t, 2, true, fast)
	s.connectFast(0, 8)
	s.expect(s.receive(0, requestFor(0, 1)), "0: reject 0/1") // the neighbour is choked
}

// BEP 3: without the fast extension a request for a piece that was never announced ends the
// connection, and one of a choked neighbour is ignored.
func TestRequestsWithoutFastExtension(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.connect(0, 8)
	s.expect(s.receive(0, requestFor(1, 0)), "0: hang up")
	s = newScript(t, 2, true, nil)
	s.connect(0, 8)
	s.expect(s.receive(0, requestFor(1, 0)), "")
}

// A malformed request ends the connection, with and without the fast extension.
func TestMalformedRequestEndsConnection(t *testing.T) {
	for _, fast := range []bool{false, true} {
		for name, m := range map[string]Message{
			"no such piece":        {Kind: Request, Index: 2, Length: BlockSize},
			"beyond the piece":     {Kind: Request, Index: 1, Begin: BlockSize, Length: BlockSize + 1},
			"of length 0":          {Kind: Request},
			"longer than accepted": {Kind: Request, Length: maxBlock + 1},
		} {
			s := newScript(t, 2, true, func(c *Config) { c.Settings.Fast.Enabled = fast })
			s.connectFast(0, 8)
			if got := s.receive(0, m); !slices.Equal(got, []string{"0: hang up"}) {
				t.Errorf("%s, fast extension %v: %v", name, fast, got)
			}
		}
	}
}

// BEP 6, "Choke": a choke rejects the requests that are pending, except those for allowed-fast
// pieces.
func TestChokeRejectsPendingRequests(t *testing.T) {
	s := newScript(t, 8, true, func(c *Config) { c.Settings.Fast.Enabled, c.Settings.Fast.SetSize = true, 2 })
	s.connectFast(0, 8)
	allowed := s.peer.conns[0].cold.grantedFast
	other := uint32(0)
	for slices.Contains(allowed, other) {
		other++
	}
	s.receive(0, Message{Kind: Interested})
	s.expect(s.receive(0, requestFor(other, 0)), fmt.Sprintf("0: piece %d/0", other))
	s.expect(s.receive(0, requestFor(other, 1)), "") // the network has not taken the first block
	s.expect(s.receive(0, requestFor(allowed[0], 0)), "")
	s.expect(s.receive(0, Message{Kind: NotInterested}), fmt.Sprintf("0: choke, 0: reject %d/1", other))
	s.expect(s.blockSent(0), fmt.Sprintf("0: piece %d/0", allowed[0]))
}

// BEP 6, "Allowed Fast": also a client whose neighbours' requests wait through a choke serves those
// for allowed-fast pieces meanwhile.
func TestAllowedFastIsServedThroughChoke(t *testing.T) {
	s := newScript(t, 8, true, func(c *Config) {
		c.Settings.Fast.Enabled, c.Settings.Fast.SetSize, c.Settings.Fast.KeepWhenChoked = true, 1, true
	})
	s.connectFast(0, 8)
	allowed := s.peer.conns[0].cold.grantedFast[0]
	other := (allowed + 1) % 8
	sent := Event{Kind: Sent, Conn: 0, Message: Message{Kind: Piece, Length: BlockSize}}
	s.receive(0, Message{Kind: Interested})
	s.receive(0, requestFor(other, 0))
	s.expect(s.receive(0, requestFor(other, 1)), "")
	s.expect(s.receive(0, Message{Kind: NotInterested}), "0: choke")
	s.expect(s.step(sent), "") // it is held
	s.expect(s.receive(0, requestFor(allowed, 1)), fmt.Sprintf("0: piece %d/1", allowed))
	s.expect(s.step(sent), "")
	s.expect(s.receive(0, Message{Kind: Interested}), fmt.Sprintf("0: unchoke, 0: piece %d/1", other))
}

// BEP 6, "Cancel": a cancelled request is rejected where the settings say so, unless its block is
// sent.
func TestCancelIsAnswered(t *testing.T) {
	s := newScript(t, 8, true, func(c *Config) { c.Settings.Fast.Enabled, c.Settings.Fast.AnswerCancels = true, true })
	s.connectFast(0, 8)
	s.receive(0, Message{Kind: Interested})
	s.expect(s.receive(0, requestFor(0, 0)), "0: piece 0/0")
	s.expect(s.receive(0, requestFor(0, 1)), "")
	for block, want := range []string{"", "0: reject 0/1"} {
		cancel := requestFor(0, uint32(block))
		cancel.Kind = Cancel
		s.expect(s.receive(0, cancel), want)
	}
}
