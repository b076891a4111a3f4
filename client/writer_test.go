package client

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"swarmsim/client/backlog"
)

// like anacrolix: doubling batches, cancels answered, written in turns of two.
func anacrolix(c *Config) {
	for _, s := range backlog.Strategies() {
		if s.Name == "doubling" {
			c.Backlog = s.New(s.Defaults())
		}
	}
	s := c.Settings
	s.Fast.Enabled, s.Fast.AnswerCancels, s.Fast.CountCancels, s.Fast.KeepWhenChoked, s.Upload.QueueBlocks = true, true, true, true, 2
	c.Loop = loopNamed("writer")
	c.Assign, c.EndGame, s.Fast.IgnoreSet = assignment("rarest"), endGame("steal"), true
	c.Choker, c.SeedChoker, _ = strategies("everyone", "everyone", "sequential")
	s.Choking.AtBlocks = true
}

// meetAlike brings up a connection to a client of the same kind.
func (s *script) meetAlike(c ConnID, n byte, bits ...byte) []string {
	s.do(Event{Kind: Opened, Conn: c, Addr: addr(n)})
	h := handshake(s.peer.torrent, id(n), true)
	h.Index |= AnswersCancels
	out := s.say(c, h)
	if bits != nil {
		out = append(out, s.say(c, Message{Kind: Bitfield, Data: bits})...)
	}
	return out
}

func (s *script) ask(c ConnID, piece, block uint32) []string {
	return s.say(c, Message{Kind: Request, Index: piece, Begin: block * BlockSize, Length: BlockSize})
}

func (s *script) sentTo(c ConnID) []string {
	return s.do(Event{Kind: Sent, Conn: c, Message: Message{Kind: Piece, Length: BlockSize}})
}

// Two blocks go together, the next two when both are taken; what is cancelled
// in time is rejected.
func TestWriterTakesTurns(t *testing.T) {
	s := newScript(t, 4, true, anacrolix)
	s.meetAlike(0, 8)
	s.expect(s.ask(0, 0, 0), "0: piece 0/0")
	for i := range uint32(4) {
		s.expect(s.ask(0, 1+i/2, i%2), "")
	}
	s.expect(s.sentTo(0), "0: piece 1/0, 0: piece 1/1")
	s.expect(s.sentTo(0), "")
	s.expect(s.say(0, Message{Kind: Cancel, Index: 1, Length: BlockSize}), "") // is gone
	s.expect(s.say(0, Message{Kind: Cancel, Index: 2, Length: BlockSize}), "0: reject 2/0")
	s.expect(s.sentTo(0), "0: piece 2/1")
}

// Requests wait until the writer is free.
func TestRequestsWaitForTheTurn(t *testing.T) {
	s := newScript(t, 4, false, anacrolix)
	s.meetAlike(0, 8, 0xe0)
	s.peer.pieces.Verified(3) // as if it had been there
	s.expect(s.ask(0, 3, 0), "0: piece 3/0")
	s.expect(s.say(0, Message{Kind: Unchoke}), "")
	if got := s.sentTo(0); len(got) != 1 {
		t.Errorf("one request is due, not %v", got)
	}
}

