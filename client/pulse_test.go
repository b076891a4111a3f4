package client

import (
	"testing"
	"time"
)

// inPulses is a peer that works as Transmission does: rounds every 10 s from its
// start, pulses every 500 ms from the same moment.
func inPulses(c *Config) {
	s := c.Settings
	s.Choking.Interval, s.Choking.FirstRound = 10*time.Second, 10*time.Second
	c.Loop = Loops().New("pulse", &PulseSettings{Interval: 500 * time.Millisecond, HaveDelay: 10 * time.Second})
	s.Choking.AtRounds, s.Choking.InterestAtRounds, s.Upload.QueueBlocks = true, true, 3
}

// Interest is decided in the round at 10 s, noted in the pulse of that moment,
// and said together with the first requests.
func TestInterestGoesWithRequests(t *testing.T) {
	s := newScript(t, 2, false, inPulses)
	s.meet(0, 9, 0xc0)
	s.expect(s.say(0, Message{Kind: Unchoke}), "")
	s.expect(s.wait(9999*time.Millisecond), "")
	s.expect(s.wait(2*time.Millisecond), "")
	s.expect(s.wait(500*time.Millisecond), "0: interested, 0: request 0/0, 0: request 0/1")
}

// Interest alone waits for company until the second after the next has begun.
func TestInterestWaitsWholeSeconds(t *testing.T) {
	s := newScript(t, 2, false, inPulses)
	s.meet(0, 9, 0xc0)
	s.wait(12 * time.Second)
	s.peer.setInterest(0, false)
	s.wait(500 * time.Millisecond) // noted
	noted := s.now
	for s.peer.NextTick() < Never && len(without(s.wait(100*time.Millisecond), "announce")) == 0 {
	}
	if waited := s.now - noted; waited < time.Second || waited > 2500*time.Millisecond {
		t.Errorf("not interested was said after %v, want any time above 1 s", waited)
	}
}

// What is asked for while nothing is on its way is served in the next pulse;
// while a block is, in its wake.
func TestUploadInPulses(t *testing.T) {
	s := newScript(t, 4, true, inPulses)
	s.meet(0, 9)
	s.say(0, Message{Kind: Interested})
	s.wait(11 * time.Second)
	ask := func(i uint32) Message {
		return Message{Kind: Request, Index: i / 2, Begin: i % 2 * BlockSize, Length: BlockSize}
	}
	gone := Event{Kind: Sent, Conn: 0, Message: Message{Kind: Piece, Length: BlockSize}}
	s.expect(s.say(0, ask(0)), "")
	s.expect(s.say(0, ask(1)), "")
	s.expect(s.wait(500*time.Millisecond), "0: piece 0/0, 0: piece 0/1")
	s.expect(s.say(0, ask(2)), "")
	s.expect(s.do(gone), "0: piece 1/0")
	s.expect(s.do(gone), "")
	s.expect(s.say(0, ask(3)), "")
	s.expect(s.do(gone), "") // all is gone: nothing wakes it before the pulse
	s.expect(s.wait(500*time.Millisecond), "0: piece 1/1")
}

// A reject may wait as long as a have.
func TestRejectWaits(t *testing.T) {
	s := newScript(t, 2, true, func(c *Config) { inPulses(c); c.Settings.Fast.Enabled = true })
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(9)})
	s.say(0, handshake(s.peer.torrent, id(9), true))
	s.wait(2 * time.Second) // the bitfield is out
	s.expect(s.say(0, Message{Kind: Request, Length: BlockSize}), "")
	s.expect(s.wait(8*time.Second), "")
	s.expect(s.wait(4*time.Second), "0: reject 0/0")
}

// Transmission hears what it is allowed to ask for while choked, and does not.
func TestNoAllowedFast(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { inPulses(c); c.Settings.Fast.Enabled, c.Settings.Fast.IgnoreSet = true, true })
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(9)})
	s.say(0, handshake(s.peer.torrent, id(9), true))
	s.say(0, Message{Kind: Bitfield, Data: []byte{0xc0}})
	s.expect(s.say(0, Message{Kind: AllowedFast, Index: 1}), "")
	s.expect(s.wait(15*time.Second), "0: have none, 0: interested")
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.wait(time.Second), "0: request 0/0, 0: request 0/1")
}
