package client

import (
	"slices"
	"testing"
	"time"
)

// A neighbour that owes a block and sends none for a minute is snubbing ("anti-snubbing", Cohen
// 2003). Its blocks are requested from others until it sends again.
func TestSnubbingNeighbour(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.connect(0, 8, 0xc0)
	s.connect(1, 9, 0xc0)
	s.receive(0, Message{Kind: Unchoke})
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	s.expect(s.receiveBlock(1, 1, 0), "")
	s.expect(s.receiveBlock(1, 1, 1), "0: have 1, 1: have 1, 1: request 0/0")
	// 1 joined the end game for one block. 0 sends nothing any more.
	got := without(s.advance(58*time.Second), "keep-alive")
	s.expect(got, "")
	got = without(s.advance(5*time.Second), "keep-alive")
	if !slices.Contains(got, "1: request 0/1") && !slices.Contains(got, "0: request 0/1") {
		t.Errorf("the block that 0 owes is not requested again: %v", got)
	}
	if !s.peer.conns[0].snubbed {
		t.Error("a neighbour that owes a block for a minute is not snubbing")
	}
	s.receiveBlock(0, 0, 1)
	if s.peer.conns[0].snubbed {
		t.Error("a neighbour that sends again is still snubbing")
	}
}

// asLibtorrent assigns blocks, ends a download and times requests out as libtorrent does.
func asLibtorrent(c *Config) {
	c.Assign, c.EndGame, c.Settings.Requests.AdaptiveTimeout = assignment("contiguous"), endGame("strict"), true
}

// libtorrent: a neighbour that is silent for longer than its blocks usually take, and for two
// seconds at least, loses its newest request to others. Its block is still accepted when it
// arrives, and the other request for it is not cancelled.
func TestAdaptiveTimeout(t *testing.T) {
	s := newScript(t, 2, false, asLibtorrent)
	s.connect(0, 8, 0xc0)
	s.connect(1, 9, 0xc0)
	s.receive(0, Message{Kind: Unchoke})
	for _, block := range []uint32{0, 1} {
		s.now += 100 * time.Millisecond
		s.receiveBlock(0, 0, block)
	}
	s.expect(without(s.advance(1900*time.Millisecond), "have"), "")
	if s.peer.conns[0].snubbed {
		t.Error("a neighbour that is silent for less than two seconds is snubbing")
	}
	s.advance(1200 * time.Millisecond)
	if !s.peer.conns[0].snubbed {
		t.Error("a neighbour whose blocks took 100 ms is not snubbing after three seconds")
	}
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 1/1")
	s.expect(s.receiveBlock(0, 1, 1), "")
	s.receiveBlock(1, 1, 1)
	if c := s.peer.Counters(); c.Blocks != 3 || c.Duplicate != 1 {
		t.Errorf("%+v", c)
	}
}