// A block is taken over from a longer backlog. Until the cancel is answered it
// counts there, whether a reject or the block is the answer.
func TestCancelsCount(t *testing.T) {
	for _, byReject := range []bool{true, false} {
		s := newScript(t, 2, false, anacrolix)
		s.meetAlike(0, 8, 0xc0)
		s.meetAlike(1, 9, 0xc0)
		var asked []Message
		note := func(out []string) []string {
			for _, a := range s.out {
				if a.Kind == Send && a.Message.Kind == Request && a.Conn == 0 {
					asked = append(asked, a.Message)
				}
			}
			return out
		}
		answer := func() {
			s.now += time.Millisecond
			m := asked[0]
			asked = asked[1:]
			m.Kind = Piece
			note(s.say(0, m))
		}
		note(s.say(0, Message{Kind: Unchoke}))
		answer() // one, then two
		if len(asked) != 2 {
			t.Fatalf("%d requests", len(asked))
		}
		answer()
		last := asked[0]
		s.say(1, Message{Kind: Unchoke}) // asks for the one block that is left
		m := s.out[len(s.out)-1].Message
		m.Kind = Piece
		s.now += time.Millisecond
		s.say(1, m) // and takes over what 0 was asked for
		c := &s.peer.conns[0]
		if c.requests.Len() != 0 || len(c.cold.history.Cancelled) != 1 {
			t.Fatalf("%d requests, %d cancelled", c.requests.Len(), len(c.cold.history.Cancelled))
		}
		last.Kind = Reject
		if !byReject {
			last.Kind = Piece
		}
		s.say(0, last)
		if s.peer.unanswered(c) != 0 {
			t.Errorf("%d requests after the answer", s.peer.unanswered(c))
		}
	}
}

// Once its last request was rejected a connection is asked for nothing, however
// long that lasts. Another connection to the same peer is.
func TestTheLastRejectSilencesAConnection(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		anacrolix(c)
		c.Settings.Connections.AllowDuplicates = true
	})
	from := netip.AddrPortFrom(addr(8).Addr(), 49152)
	greet := func(c ConnID, a netip.AddrPort, dialed bool) {
		s.do(Event{Kind: Opened, Conn: c, Addr: a, Dialed: dialed})
		s.say(c, handshake(s.peer.torrent, id(8), true))
		s.expect(s.say(c, Message{Kind: Bitfield, Data: []byte{0xc0}}), fmt.Sprintf("%d: interested", c))
	}
	greet(0, from, false)
	got := s.say(0, Message{Kind: Unchoke})
	s.expect(got, "0: request 0/0")
	s.expect(s.say(0, Message{Kind: Reject, Length: BlockSize}), "")
	for _, line := range s.wait(4 * time.Minute) {
		if strings.Contains(line, "request") {
			t.Errorf("after the reject: %s", line)
		}
	}
	s.expect(s.do(Event{Kind: Announced, Reply: &AnnounceReply{Interval: 30 * time.Minute, Peers: []netip.AddrPort{addr(8)}}}), "dial 10.0.0.8, announce ")
	greet(1, addr(8), true)
	if got := s.say(1, Message{Kind: Unchoke}); len(got) != 1 || !strings.HasPrefix(got[0], "1: request") {
		t.Errorf("on the other connection: %v", got)
	}
	s.expect(s.do(Event{Kind: Opened, Conn: 2, Addr: from}), "")
	if got := s.say(2, handshake(s.peer.torrent, id(8), true)); !slices.Contains(got, "2: hang up") {
		t.Errorf("a third connection: %v", got)
	}
}

// Served in any order, each request is served once, and the first of many need
// not be among the first.
func TestAnyOrder(t *testing.T) {
	s := newScript(t, 100, true, func(c *Config) {
		anacrolix(c)
		c.Settings.Upload.AnyOrder, c.Settings.Upload.ReadDelay = true, time.Millisecond
	})
	s.meetAlike(0, 8)
	for i := range uint32(200) {
		s.expect(s.ask(0, i/2, i%2), "") // all come before the first is read
	}
	seen := map[string]bool{}
	got := s.wait(time.Millisecond)
	inOrder := 0
	for len(got) > 0 {
		for _, line := range got {
			if seen[line] {
				t.Fatalf("%s twice", line)
			}
			seen[line] = true
		}
		if len(seen) == 100 {
			for i := range uint32(100) {
				m := Message{Kind: Piece, Index: i / 2, Begin: i % 2 * BlockSize}
				if seen[said([]Action{{Kind: Send, Message: m}})[0]] {
					inOrder++
				}
			}
		}
		got = append(s.sentTo(0), s.sentTo(0)...)
	}
	if len(seen) != 200 || inOrder == 100 || inOrder < 50 {
		t.Errorf("%d served; of the first 100, %d were among the first 100 asked for", len(seen), inOrder)
	}
}
