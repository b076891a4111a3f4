package client

import (
	"testing"
	"time"
)

// asTransmission uses the loop of Transmission: choking rounds every 10 s from the start, pulses
// every 500 ms from the same moment.
func asTransmission(c *Config) {
	s := c.Settings
	s.Choking.Interval, s.Choking.FirstRound = 10*time.Second, 10*time.Second
	c.Loop = Loops().New("pulse", &PulseSettings{Interval: 500 * time.Millisecond, HaveDelay: 10 * time.Second})
	s.Choking.Unchoke, s.Choking.InterestAtRounds, s.Upload.QueueBlocks = UnchokeAtRounds, true, 3
}

// Interest is decided in the round at 10 s, queued in the pulse of that moment, and sent in the
// next pulse together with the first requests.
func TestInterestIsSentWithRequests(t *testing.T) {
	s := newScript(t, 2, false, asTransmission)
	s.connect(0, 9, 0xc0)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "")
	s.expect(s.advance(9999*time.Millisecond), "")
	s.expect(s.advance(2*time.Millisecond), "")
	s.expect(s.advance(500*time.Millisecond), "0: interested, 0: request 0/0, 0: request 0/1")
}

// A change of interest that no other message follows is sent 1 s to 2.5 s after it is queued: the
// delay of 2 s is counted in whole seconds of the wall clock (Transmission, peer-msgs.c:
// peerPulse).
func TestInterestAloneIsDelayed(t *testing.T) {
	s := newScript(t, 2, false, asTransmission)
	s.connect(0, 9, 0xc0)
	s.advance(12 * time.Second)
	s.peer.setInterest(0, false)
	s.advance(500 * time.Millisecond) // until it is queued
	queued := s.now
	for s.peer.NextTick() < Never && len(without(s.advance(100*time.Millisecond), "announce")) == 0 {
	}
	if waited := s.now - queued; waited < time.Second || waited > 2500*time.Millisecond {
		t.Errorf("NOT INTERESTED was sent after %v, want 1 s to 2.5 s", waited)
	}
}

// A request that arrives while the neighbour is sent nothing is served in the next pulse; one that
// arrives while a block is being sent is served when the network has taken that block.
func TestPulseServesRequests(t *testing.T) {
	s := newScript(t, 4, true, asTransmission)
	s.connect(0, 9)
	s.receive(0, Message{Kind: Interested})
	s.advance(11 * time.Second)
	s.expect(s.receiveRequest(0, 0, 0), "")
	s.expect(s.receiveRequest(0, 0, 1), "")
	s.expect(s.advance(500*time.Millisecond), "0: piece 0/0, 0: piece 0/1")
	s.expect(s.receiveRequest(0, 1, 0), "")
	s.expect(s.blockSent(0), "0: piece 1/0")
	s.expect(s.blockSent(0), "")
	s.expect(s.receiveRequest(0, 1, 1), "")
	s.expect(s.blockSent(0), "") // the last one: the next request is served in a pulse
	s.expect(s.advance(500*time.Millisecond), "0: piece 1/1")
}

// A REJECT is delayed as long as a HAVE is.
func TestPulseDelaysReject(t *testing.T) {
	s := newScript(t, 2, true, func(c *Config) { asTransmission(c); c.Settings.Fast.Enabled = true })
	s.connectFast(0, 9)
	s.advance(2 * time.Second) // the bitfield is sent
	s.expect(s.receive(0, requestFor(0, 0)), "")
	s.expect(s.advance(8*time.Second), "")
	s.expect(s.advance(4*time.Second), "0: reject 0/0")
}

// Transmission sends no requests to a neighbour that chokes it, also for allowed-fast pieces.
func TestIgnoredAllowedFastSet(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		asTransmission(c)
		c.Settings.Fast.Enabled, c.Settings.Fast.IgnoreSet = true, true
	})
	s.connectFast(0, 9, 0xc0)
	s.expect(s.receive(0, Message{Kind: AllowedFast, Index: 1}), "")
	s.expect(s.advance(15*time.Second), "0: have none, 0: interested")
	s.receive(0, Message{Kind: Unchoke})
	s.expect(s.advance(time.Second), "0: request 0/0, 0: request 0/1")
}
