package client

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// BEP 3: once all that is missing is requested, a downloader "sends requests for everything to
// everyone it's downloading from", and "it sends cancels to everyone else every time a piece
// arrives". This is the end game broadcast (mainline).
func TestBroadcastEndGame(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.EndGame, c.Backlog = endGame("broadcast"), fixedBacklog(4)
	})
	s.connect(0, 8, 0xc0)
	s.connect(1, 9, 0xc0)
	s.connect(2, 10, 0x80)
	all := "request 0/0, request 0/1, request 1/0, request 1/1"
	s.expect(sortedMessages(s.receive(0, Message{Kind: Unchoke})), all)
	s.expect(sortedMessages(s.receive(1, Message{Kind: Unchoke})), all)
	s.expect(sortedMessages(s.receive(2, Message{Kind: Unchoke})), "request 0/0, request 0/1") // it has only piece 0
	s.expect(s.receiveBlock(2, 0, 0), "0: cancel 0/0, 1: cancel 0/0")
	s.expect(s.receiveBlock(0, 1, 0), "1: cancel 1/0")
	s.expect(s.receiveBlock(1, 1, 1), "0: cancel 1/1, 0: have 1, 1: have 1, 2: have 1")
	got := s.receiveBlock(1, 0, 1)
	if len(got) < 2 || !slices.Equal(got[:2], []string{"0: cancel 0/1", "2: cancel 0/1"}) || !s.peer.Complete() {
		t.Errorf("at the last block: %v, complete: %v", got, s.peer.Complete())
	}
	if c := s.peer.Counters(); c.Blocks != 4 || c.Duplicate != 0 {
		t.Errorf("%d blocks and %d duplicates", c.Blocks, c.Duplicate)
	}
}

// sortedMessages returns the messages to one neighbour, without its number, sorted as text.
func sortedMessages(lines []string) []string {
	var out []string
	for _, l := range lines {
		_, message, _ := strings.Cut(l, ": ")
		out = append(out, message)
	}
	slices.Sort(out)
	return out
}

// Transmission, peer-mgr.c (testForEndgame, tr_peerMgrGetNextRequests): once all that is missing is
// requested, a block is requested from a second neighbour, and from no third.
func TestMaxTwoEndGame(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.EndGame = endGame("max-two") })
	for c := range ConnID(5) {
		s.connect(c, 8+byte(c), 0xc0)
	}
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	// The piece with fewer requests comes first.
	s.expect(s.receive(2, Message{Kind: Unchoke}), "2: request 0/0, 2: request 1/0")
	s.expect(s.receive(3, Message{Kind: Unchoke}), "3: request 0/1, 3: request 1/1")
	s.expect(s.receive(4, Message{Kind: Unchoke}), "")
	s.expect(s.receiveBlock(2, 0, 0), "0: cancel 0/0")
	s.expect(s.receiveBlock(3, 0, 1), "0: cancel 0/1, 0: have 0, 1: have 0, 2: have 0, 3: have 0, 4: have 0")
}

// Before all missing blocks are requested, a neighbour is sent no request for a block that is
// outstanding at another, even if it has no other block to send.
func TestMaxTwoBeginsWhenAllIsRequested(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.EndGame = endGame("max-two") })
	s.connect(0, 8, 0x80)
	s.connect(1, 9, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.expect(s.receive(1, Message{Kind: Unchoke}), "")
	s.expect(without(s.advance(time.Minute), "announce"), "")
}

// The end game "single-duplicate" requests a block that is outstanding at one neighbour from
// another that is idle, and cancels the other request when the block arrives. A block that was sent
// before the CANCEL arrived is a duplicate.
func TestSingleDuplicateEndGame(t *testing.T) {
	s := newScript(t, 1, false, nil)
	s.connect(0, 8, 0x80)
	s.connect(1, 9, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/0")
	s.expect(s.receiveBlock(1, 0, 0), "0: cancel 0/0, 1: request 0/1")
	s.expect(s.receiveBlock(0, 0, 0), "")
	if c := s.peer.Counters(); c.Blocks != 1 || c.Duplicate != 1 {
		t.Errorf("%+v", c)
	}
}

// Without an end game no block is requested twice.
func TestNoEndGame(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.EndGame = endGame("off") })
	s.connect(0, 8, 0x80)
	s.connect(1, 9, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.expect(s.receive(1, Message{Kind: Unchoke}), "")
}

// libtorrent (the end game "strict") requests a block twice only once every piece is started, and
// asks a neighbour without requests again after a pause (RetryAfter). The other request is
// cancelled when the block arrives.
func TestStrictEndGame(t *testing.T) {
	s := newScript(t, 2, false, asLibtorrent)
	s.connect(0, 8, 0xc0)
	s.connect(1, 9, 0x80)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "") // piece 1 is not requested yet
	s.expect(s.receiveBlock(0, 0, 0), "0: request 1/0")
	s.expect(s.advance(6*time.Second), "1: request 0/1")
	// 0 is slow, and one request keeps it busy.
	s.expect(s.receiveBlock(1, 0, 1), "0: cancel 0/1, 0: have 0, 1: have 0, 1: not interested")
}
