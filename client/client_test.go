package client

import (
	"slices"
	"strings"
	"testing"
	"time"

	"swarmsim/prefetch"
)

// A download from end to end, as BEP 3 has it.
func TestDownload(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.expect(s.meet(0, 9, 0xc0), "0: handshake, 0: interested")
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.blockFrom(0, 0, 0), "0: request 1/0")
	s.expect(s.blockFrom(0, 0, 1), "0: have 0, 0: request 1/1")
	s.expect(s.blockFrom(0, 1, 0), "")
	s.expect(s.blockFrom(0, 1, 1), "0: have 1, 0: not interested, announce completed, 0: hang up")
	if !s.peer.Complete() || s.peer.Counters().Blocks != 4 || s.peer.Counters().Duplicate != 0 {
		t.Errorf("complete: %v, %+v", s.peer.Complete(), s.peer.Counters())
	}
}

// An upload: asked for, handed over one at a time, the rest cancelled.
func TestUpload(t *testing.T) {
	s := newScript(t, 2, true, nil)
	s.expect(s.meet(0, 9), "0: handshake, 0: bitfield")
	ask := func(i uint32) Message {
		return Message{Kind: Request, Index: i / 2, Begin: i % 2 * BlockSize, Length: BlockSize}
	}
	s.expect(s.say(0, ask(0)), "") // choked: not served
	s.expect(s.say(0, Message{Kind: Interested}), "0: unchoke")
	s.expect(s.say(0, ask(0)), "0: piece 0/0")
	s.expect(s.say(0, ask(1)), "")
	s.expect(s.say(0, ask(2)), "")
	cancel := ask(1)
	cancel.Kind = Cancel
	s.expect(s.say(0, cancel), "")
	s.expect(s.do(Event{Kind: Sent, Conn: 0, Message: Message{Kind: Piece, Length: BlockSize}}), "0: piece 1/0")
}

// Blocks lost to a choke or a closed connection are asked of others.
func TestLostBlocksAreAskedOfOthers(t *testing.T) {
	for _, loss := range []string{"choke", "close"} {
		s := newScript(t, 1, false, nil)
		s.meet(0, 8, 0x80)
		s.meet(1, 9, 0x80)
		s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
		s.expect(s.blockFrom(0, 0, 0), "")
		// The other one joins in for the last block: end game.
		s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/1")
		s.expect(s.say(1, Message{Kind: Choke}), "")
		s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/1")
		s.say(1, Message{Kind: Choke})
		if loss == "choke" {
			s.expect(s.say(0, Message{Kind: Choke}), "")
		} else {
			s.expect(s.do(Event{Kind: Closed, Conn: 0}), "")
		}
		s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/1")
	}
}

func TestLostBlocksGoToWhoeverHasRoom(t *testing.T) {
	s := newScript(t, 4, false, nil)
	s.meet(0, 8, 0xf0)
	s.meet(1, 9, 0x80) // has only what the other one is asked for
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.say(1, Message{Kind: Unchoke}), "")
	s.expect(s.say(0, Message{Kind: Choke}), "1: request 0/0, 1: request 0/1")
}

// End game: a block on its way from one is asked of another that is idle, and
// cancelled when it arrives.
func TestEndGameCancels(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/0")
	s.expect(s.blockFrom(1, 0, 0), "0: cancel 0/0, 1: request 0/1")
	s.expect(s.blockFrom(0, 0, 0), "") // it was under way already
	if c := s.peer.Counters(); c.Blocks != 1 || c.Duplicate != 1 {
		t.Errorf("%+v", c)
	}
}

func TestNoEndGameWhenTurnedOff(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.EndGame = endGame("off") })
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.say(1, Message{Kind: Unchoke}), "")
}

// Who is asked and sends nothing for a minute is asked no more, and others are.
func TestSnubbed(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.meet(0, 8, 0xc0)
	s.meet(1, 9, 0xc0)
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	s.expect(s.blockFrom(1, 1, 0), "")
	s.expect(s.blockFrom(1, 1, 1), "0: have 1, 1: have 1, 1: request 0/0")
	// 1 joined the end game for one block; now 0 falls silent and 1 works on.
	got := without(s.wait(58*time.Second), "keep-alive")
	s.expect(got, "")
	got = without(s.wait(5*time.Second), "keep-alive")
	if !slices.Contains(got, "1: request 0/1") && !slices.Contains(got, "0: request 0/1") {
		t.Errorf("nobody is asked for the block that is owed: %v", got)
	}
	if !s.peer.conns[0].snubbed {
		t.Error("a neighbour that owes a block for a minute is not snubbing")
	}
	s.blockFrom(0, 0, 1)
	if s.peer.conns[0].snubbed {
		t.Error("a neighbour that sends again is still snubbing")
	}
}

