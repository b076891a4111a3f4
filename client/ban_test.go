package client

import (
	"strings"
	"testing"
)

// A piece that fails verification is downloaded again. The only sender of its blocks is banned, and
// its address is refused from then on.
func TestOnlySenderOfCorruptPieceIsBanned(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.connect(0, 8, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	got := s.receiveMaybeCorrupt(0, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, true)
	s.expect(got, "0: hang up")
	if c := s.peer.Counters(); c.FailedPieces != 1 || c.Banned != 1 || s.peer.HaveCount() != 0 {
		t.Errorf("%+v", c)
	}
	s.connect(1, 9, 0x80)
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/0, 1: request 0/1")
	s.receiveBlock(1, 0, 0)
	s.receiveBlock(1, 0, 1)
	if !s.peer.Complete() {
		t.Error("the piece was not downloaded from the other neighbour")
	}
	s.expect(s.step(Event{Kind: Opened, Conn: 0, Addr: addr(8)}), "0: hang up")
}

// If a corrupt piece has several senders, none is banned. One of them is asked for the whole piece,
// on parole; if it fails again, that one is banned.
func TestParoleFindsTheCorruptSender(t *testing.T) {
	for _, guilty := range []ConnID{0, 1} {
		s := newScript(t, 1, false, nil)
		s.connect(0, 8, 0x80)
		s.connect(1, 9, 0x80)
		s.receive(0, Message{Kind: Unchoke})
		s.receive(1, Message{Kind: Unchoke})
		block := func(c ConnID, b uint32) []string {
			m := Message{Kind: Piece, Index: 0, Begin: b * BlockSize, Length: BlockSize}
			return s.receiveMaybeCorrupt(c, m, c == guilty)
		}
		s.expect(block(0, 0), "1: cancel 0/0, 1: request 0/1")
		// The piece fails. 0 has no other requests outstanding, and is asked for all of it.
		s.expect(block(1, 1), "0: cancel 0/1, 0: request 0/0, 0: request 0/1")
		if s.peer.Counters().Banned != 0 {
			t.Fatal("a neighbour was banned after the first failure")
		}
		s.expect(block(0, 0), "")
		got := strings.Join(block(0, 1), ", ")
		if guilty == 0 {
			// It is banned, and the piece is requested from the other one.
			if got != "0: hang up, 1: request 0/0, 1: request 0/1" || s.peer.Counters().Banned != 1 {
				t.Errorf("0 is corrupt: %s, %+v", got, s.peer.Counters())
			}
		} else if !s.peer.Complete() || s.peer.Counters().Banned != 0 {
			t.Errorf("1 is corrupt: %s, %+v", got, s.peer.Counters())
		}
	}
}

// If a neighbour on parole chokes this peer, its piece is requested from others.
func TestChokeEndsParole(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.connect(0, 8, 0x80)
	s.connect(1, 9, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.receive(1, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	s.receiveMaybeCorrupt(1, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, true)
	s.expect(s.receive(0, Message{Kind: Choke}), "1: request 0/0, 1: request 0/1")
}

// Without Requests.Parole a piece that failed is requested like any other, from several neighbours,
// and no neighbour is banned when it fails again.
func TestNoParole(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) {
		c.Settings.Requests.Parole, c.Backlog = false, fixedBacklog(1)
	})
	s.connect(0, 8, 0x80)
	s.connect(1, 9, 0x80)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/1")
	// The end game requests the last block twice.
	s.expect(s.receiveMaybeCorrupt(0, Message{Kind: Piece, Length: BlockSize}, true), "0: request 0/1")
	s.expect(s.receiveBlock(1, 0, 1), "0: cancel 0/1, 0: request 0/0, 1: request 0/1")
	s.receiveMaybeCorrupt(0, Message{Kind: Piece, Length: BlockSize}, true)
	s.receiveBlock(1, 0, 1)
	if c := s.peer.Counters(); c.FailedPieces != 2 || c.Banned != 0 {
		t.Errorf("%+v", c)
	}
}

// libtorrent does not cancel a request when its block arrives from another neighbour. Such requests
// end when their piece fails verification, and the piece can be downloaded again.
func TestCorruptPieceEndsItsRequests(t *testing.T) {
	s := newScript(t, 1, false, asLibtorrent)
	s.connect(0, 8, 0x80)
	s.connect(1, 9, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.receiveMaybeCorrupt(1, Message{Kind: Piece, Index: 0, Length: BlockSize}, true)
	s.receiveMaybeCorrupt(1, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, true)
	s.receiveBlock(0, 0, 0)
	s.receiveBlock(0, 0, 1)
	if !s.peer.Complete() {
		t.Error("the piece was not downloaded again")
	}
}
