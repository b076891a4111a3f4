package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"swarmsim/client/reveal"
)

// These scripts play a seed that announces its pieces gradually. They test the messages; which
// piece is announced is decided by the strategy, and tested in client/reveal. The quotations are
// from BEP 16, https://www.bittorrent.org/beps/bep_0016.html.

// newRevealScript starts a seed with a reveal strategy.
func newRevealScript(t *testing.T, count int, strategy string) *script {
	return newScript(t, count, true, func(c *Config) { c.Reveal = reveal.Strategies().NewDefault(strategy) })
}

// announcedPiece returns the piece of the HAVE to a neighbour, which must be the only one.
func (s *script) announcedPiece(got []string, c ConnID) int {
	s.t.Helper()
	var piece int
	n := 0
	for _, line := range got {
		if strings.Contains(line, ": have ") {
			n++
			if _, err := fmt.Sscanf(line, fmt.Sprintf("%d: have %%d", c), &piece); err != nil {
				n++
			}
		}
	}
	if n != 1 {
		s.t.Fatalf("at %v: %v, want one HAVE to %d", s.now, got, c)
	}
	return piece
}

// "it will not act as a standard seed, but masquerades as a normal client with no data. As clients
// connect, it will then inform them that it received a piece"
func TestSuperSeedSendsNoBitfield(t *testing.T) {
	s := newRevealScript(t, 4, "super-seeding")
	out := s.connect(0, 8)
	s.expect(out, fmt.Sprintf("0: handshake, 0: have %d", s.announcedPiece(out, 0)))
}

// A seed that reveals everything at once sends a bitfield.
func TestRevealAllSendsBitfield(t *testing.T) {
	s := newRevealScript(t, 4, "all")
	s.expect(s.connect(0, 8), "0: handshake, 0: bitfield")
}

// A peer that is not complete when it starts announces all that it has.
func TestLeecherRevealsAll(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Reveal = reveal.Strategies().NewDefault("super-seeding") })
	s.connect(0, 8, 0xc0)
	s.receive(0, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	s.receiveBlock(0, 0, 1)
	s.expect(s.connect(1, 9), "1: handshake, 1: bitfield")
}

// "This will induce the client to attempt to download only that piece." A request for another piece
// ends the connection, as with a peer that lacks it.
func TestSuperSeedServesOnlyAnnouncedPieces(t *testing.T) {
	s := newRevealScript(t, 4, "super-seeding")
	piece := s.announcedPiece(s.connect(0, 8), 0)
	s.expect(s.receive(0, Message{Kind: Interested}), "0: unchoke")
	s.expect(s.receiveRequest(0, piece, 0), fmt.Sprintf("0: piece %d/0", piece))
	s.expect(s.receiveRequest(0, (piece+1)%4, 0), "0: hang up")
}

// "the seed will not inform it of any other pieces until it has seen the piece it had sent
// previously present on at least one other client"
func TestSuperSeedAnnouncesTheNextPiece(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.announcedPiece(s.connect(0, 8), 0)
	s.connect(1, 9)
	s.expect(s.receiveHave(0, first), "")
	s.announcedPiece(s.receiveHave(1, first), 0)
}

// The bitfield of a new neighbour may show that another neighbour has uploaded its piece to it.
func TestSuperSeedCountsBitfields(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.announcedPiece(s.connect(0, 8), 0)
	s.connect(1, 9)
	s.announcedPiece(s.receive(1, Message{Kind: Bitfield, Data: []byte{0x80 >> first}}), 0)
}

// When every piece has been seen at a neighbour, super-seeding ends: the seed announces to each
// neighbour the remaining pieces that it lacks, and sends a bitfield to new ones.
func TestSuperSeedAnnouncesTheRest(t *testing.T) {
	s := newRevealScript(t, 3, "super-seeding")
	first := s.announcedPiece(s.connect(0, 8), 0)
	s.connect(1, 9)
	s.receive(1, Message{Kind: Bitfield, Data: []byte{0xe0 &^ (0x80 >> first)}})
	out := s.receiveHave(0, first)
	var want []string
	for piece := range 3 {
		if piece != first {
			want = append(want, fmt.Sprintf("0: have %d", piece))
		}
	}
	want = append(want, fmt.Sprintf("1: have %d", first))
	s.expect(out, strings.Join(want, ", "))
	s.expect(s.connect(2, 10), "2: handshake, 2: bitfield")
}