func TestKeepAliveAndIdle(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.meet(0, 8)
	s.expect(without(s.wait(119*time.Second), "announce"), "")
	s.expect(without(s.wait(4*time.Second), "announce"), "0: keep-alive")
	s.expect(without(s.wait(180*time.Second), "announce"), "0: keep-alive, 0: hang up")
}

func TestHandshakeTimesOut(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.do(Event{Kind: Opened, Conn: 3, Addr: addr(8)})
	s.expect(s.wait(23*time.Second), "3: hang up")
}

// Who breaks the protocol is hung up on.
func TestProtocolErrors(t *testing.T) {
	bad := map[string]Message{
		"a piece that does not exist":     {Kind: Have, Index: 2},
		"a bitfield of the wrong length":  {Kind: Bitfield, Data: []byte{0, 0}},
		"spare bits set":                  {Kind: Bitfield, Data: []byte{0xff}},
		"a request beyond the end":        {Kind: Request, Index: 1, Begin: BlockSize, Length: BlockSize + 1},
		"a request for nothing":           {Kind: Request, Index: 0},
		"a request for what we lack":      {Kind: Request, Index: 0, Length: BlockSize},
		"a block off the grid":            {Kind: Piece, Index: 0, Begin: 1, Length: BlockSize},
		"a block of the wrong length":     {Kind: Piece, Index: 0, Length: 1},
		"a block of a piece that is not":  {Kind: Piece, Index: 7, Length: BlockSize},
		"a second handshake":              {Kind: Handshake},
		"a message of no known kind":      {Kind: 77},
		"a block whose bytes are too few": {Kind: Piece, Index: 0, Length: BlockSize, Data: []byte{1}},
	}
	for name, m := range bad {
		s := newScript(t, 2, false, nil)
		s.meet(0, 8)
		if got := s.say(0, m); !slices.Contains(got, "0: hang up") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWrongHandshakes(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.say(0, Message{Kind: Have}), "0: hang up")
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.say(0, handshake(&Torrent{InfoHash: [20]byte{9}}, id(8), false)), "0: hang up")
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.say(0, handshake(s.peer.torrent, id(5), false)), "0: hang up") // ourselves
}

// Of two connections between the same two peers one is kept, the same one at
// both ends: that which the greater ID dialed.
func TestOneConnectionToAPeer(t *testing.T) {
	for _, other := range []byte{4, 6} { // we are 5
		s := newScript(t, 2, false, nil)
		s.meet(0, other) // it dialed
		s.expect(s.do(Event{Kind: Opened, Conn: 1, Addr: addr(other), Dialed: true}), "1: handshake")
		got := s.say(1, handshake(s.peer.torrent, id(other), false))
		want := "0: hang up"
		if other > 5 {
			want = "1: hang up"
		}
		s.expect(got, want)
	}
	s := newScript(t, 2, false, nil)
	s.meet(0, 9)
	if got := s.meet(1, 9); !slices.Contains(got, "1: hang up") {
		t.Errorf("a second connection by the same peer: %v", got)
	}
}

// A corrupt piece is thrown away and asked for again; a sender that was alone
// is banned for good.
func TestCorruptPieces(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.meet(0, 8, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.blockFrom(0, 0, 0)
	got := s.sayBlock(0, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, true)
	s.expect(got, "0: hang up")
	if c := s.peer.Counters(); c.FailedPieces != 1 || c.Banned != 1 || s.peer.HaveCount() != 0 {
		t.Errorf("%+v", c)
	}
	s.meet(1, 9, 0x80)
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/0, 1: request 0/1")
	s.blockFrom(1, 0, 0)
	s.blockFrom(1, 0, 1)
	if !s.peer.Complete() {
		t.Error("the piece was not had from another")
	}
	s.expect(s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)}), "0: hang up")
}

