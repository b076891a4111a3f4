package client

import (
	"bytes"
	"testing"
	"time"
)

// likeLibtorrent has a client share, end and wait as libtorrent does.
func likeLibtorrent(c *Config) {
	c.Assign, c.EndGame, c.Settings.Requests.AdaptiveTimeout = assignment("contiguous"), endGame("strict"), true
}

// An idle neighbour is asked for what others are asked for only once every piece
// is started, and then with the timer of its own.
func TestBusyBlocks(t *testing.T) {
	s := newScript(t, 2, false, likeLibtorrent)
	s.meet(0, 8, 0xc0)
	s.meet(1, 9, 0x80)
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.say(1, Message{Kind: Unchoke}), "") // nobody is asked for piece 1
	s.expect(s.blockFrom(0, 0, 0), "0: request 1/0")
	s.expect(s.wait(6*time.Second), "1: request 0/1")
	s.expect(s.blockFrom(1, 0, 1), "0: cancel 0/1, 0: have 0, 1: have 0, 1: not interested") // 0 is slow: one request is enough
}

// Who is silent for longer than its blocks usually take loses its newest
// request; what comes late is taken, and the other copy is not cancelled.
func TestPaced(t *testing.T) {
	s := newScript(t, 2, false, likeLibtorrent)
	s.meet(0, 8, 0xc0)
	s.meet(1, 9, 0xc0)
	s.say(0, Message{Kind: Unchoke})
	for _, block := range []uint32{0, 1} {
		s.now += 100 * time.Millisecond
		s.blockFrom(0, 0, block)
	}
	s.expect(without(s.wait(1900*time.Millisecond), "have"), "")
	if s.peer.conns[0].snubbed {
		t.Error("a neighbour that is silent for less than two seconds is snubbing")
	}
	s.wait(1200 * time.Millisecond)
	if !s.peer.conns[0].snubbed {
		t.Error("a neighbour whose blocks took 100 ms is not snubbing after three seconds")
	}
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 1/1")
	s.expect(s.blockFrom(0, 1, 1), "")
	s.blockFrom(1, 1, 1)
	if c := s.peer.Counters(); c.Blocks != 3 || c.Duplicate != 1 {
		t.Errorf("%+v", c)
	}
}

// What was set aside for a neighbour and not asked of it is anybody's once it
// chokes us; what was asked waits to be rejected.
func TestChokeGivesBackWhatIsSetAside(t *testing.T) {
	s := newScript(t, 64, false, func(c *Config) {
		likeLibtorrent(c)
		c.Settings.Fast.Enabled = true
	})
	for n := range ConnID(2) {
		s.do(Event{Kind: Opened, Conn: n, Addr: addr(byte(8 + n))})
		s.say(n, handshake(s.peer.torrent, id(byte(8+n)), true))
		s.say(n, Message{Kind: Bitfield, Data: bytes.Repeat([]byte{0xff}, 8)})
	}
	s.say(0, Message{Kind: Unchoke})
	for range 60 { // the rate grows until runs are worth it
		s.now += 100 * time.Millisecond
		if s.peer.conns[0].requests.ReservedCount() > 0 {
			break
		}
		piece, i := s.peer.pieces.Split(s.peer.conns[0].requests.All()[0])
		s.blockFrom(0, uint32(piece), uint32(i))
	}
	c := &s.peer.conns[0]
	if c.requests.ReservedCount() == 0 {
		t.Fatal("nothing is set aside")
	}
	s.say(0, Message{Kind: Choke})
	if c.requests.ReservedCount() != 0 || c.requests.Len() != 2 {
		t.Errorf("%d requests are left, %d of them only set aside; want the 2 that were sent", c.requests.Len(), c.requests.ReservedCount())
	}
}
