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
		c.EndGame, c.Backlog = endGame("broadcast"), always(4)
	})
	s.meet(0, 8, 0xc0)
	s.meet(1, 9, 0xc0)
	s.meet(2, 10, 0x80)
	all := "request 0/0, request 0/1, request 1/0, request 1/1"
	s.expect(inOrder(s.say(0, Message{Kind: Unchoke})), all)
	s.expect(inOrder(s.say(1, Message{Kind: Unchoke})), all)
	s.expect(inOrder(s.say(2, Message{Kind: Unchoke})), "request 0/0, request 0/1") // it has no more
	s.expect(s.blockFrom(2, 0, 0), "0: cancel 0/0, 1: cancel 0/0")
	s.expect(s.blockFrom(0, 1, 0), "1: cancel 1/0")
	s.expect(s.blockFrom(1, 1, 1), "0: cancel 1/1, 0: have 1, 1: have 1, 2: have 1")
	got := s.blockFrom(1, 0, 1)
	if len(got) < 2 || !slices.Equal(got[:2], []string{"0: cancel 0/1", "2: cancel 0/1"}) || !s.peer.Complete() {
		t.Errorf("at the last block: %v, complete: %v", got, s.peer.Complete())
	}
	if c := s.peer.Counters(); c.Blocks != 4 || c.Duplicate != 0 {
		t.Errorf("%d blocks and %d duplicates", c.Blocks, c.Duplicate)
	}
}

// inOrder returns the messages to one neighbour, without its number, in the order of their text.
func inOrder(lines []string) []string {
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
		s.meet(c, 8+byte(c), 0xc0)
	}
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	s.expect(s.say(2, Message{Kind: Unchoke}), "2: request 0/0, 2: request 1/0") // the piece with fewer requests first
	s.expect(s.say(3, Message{Kind: Unchoke}), "3: request 0/1, 3: request 1/1")
	s.expect(s.say(4, Message{Kind: Unchoke}), "")
	s.expect(s.blockFrom(2, 0, 0), "0: cancel 0/0")
	s.expect(s.blockFrom(3, 0, 1), "0: cancel 0/1, 0: have 0, 1: have 0, 2: have 0, 3: have 0, 4: have 0")
}

// A neighbour that has nothing but what another is asked for waits, as long as something else is
// not requested.
func TestNoMaxTwoBeforeAllIsRequested(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.EndGame = endGame("max-two") })
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.say(1, Message{Kind: Unchoke}), "")
	s.expect(without(s.wait(time.Minute), "announce"), "")
}