// With several senders nobody is banned: the piece is had again from one alone,
// and that one answers for it.
func TestCorruptSenderAmongOthers(t *testing.T) {
	for _, guilty := range []ConnID{0, 1} {
		s := newScript(t, 1, false, nil)
		s.meet(0, 8, 0x80)
		s.meet(1, 9, 0x80)
		s.say(0, Message{Kind: Unchoke})
		s.say(1, Message{Kind: Unchoke})
		bad := func(c ConnID, b uint32) []string {
			return s.sayBlock(c, Message{Kind: Piece, Index: 0, Begin: b * BlockSize, Length: BlockSize}, c == guilty)
		}
		s.expect(bad(0, 0), "1: cancel 0/0, 1: request 0/1")
		// It fails, and 0, which is free first, has it alone.
		s.expect(bad(1, 1), "0: cancel 0/1, 0: request 0/0, 0: request 0/1")
		if s.peer.Counters().Banned != 0 {
			t.Fatal("somebody was banned on suspicion")
		}
		s.expect(bad(0, 0), "")
		got := strings.Join(bad(0, 1), ", ")
		if guilty == 0 {
			// Convicted; the other one takes over.
			if got != "0: hang up, 1: request 0/0, 1: request 0/1" || s.peer.Counters().Banned != 1 {
				t.Errorf("guilty: %s, %+v", got, s.peer.Counters())
			}
		} else if !s.peer.Complete() || s.peer.Counters().Banned != 0 {
			t.Errorf("innocent: %s, %+v", got, s.peer.Counters())
		}
	}
}

// A neighbour on parole that chokes us leaves the piece to others.
func TestParoleEnds(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.say(1, Message{Kind: Unchoke})
	s.blockFrom(0, 0, 0)
	s.sayBlock(1, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, true)
	s.expect(s.say(0, Message{Kind: Choke}), "1: request 0/0, 1: request 0/1")
}

// Neighbours are dialed up to the limit; when too few are left, the tracker is
// asked again, but not before it allows.
func TestRefill(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Settings.Connections.DialTarget, c.Settings.Connections.MinPeers = 2, 2 })
	reply := &AnnounceReply{Interval: 30 * time.Minute, MinInterval: time.Minute}
	for n := byte(1); n <= 3; n++ {
		reply.Peers = append(reply.Peers, addr(n))
	}
	s.expect(s.do(Event{Kind: Announced, Reply: reply}), "dial 10.0.0.1, dial 10.0.0.2")
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(1), Dialed: true})
	s.say(0, handshake(s.peer.torrent, id(1), false))
	s.do(Event{Kind: DialFailed, Addr: addr(2)})
	s.expect(s.wait(3*time.Second), "dial 10.0.0.3")
	s.do(Event{Kind: DialFailed, Addr: addr(3)})
	s.expect(s.wait(54*time.Second), "") // addresses that failed rest, and so does the tracker
	s.do(Event{Kind: Closed, Conn: 0})
	s.expect(s.wait(6*time.Second), "dial 10.0.0.2, dial 10.0.0.3")
	s.do(Event{Kind: DialFailed, Addr: addr(2)})
	s.do(Event{Kind: DialFailed, Addr: addr(3)})
	s.expect(s.wait(3*time.Second), "announce ")
}

func TestAcceptLimit(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Settings.Connections.Max = 2 })
	s.meet(0, 1)
	s.meet(1, 2)
	s.expect(s.do(Event{Kind: Opened, Conn: 2, Addr: addr(3)}), "2: hang up")
}

