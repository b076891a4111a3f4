package client

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// asAnacrolix configures a client as anacrolix/torrent: batches of requests that double, cancels
// that are answered, and a writer that sends two blocks at a time.
func asAnacrolix(c *Config) {
	s := c.Settings
	c.Backlog, c.Loop = backlogRule("doubling"), loopNamed("writer")
	c.Assign, c.EndGame = assignment("rarest"), endGame("steal")
	c.Choker, c.SeedChoker, _ = strategies("everyone", "everyone", "sequential")
	s.Fast.Enabled, s.Fast.AnswerCancels, s.Fast.CountCancels, s.Fast.KeepWhenChoked = true, true, true, true
	s.Fast.IgnoreSet, s.Upload.QueueBlocks, s.Choking.Unchoke = true, 2, UnchokePerBlock
}

// connectAnsweringCancels is connectFast for a neighbour that answers each CANCEL, as this client
// does.
func (s *script) connectAnsweringCancels(c ConnID, n byte, bits ...byte) []string {
	h := handshake(s.peer.torrent, id(n), true)
	h.Index |= AnswersCancels
	return s.connectWith(c, n, h, bits)
}

// The writer sends two blocks together, and the next two when the network has taken both. A request
// that is cancelled before its block is sent is rejected (BEP 6).
func TestWriterSendsTwoBlocksAtATime(t *testing.T) {
	s := newScript(t, 4, true, asAnacrolix)
	s.connectAnsweringCancels(0, 8)
	s.expect(s.receiveRequest(0, 0, 0), "0: piece 0/0")
	for i := range 4 {
		s.expect(s.receiveRequest(0, 1+i/2, i%2), "")
	}
	s.expect(s.blockSent(0), "0: piece 1/0, 0: piece 1/1")
	s.expect(s.blockSent(0), "")
	s.expect(s.receive(0, Message{Kind: Cancel, Index: 1, Length: BlockSize}), "") // already sent
	s.expect(s.receive(0, Message{Kind: Cancel, Index: 2, Length: BlockSize}), "0: reject 2/0")
	s.expect(s.blockSent(0), "0: piece 2/1")
}

// Requests are sent when the writer is free again.
func TestRequestsWaitForWriter(t *testing.T) {
	s := newScript(t, 4, false, asAnacrolix)
	s.connectAnsweringCancels(0, 8, 0xe0)
	s.peer.pieces.Verified(3) // a piece that the peer has from the start
	s.expect(s.receiveRequest(0, 3, 0), "0: piece 3/0")
	s.expect(s.receive(0, Message{Kind: Unchoke}), "")
	if got := s.blockSent(0); len(got) != 1 {
		t.Errorf("when the block is sent: %v, want one request", got)
	}
}

// The end game "steal" requests a block from an idle neighbour that is outstanding at one with more
// requests, and cancels it there. The cancelled request counts as outstanding until the neighbour
// answers it, with a REJECT or with the block.
func TestCancelledRequestCountsUntilAnswered(t *testing.T) {
	for _, answer := range []Kind{Reject, Piece} {
		s := newScript(t, 2, false, asAnacrolix)
		s.connectAnsweringCancels(0, 8, 0xc0)
		s.connectAnsweringCancels(1, 9, 0xc0)
		var requested []Message // from 0, not answered
		receive := func(m Message) {
			s.receive(0, m)
			for _, a := range s.out {
				if a.Kind == Send && a.Message.Kind == Request && a.Conn == 0 {
					requested = append(requested, a.Message)
				}
			}
		}
		sendBlock := func() {
			s.now += time.Millisecond
			m := requested[0]
			requested = requested[1:]
			m.Kind = Piece
			receive(m)
		}
		receive(Message{Kind: Unchoke})
		sendBlock()
		if len(requested) != 2 { // the backlog doubles from one
			t.Fatalf("%d requests after the first block, want 2", len(requested))
		}
		sendBlock()
		last := requested[0]
		s.receive(1, Message{Kind: Unchoke}) // the one remaining block is requested from 1
		m := s.out[len(s.out)-1].Message
		m.Kind = Piece
		s.now += time.Millisecond
		s.receive(1, m) // and then the block that is outstanding at 0
		c := &s.peer.conns[0]
		if c.requests.Len() != 0 || len(c.cold.history.Cancelled) != 1 {
			t.Fatalf("%d requests and %d cancelled ones, want 0 and 1",
				c.requests.Len(), len(c.cold.history.Cancelled))
		}
		last.Kind = answer
		s.receive(0, last)
		if n := s.peer.unanswered(c); n != 0 {
			t.Errorf("%d requests are outstanding after %v, want 0", n, answer)
		}
	}
}