// A NOT INTERESTED that crosses the HAVE of the next piece does not choke the neighbour, which is
// interested again as soon as the HAVE arrives. Without a new INTERESTED it is choked in the next
// round.
func TestSuperSeedDoesNotChokeAfterAnAnnouncement(t *testing.T) {
	for _, test := range []struct {
		name       string
		interested bool
		wants      string
	}{
		{"interested again", true, ""},
		{"not interested any more", false, "0: choke"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRevealScript(t, 8, "super-seeding")
			first := s.announcedPiece(s.connect(0, 8), 0)
			s.connect(1, 9)
			s.expect(s.receive(0, Message{Kind: Interested}), "0: unchoke")
			s.receiveHave(0, first)
			next := s.announcedPiece(s.receiveHave(1, first), 0)
			s.expect(s.receive(0, Message{Kind: NotInterested}), "")
			s.expect(s.receiveRequest(0, next, 0), fmt.Sprintf("0: piece %d/0", next))
			if test.interested {
				s.expect(s.receive(0, Message{Kind: Interested}), "")
			}
			s.expect(s.advance(10*time.Second), test.wants)
		})
	}
}

// A neighbour that has the piece announced to it is choked when it sends NOT INTERESTED.
func TestSuperSeedChokesNeighbourThatHasItsPiece(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.announcedPiece(s.connect(0, 8), 0)
	s.connect(1, 9)
	s.expect(s.receive(0, Message{Kind: Interested}), "0: unchoke")
	s.receiveHave(0, first)
	s.expect(s.receive(0, Message{Kind: NotInterested}), "0: choke")
}

// If no neighbour uploads its piece to another, the next piece is announced to each after the snub
// timeout.
func TestSuperSeedEndsAStall(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first, second := s.announcedPiece(s.connect(0, 8), 0), s.announcedPiece(s.connect(1, 9), 1)
	s.expect(s.receiveHave(0, first), "")
	s.expect(s.receiveHave(1, second), "")
	out := s.advance(65 * time.Second)
	haves := 0
	for _, line := range out {
		if strings.Contains(line, ": have ") {
			haves++
		}
	}
	if haves != 2 {
		t.Errorf("%v, want a HAVE to each neighbour", out)
	}
}

// A neighbour that connects again may request the piece that is announced on the new connection,
// and not the one that was announced on the old connection.
func TestReconnectedNeighbourGetsNewPiece(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.announcedPiece(s.connect(0, 8), 0)
	s.step(Event{Kind: Closed, Conn: 0})
	s.connect(1, 9, 0x80>>first) // so that the other pieces are rarer
	if next := s.announcedPiece(s.connect(0, 8), 0); next == first {
		t.Fatalf("announced %d again", first)
	}
	s.receive(0, Message{Kind: Interested})
	s.expect(s.receiveRequest(0, first, 0), "0: hang up")
}

// A smart seed announces the next piece with the last block of the one before it, and everything
// when each piece has been sent once (Bharambe, Herley and Padmanabhan, INFOCOM 2006).
func TestSmartSeedSendsEachPieceOnce(t *testing.T) {
	s := newRevealScript(t, 2, "smart-seed")
	first := s.announcedPiece(s.connect(0, 8), 0)
	second := 1 - first
	s.expect(s.receive(0, Message{Kind: Interested}), "0: unchoke")
	s.expect(s.receiveRequest(0, first, 0), fmt.Sprintf("0: piece %d/0", first))
	s.expect(s.receiveRequest(0, first, 1), "")
	s.expect(s.blockSent(0), fmt.Sprintf("0: piece %d/1, 0: have %d", first, second))
	s.blockSent(0)
	s.receiveHave(0, first)
	s.receive(0, Message{Kind: Interested})
	s.connect(1, 9)
	s.receiveRequest(0, second, 0)
	s.receiveRequest(0, second, 1)
	s.expect(s.blockSent(0), fmt.Sprintf("0: piece %d/1, 1: have %d, 1: have %d", second, 0, 1))
}
