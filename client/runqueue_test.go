package client

import (
	"testing"
	"time"
)

// With the loop "run-queue" a neighbour is sent HAVE only when it is its turn: after a message of
// its own, or at the next refresh. Requests for a block that has arrived from another neighbour are
// cancelled once a second.
func TestRunQueueSendsInTurns(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.Assign, c.EndGame = assignment("exclusive"), endGame("broadcast")
		c.Loop, c.Settings.Choking.Unchoke = loopNamed("run-queue"), UnchokeOnInterest
	})
	s.expect(s.advance(time.Second), "announce started")
	s.connect(0, 8, 0xc0)
	s.connect(1, 9, 0xc0)
	s.expect(s.advance(passDelay), "0: interested, 1: interested")
	s.receive(0, Message{Kind: Unchoke})
	s.receive(1, Message{Kind: Unchoke})
	s.expect(s.advance(passDelay), "0: request 0/0, 0: request 0/1, 1: request 1/0, 1: request 1/1")
	s.receiveBlock(0, 0, 0)
	s.expect(s.advance(passDelay), "0: request 1/0") // the end game: both may download piece 1
	s.receiveBlock(0, 0, 1)
	s.expect(s.advance(passDelay), "0: have 0, 0: request 1/1")
	s.receiveBlock(1, 1, 0)
	s.expect(s.advance(passDelay), "1: have 0")
	s.expect(s.advance(2*time.Second), "0: cancel 1/0")
}

// Interest that is withdrawn and declared again before the neighbour's turn starts a round of the
// choker, of which the neighbour is sent only the final state.
func TestRunQueueSendsFinalState(t *testing.T) {
	s := newScript(t, 2, true, func(c *Config) {
		c.Loop, c.Settings.Choking.Unchoke = loopNamed("run-queue"), UnchokeOnInterest
		c.Choker, c.SeedChoker, _ = strategies("aria2", "aria2-seed", "sequential")
	})
	s.advance(time.Second)
	s.connect(0, 8)
	s.receive(0, Message{Kind: Interested})
	s.receive(0, Message{Kind: NotInterested})
	s.receive(0, Message{Kind: Interested})
	s.expect(s.advance(passDelay), "0: unchoke")
}