// A tracker that does not answer is asked again and told everything in the end.
func TestAnnounceRetries(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.meet(0, 8, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.blockFrom(0, 0, 0)
	got := s.blockFrom(0, 0, 1)
	if !slices.Contains(got, "announce completed") {
		t.Fatalf("%v", got)
	}
	for _, pause := range []time.Duration{15, 30, 60} {
		s.do(Event{Kind: AnnounceFailed})
		s.expect(s.wait(pause*time.Second-1), "")
		s.expect(s.wait(1), "announce completed")
	}
	s.do(Event{Kind: Announced, Reply: &AnnounceReply{Interval: 30 * time.Minute, MinInterval: time.Minute}})
	s.expect(s.wait(30*time.Minute-time.Second), "announce ")
}

func TestLeaveSaysFarewell(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.meet(0, 8)
	s.do(Event{Kind: Opened, Conn: 1, Addr: addr(9)})
	s.expect(s.do(Event{Kind: Leave}), "0: hang up, 1: hang up, announce stopped")
	if s.peer.NextTick() != Never {
		t.Error("it wants to go on")
	}
}

// Where neighbours have turns, one hears of a new piece in its own: when it has
// said something, or at the next refresh. Requests for a block that has come are
// withdrawn once a second.
func TestTurns(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.Assign, c.EndGame = assignment("exclusive"), endGame("broadcast")
		c.Loop, c.Settings.Choking.OnInterest = loopNamed("run-queue"), true
	})
	s.expect(s.wait(time.Second), "announce started")
	s.meet(0, 8, 0xc0)
	s.meet(1, 9, 0xc0)
	s.expect(s.wait(passDelay), "0: interested, 1: interested")
	s.say(0, Message{Kind: Unchoke})
	s.say(1, Message{Kind: Unchoke})
	s.expect(s.wait(passDelay), "0: request 0/0, 0: request 0/1, 1: request 1/0, 1: request 1/1")
	s.blockFrom(0, 0, 0)
	s.expect(s.wait(passDelay), "0: request 1/0") // the end game: 1 is given to both
	s.blockFrom(0, 0, 1)
	s.expect(s.wait(passDelay), "0: have 0, 0: request 1/1")
	s.blockFrom(1, 1, 0)
	s.expect(s.wait(passDelay), "1: have 0")
	s.expect(s.wait(2*time.Second), "0: cancel 1/0")
}

// A neighbour that neither asks nor sends is left, the sooner if there is no
// interest on either side.
func TestInactive(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Loop, c.Settings.Timeouts.Inactive = loopNamed("run-queue"), time.Minute })
	s.wait(time.Second)
	s.meet(0, 8, 0x80)
	s.meet(1, 9)
	s.expect(s.wait(29*time.Second), "0: interested")
	s.expect(s.wait(2*time.Second), "1: hang up")
	s.expect(s.wait(28*time.Second), "")
	s.expect(s.wait(2*time.Second), "0: hang up")
}

// Interest that goes and comes again in one pass is a round for the choker, but
// the neighbour hears only of what comes of it in the end.
func TestTurnTakesWhatCameTogether(t *testing.T) {
	s := newScript(t, 2, true, func(c *Config) {
		c.Loop, c.Settings.Choking.OnInterest = loopNamed("run-queue"), true
		c.Choker, c.SeedChoker, _ = strategies("aria2", "aria2-seed", "sequential")
	})
	s.wait(time.Second)
	s.meet(0, 8)
	s.say(0, Message{Kind: Interested})
	s.say(0, Message{Kind: NotInterested})
	s.say(0, Message{Kind: Interested})
	s.expect(s.wait(passDelay), "0: unchoke")
}

// A piece that a neighbour could not finish is as good as any other of its
// rarity: the peer's own order decides.
func TestOwnPiecesAreGivenBack(t *testing.T) {
	s := newScript(t, 3, false, func(c *Config) { c.Assign, c.EndGame = assignment("exclusive"), endGame("broadcast") })
	s.meet(0, 8, 0xe0)
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.blockFrom(0, 0, 0)
	s.meet(1, 9, 0xe0)
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 2/0, 1: request 2/1")
	s.expect(s.say(0, Message{Kind: Choke}), "")
	s.expect(s.blockFrom(1, 2, 0), "1: request 0/1")
}

// There is no piece with the greatest number that a message can name, which an int of 32
// bits takes for -1.
func TestPieceBeyondAll(t *testing.T) {
	for _, kind := range []Kind{Have, Suggest, AllowedFast} {
		s := newScript(t, 4, false, func(c *Config) { c.Settings.Fast.Enabled = true })
		s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
		s.say(0, handshake(s.peer.torrent, id(8), true))
		s.peer.PrefetchMessage(&prefetch.List{}, 0, 0, kind, 1<<32-1, 0)
		s.expect(s.say(0, Message{Kind: kind, Index: 1<<32 - 1}), "0: hang up")
	}
}
