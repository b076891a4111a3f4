package client

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"swarmsim/client/backlog"
	"swarmsim/client/pick"
)

// With Requests.FileEndsFirst the first and the last piece of each file are requested before rarer
// pieces.
func TestFileEndsFirst(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) {
		c.Torrent.Files = []int64{3 * 2 * BlockSize, 1, 5*2*BlockSize - 1}
		c.Settings.Requests.FileEndsFirst, c.Assign = true, assignment("fewest-open")
		c.Picker = rarestFirstAtOnce()
		c.Backlog = wholeTorrent{}
	})
	s.connect(0, 8, 0xff)
	s.connect(1, 9, 0x94) // pieces 0, 3 and 5 have two copies
	s.receive(0, Message{Kind: Unchoke})
	var order []uint32
	for _, a := range s.out {
		if a.Message.Kind == Request && a.Message.Begin == 0 {
			order = append(order, a.Message.Index)
		}
	}
	if len(order) != 8 {
		t.Fatalf("requested %v, want every piece", order)
	}
	if ends := slices.Sorted(slices.Values(order[:4])); !slices.Equal(ends, []uint32{0, 2, 3, 7}) {
		t.Errorf("requested %v first, want the ends of the files: 0 2 3 7", order[:4])
	}
	if order[7] != 5 {
		t.Errorf("requested %d last, want 5, which has the most copies", order[7])
	}
}

// rarestFirstAtOnce is the picker "rarest-first" without random pieces at the start.
func rarestFirstAtOnce() pick.Picker {
	for _, s := range pick.Strategies() {
		if s.Name == "rarest-first" {
			return s.New(&pick.RarestFirst{})
		}
	}
	return nil
}

// wholeTorrent is a backlog rule that requests the 16 blocks of 8 pieces at once.
type wholeTorrent struct{ backlog.Rule }

func (wholeTorrent) NewRequests(_ *backlog.Pace, s backlog.Input) int { return 16 - s.Outstanding }
func (wholeTorrent) Added(*backlog.Pace, int)                         {}

// The rule "picker-driven" asks the picker for the piece of every block, also among active pieces;
// strict priority would finish active pieces first.
func TestPickerDrivenAssignment(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) {
		c.Assign, c.Backlog = assignment("picker-driven"), fixedBacklog(1)
	})
	s.connect(0, 8, 0x20)
	s.connect(1, 9, 0xe0)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 2/0")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/0")
	s.expect(s.receiveBlock(1, 0, 0), "1: request 0/1")
	s.expect(without(s.receiveBlock(1, 0, 1), "have"), "1: request 1/0") // not 2, which is active
}

// Under the rule "exclusive" a piece that a neighbour could not finish is given to another like one
// that has not been started: the picker decides, not the blocks received.
func TestUnfinishedPieceIsReassigned(t *testing.T) {
	s := newScript(t, 3, false, asAria2)
	s.connect(0, 8, 0xe0)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.receiveBlock(0, 0, 0)
	s.connect(1, 9, 0xe0)
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 2/0, 1: request 2/1")
	s.expect(s.receive(0, Message{Kind: Choke}), "")
	s.expect(s.receiveBlock(1, 2, 0), "1: request 0/1")
}

// asAria2 assigns blocks and ends a download as aria2 does.
func asAria2(c *Config) {
	c.Assign, c.EndGame = assignment("exclusive"), endGame("broadcast")
}

// The last block of a piece may arrive after its neighbour has choked this peer. It completes
// the piece; if it is corrupt, the piece is wanted again, once.
func TestLateBlockCompletesUnfinishedPiece(t *testing.T) {
	for _, corrupt := range []bool{false, true} {
		s := newScript(t, 2, false, asAria2)
		s.connect(0, 8, 0x80)
		s.receive(0, Message{Kind: Unchoke})
		s.receiveBlock(0, 0, 0)
		s.receive(0, Message{Kind: Choke})
		s.receiveMaybeCorrupt(0, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, corrupt)
		if s.peer.Have(0) == corrupt {
			t.Errorf("corrupt: %v, complete: %v", corrupt, s.peer.Have(0))
		}
	}
}

// A late block starts a piece again. When its sender is gone others continue the piece, although
// the exclusive rule had not given it to the sender.
func TestLatePieceIsContinuedByOthers(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.Assign, c.Settings.Requests.AdaptiveTimeout = assignment("exclusive"), true
	})
	s.connect(0, 8, 0xc0)
	timeout := s.peer.conns[0].cold.timeout
	timeout.timedOut = append(timeout.timedOut, s.peer.pieces.BlockAt(0, 0))
	s.receiveBlock(0, 0, 0)
	s.step(Event{Kind: Closed, Conn: 0})
	s.connect(1, 9, 0xc0)
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/1, 1: request 1/0")
}

// libtorrent reserves runs of blocks for a fast neighbour. When the neighbour chokes this peer, the
// reserved blocks are released; with the fast extension the outstanding ones wait for their REJECT.
func TestChokeReleasesReservedBlocks(t *testing.T) {
	s := newScript(t, 64, false, func(c *Config) {
		asLibtorrent(c)
		c.Settings.Fast.Enabled = true
	})
	for n := range ConnID(2) {
		s.connectFast(n, byte(8+n), bytes.Repeat([]byte{0xff}, 8)...)
	}
	s.receive(0, Message{Kind: Unchoke})
	for range 60 { // until the rate is high enough for a run
		s.now += 100 * time.Millisecond
		if s.peer.conns[0].requests.ReservedCount() > 0 {
			break
		}
		piece, i := s.peer.pieces.Split(s.peer.conns[0].requests.All()[0])
		s.receiveBlock(0, uint32(piece), uint32(i))
	}
	c := &s.peer.conns[0]
	if c.requests.ReservedCount() == 0 {
		t.Fatal("no blocks are reserved")
	}
	s.receive(0, Message{Kind: Choke})
	if c.requests.ReservedCount() != 0 || c.requests.Len() != 2 {
		t.Errorf("%d requests are left, %d of them only reserved; want the 2 that were sent",
			c.requests.Len(), c.requests.ReservedCount())
	}
}

// A REJECT of a block that is reserved and not requested yet releases it.
func TestRejectReleasesReservedBlock(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { asLibtorrent(c); c.Settings.Fast.Enabled = true })
	s.connectFast(0, 8, 0xc0)
	c := &s.peer.conns[0]
	x := s.peer.pieces.Start(1, c.serial)
	s.peer.reserve(c, x, 0)
	s.peer.reserve(c, x, 1)
	s.receive(0, Message{Kind: Reject, Index: 1, Length: BlockSize})
	if c.requests.Len() != 1 {
		t.Errorf("%d blocks are reserved, want 1", c.requests.Len())
	}
}