// In anacrolix/torrent a REJECT of the last outstanding request does not trigger new requests, and
// nothing else does later. A second connection to the same peer is not affected; a third is
// refused.
func TestRejectOfLastRequestEndsRequests(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		asAnacrolix(c)
		c.Settings.Connections.AllowDuplicates = true
	})
	from := netip.AddrPortFrom(addr(8).Addr(), 49152)
	connect := func(c ConnID, a netip.AddrPort, dialed bool) {
		s.step(Event{Kind: Opened, Conn: c, Addr: a, Dialed: dialed})
		s.receive(c, handshake(s.peer.torrent, id(8), true))
		s.expect(s.receive(c, Message{Kind: Bitfield, Data: []byte{0xc0}}), fmt.Sprintf("%d: interested", c))
	}
	connect(0, from, false)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0")
	s.expect(s.receive(0, Message{Kind: Reject, Length: BlockSize}), "")
	for _, line := range s.advance(4 * time.Minute) {
		if strings.Contains(line, "request") {
			t.Errorf("after the REJECT: %s", line)
		}
	}
	reply := &AnnounceReply{Interval: 30 * time.Minute, Peers: []netip.AddrPort{addr(8)}}
	s.expect(s.step(Event{Kind: Announced, Reply: reply}), "dial 10.0.0.8, announce ")
	connect(1, addr(8), true)
	if got := s.receive(1, Message{Kind: Unchoke}); len(got) != 1 || !strings.HasPrefix(got[0], "1: request") {
		t.Errorf("an UNCHOKE on the second connection: %v, want one request", got)
	}
	s.expect(s.step(Event{Kind: Opened, Conn: 2, Addr: from}), "")
	if got := s.receive(2, handshake(s.peer.torrent, id(8), true)); !slices.Contains(got, "2: hang up") {
		t.Errorf("a third connection: %v, want a hang up", got)
	}
}

// With Upload.AnyOrder each request is served once, in random order: of the first 100 blocks sent
// 50 to 99 are among the first 100 requested.
func TestUploadInAnyOrder(t *testing.T) {
	s := newScript(t, 100, true, func(c *Config) {
		asAnacrolix(c)
		c.Settings.Upload.AnyOrder, c.Settings.Upload.ReadDelay = true, time.Millisecond
	})
	s.connectAnsweringCancels(0, 8)
	for i := range 200 {
		s.expect(s.receiveRequest(0, i/2, i%2), "") // all arrive before the first is read
	}
	served := map[string]bool{}
	got := s.advance(time.Millisecond)
	early := 0
	for len(got) > 0 {
		for _, line := range got {
			if served[line] {
				t.Fatalf("%s is sent twice", line)
			}
			served[line] = true
		}
		if len(served) == 100 {
			for i := range 100 {
				if served[fmt.Sprintf("0: piece %d/%d", i/2, i%2)] {
					early++
				}
			}
		}
		got = append(s.blockSent(0), s.blockSent(0)...)
	}
	if len(served) != 200 || early == 100 || early < 50 {
		t.Errorf("%d served; of the first 100, %d were among the first 100 requested", len(served), early)
	}
}
