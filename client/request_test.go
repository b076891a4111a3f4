package client

import (
	"testing"
	"time"
)

// Blocks that a neighbour does not send, because it chokes this peer or because its connection
// closes, are requested from another.
func TestLostBlocksAreRequestedFromOthers(t *testing.T) {
	for _, loss := range []string{"choke", "close"} {
		s := newScript(t, 1, false, nil)
		s.connect(0, 8, 0x80)
		s.connect(1, 9, 0x80)
		s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
		s.expect(s.receiveBlock(0, 0, 0), "")
		// In the end game the last block is requested from the other one too.
		s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/1")
		s.expect(s.receive(1, Message{Kind: Choke}), "")
		s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/1")
		s.receive(1, Message{Kind: Choke})
		if loss == "choke" {
			s.expect(s.receive(0, Message{Kind: Choke}), "")
		} else {
			s.expect(s.step(Event{Kind: Closed, Conn: 0}), "")
		}
		s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/1")
	}
}

// When a neighbour chokes this peer, its blocks are requested at once from a neighbour that had no
// requests, because it has no other missing piece.
func TestLostBlocksGoToIdleNeighbour(t *testing.T) {
	s := newScript(t, 4, false, nil)
	s.connect(0, 8, 0xf0)
	s.connect(1, 9, 0x80) // it has only the piece that is requested from the other one
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "")
	s.expect(s.receive(0, Message{Kind: Choke}), "1: request 0/0, 1: request 0/1")
}

// A neighbour that unchokes this peer before it is interested is sent requests together with
// INTERESTED.
func TestUnchokeBeforeInterest(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.Settings.Choking.InterestAtRounds = true })
	s.connect(0, 8, 0x80)
	s.receive(0, Message{Kind: Unchoke})
	s.expect(s.advance(10*time.Second), "0: interested, 0: request 0/0, 0: request 0/1")
}

// The backlog rule "bursts" uses the number of blocks that arrive at one moment: after two of its
// six outstanding blocks it sends seven requests.
func TestBlocksOfABurstAreCounted(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) { c.Backlog = backlogRule("bursts") })
	s.connect(0, 8, 0xff)
	for i, requests := range []int{
		len(s.receive(0, Message{Kind: Unchoke})),
		len(s.receiveBlock(0, 0, 0)),
		len(s.receiveBlock(0, 1, 0)),
	} {
		if want := []int{6, 1, 7}[i]; requests != want {
			t.Errorf("%d requests at step %d, want %d", requests, i, want)
		}
	}
}
