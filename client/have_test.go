package client

import (
	"slices"
	"testing"

	"swarmsim/client/reveal"
)

// BEP 6, "Have All/Have None": exactly one of BITFIELD, HAVE ALL and HAVE NONE follows the
// handshake between two peers with the fast extension. BEP 3 has only BITFIELD, which a peer
// without pieces may leave out.
func TestPiecesAreAnnounced(t *testing.T) {
	partly := func(t *testing.T, change func(*Config)) *script {
		s := newScript(t, 2, false, change)
		s.connect(7, 70, 0xc0)
		s.receive(7, Message{Kind: Unchoke})
		s.receiveBlock(7, 0, 0)
		s.receiveBlock(7, 0, 1)
		return s
	}
	complete := func(t *testing.T, change func(*Config)) *script { return newScript(t, 2, true, change) }
	empty := func(t *testing.T, change func(*Config)) *script { return newScript(t, 2, false, change) }
	superSeeding := func(c *Config) { c.Reveal = reveal.Strategies().NewDefault("super-seeding") }
	for _, c := range []struct {
		name        string
		start       func(*testing.T, func(*Config)) *script
		change      func(*Config)
		fast, plain string // the messages after the handshake, with the fast extension and without
	}{
		{"no pieces", empty, nil, "have none", ""},
		{"some pieces", partly, nil, "bitfield", "bitfield"},
		{"all pieces", complete, nil, "have all", "bitfield"},
		{"super-seeding", complete, superSeeding, "have none, 0: have 1", "have 1"},
	} {
		for _, neighbourIsFast := range []bool{true, false} {
			s := c.start(t, func(x *Config) {
				if x.Settings.Fast.Enabled = true; c.change != nil {
					c.change(x)
				}
			})
			s.step(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
			got := s.receive(0, handshake(s.peer.torrent, id(8), neighbourIsFast))
			want := c.plain
			if neighbourIsFast {
				want = c.fast
			}
			if want != "" {
				want = ", 0: " + want
			}
			s.expect(got, "0: handshake"+want)
		}
	}
}

// BEP 6: HAVE ALL is a full bitfield and HAVE NONE an empty one, and HAVE messages may follow.
func TestHaveAllAndHaveNone(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.connectFast(0, 8)
	s.expect(s.receive(0, Message{Kind: HaveAll}), "0: interested")
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.connectFast(1, 9)
	s.expect(s.receive(1, Message{Kind: HaveNone}), "")
	s.expect(s.receive(1, Message{Kind: Have, Index: 1}), "1: interested")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	if copies := s.peer.pieces.Copies(); !slices.Equal(copies, []uint16{1, 2}) {
		t.Errorf("copies %v, want 1 and 2", copies)
	}
	s.step(Event{Kind: Closed, Conn: 0})
	if copies := s.peer.pieces.Copies(); !slices.Equal(copies, []uint16{0, 1}) {
		t.Errorf("copies %v, want 0 and 1", copies)
	}
}

// HAVE NONE from a neighbour that has pieces ends the connection, as does HAVE ALL or HAVE NONE without
// the fast extension. Two complete peers disconnect.
func TestWrongPieceAnnouncementEndsConnection(t *testing.T) {
	for _, kind := range []Kind{HaveAll, HaveNone} {
		s := newScript(t, 2, false, func(c *Config) { c.Settings.Fast.Enabled = true })
		s.connect(0, 8)
		s.expect(s.receive(0, Message{Kind: kind}), "0: hang up")
	}
	s := newScript(t, 2, false, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.connectFast(1, 9, 0x80)
	s.expect(s.receive(1, Message{Kind: HaveNone}), "1: hang up")
	s = newScript(t, 2, true, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.connectFast(0, 8)
	s.expect(s.receive(0, Message{Kind: HaveAll}), "0: hang up")
}

// aria2 may send HAVE messages before its bitfield or HAVE ALL, which then add pieces and take none.
func TestBitfieldAfterHave(t *testing.T) {
	s := newScript(t, 3, false, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.connectFast(0, 8)
	s.expect(s.receiveHave(0, 1), "0: interested")
	s.expect(s.receive(0, Message{Kind: Bitfield, Data: []byte{0x80}}), "")
	s.expect(s.receive(0, Message{Kind: Bitfield, Data: []byte{0x80}}), "")
	if copies := s.peer.pieces.Copies(); !slices.Equal(copies, []uint16{1, 1, 0}) {
		t.Errorf("copies %v, want 1, 1 and 0", copies)
	}
	s.expect(s.receive(0, Message{Kind: HaveAll}), "")
	if copies := s.peer.pieces.Copies(); !slices.Equal(copies, []uint16{1, 1, 1}) {
		t.Errorf("copies %v, want 1 each", copies)
	}
	s.expect(s.receive(0, Message{Kind: Bitfield, Data: []byte{0x81}}), "0: hang up")
}
