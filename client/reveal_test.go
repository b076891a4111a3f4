package client

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"swarmsim/client/reveal"
)

// The scripts play a seed that announces its pieces gradually. Which piece is announced is the
// strategy's decision, tested in client/reveal; these tests are of the messages. The quotations are
// from BEP 16, https://www.bittorrent.org/beps/bep_0016.html.

// newRevealScript starts a seed with a reveal strategy.
func newRevealScript(t *testing.T, count int, strategy string) *script {
	return newScript(t, count, true, func(c *Config) { c.Reveal = reveal.Strategies().NewDefault(strategy) })
}

// revealed returns the piece of the HAVE to a neighbour, which must be the only one.
func (s *script) revealed(got []string, c ConnID) int {
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

func (s *script) sayHave(c ConnID, piece int) []string {
	return s.say(c, Message{Kind: Have, Index: uint32(piece)})
}

func (s *script) sayRequest(c ConnID, piece, block int) []string {
	return s.say(c, Message{Kind: Request, Index: uint32(piece), Begin: uint32(block) * BlockSize, Length: BlockSize})
}

// sendDone says that the network has taken a block.
func (s *script) sendDone(c ConnID) []string {
	return s.do(Event{Kind: Sent, Conn: c, Message: Message{Kind: Piece, Length: BlockSize}})
}

// "it will not act as a standard seed, but masquerades as a normal client with no data. As clients
// connect, it will then inform them that it received a piece"
func TestSuperSeedSendsNoBitfield(t *testing.T) {
	s := newRevealScript(t, 4, "super-seeding")
	out := s.meet(0, 8)
	s.expect(out, fmt.Sprintf("0: handshake, 0: have %d", s.revealed(out, 0)))
}

// A seed that reveals everything at once sends a bitfield.
func TestRevealAllSendsBitfield(t *testing.T) {
	s := newRevealScript(t, 4, "all")
	s.expect(s.meet(0, 8), "0: handshake, 0: bitfield")
}

// A peer that is not complete when it starts announces all that it has.
func TestLeecherRevealsAll(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Reveal = reveal.Strategies().NewDefault("super-seeding") })
	s.meet(0, 8, 0xc0)
	s.say(0, Message{Kind: Unchoke})
	s.blockFrom(0, 0, 0)
	s.blockFrom(0, 0, 1)
	s.expect(s.meet(1, 9), "1: handshake, 1: bitfield")
}

// "This will induce the client to attempt to download only that piece." Requests for others are a
// breach of the protocol, as they would be with a peer that lacks the pieces.
func TestSuperSeedServesOnlyAnnouncedPieces(t *testing.T) {
	s := newRevealScript(t, 4, "super-seeding")
	piece := s.revealed(s.meet(0, 8), 0)
	s.expect(s.say(0, Message{Kind: Interested}), "0: unchoke")
	s.expect(s.sayRequest(0, piece, 0), fmt.Sprintf("0: piece %d/0", piece))
	s.expect(s.sayRequest(0, (piece+1)%4, 0), "0: hang up")
}

// "the seed will not inform it of any other pieces until it has seen the piece it had sent
// previously present on at least one other client"
func TestSuperSeedAnnouncesTheNextPiece(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.revealed(s.meet(0, 8), 0)
	s.meet(1, 9)
	s.expect(s.sayHave(0, first), "")
	s.revealed(s.sayHave(1, first), 0)
}

// The bitfield of a neighbour that has connected shows what others have passed on to it.
func TestSuperSeedReadsBitfields(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.revealed(s.meet(0, 8), 0)
	s.meet(1, 9)
	s.revealed(s.say(1, Message{Kind: Bitfield, Data: []byte{0x80 >> first}}), 0)
}

// When every piece has been seen at a neighbour, the seed is one like any other: it announces the
// rest to its neighbours, each the pieces that it lacks, and sends a bitfield to new ones.
func TestSuperSeedAnnouncesTheRest(t *testing.T) {
	s := newRevealScript(t, 3, "super-seeding")
	first := s.revealed(s.meet(0, 8), 0)
	s.meet(1, 9)
	s.say(1, Message{Kind: Bitfield, Data: []byte{0xe0 &^ (0x80 >> first)}})
	out := s.sayHave(0, first)
	var want []string
	for piece := range 3 {
		if piece != first {
			want = append(want, fmt.Sprintf("0: have %d", piece))
		}
	}
	want = append(want, fmt.Sprintf("1: have %d", first))
	s.expect(out, strings.Join(want, ", "))
	s.expect(s.meet(2, 10), "2: handshake, 2: bitfield")
}

// A NOT INTERESTED that crosses the HAVE of the next piece does not cost the neighbour its slot:
// it is interested again as soon as the HAVE arrives.
func TestSuperSeedKeepsASlotForThePieceJustAnnounced(t *testing.T) {
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
			first := s.revealed(s.meet(0, 8), 0)
			s.meet(1, 9)
			s.expect(s.say(0, Message{Kind: Interested}), "0: unchoke")
			s.sayHave(0, first)
			next := s.revealed(s.sayHave(1, first), 0)
			s.expect(s.say(0, Message{Kind: NotInterested}), "")
			s.expect(s.sayRequest(0, next, 0), fmt.Sprintf("0: piece %d/0", next))
			if test.interested {
				s.expect(s.say(0, Message{Kind: Interested}), "")
			}
			s.expect(s.wait(10*time.Second), test.wants)
		})
	}
}

// A NOT INTERESTED of a neighbour that has its piece is up to date.
func TestSuperSeedChokesNeighboursThatHaveTheirPiece(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.revealed(s.meet(0, 8), 0)
	s.meet(1, 9)
	s.expect(s.say(0, Message{Kind: Interested}), "0: unchoke")
	s.sayHave(0, first)
	s.expect(s.say(0, Message{Kind: NotInterested}), "0: choke")
}

// If neighbours pass nothing on, the next piece is announced to each after a snub timeout.
func TestSuperSeedEndsAStall(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first, second := s.revealed(s.meet(0, 8), 0), s.revealed(s.meet(1, 9), 1)
	s.expect(s.sayHave(0, first), "")
	s.expect(s.sayHave(1, second), "")
	out := s.wait(65 * time.Second)
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
// and not the one that was announced on the old.
func TestSuperSeedForgetsWhatItAnnounced(t *testing.T) {
	s := newRevealScript(t, 8, "super-seeding")
	first := s.revealed(s.meet(0, 8), 0)
	s.do(Event{Kind: Closed, Conn: 0})
	s.meet(1, 9, 0x80>>first) // so that others are rarer
	if next := s.revealed(s.meet(0, 8), 0); next == first {
		t.Fatalf("announced %d again", first)
	}
	s.say(0, Message{Kind: Interested})
	s.expect(s.sayRequest(0, first, 0), "0: hang up")
}

// A smart seed announces the next piece with the last block of the one before it, and everything
// when each piece has been sent once (Bharambe, Herley and Padmanabhan, INFOCOM 2006).
func TestSmartSeedSendsEachPieceOnce(t *testing.T) {
	s := newRevealScript(t, 2, "smart-seed")
	first := s.revealed(s.meet(0, 8), 0)
	second := 1 - first
	s.expect(s.say(0, Message{Kind: Interested}), "0: unchoke")
	s.expect(s.sayRequest(0, first, 0), fmt.Sprintf("0: piece %d/0", first))
	s.expect(s.sayRequest(0, first, 1), "")
	s.expect(s.sendDone(0), fmt.Sprintf("0: piece %d/1, 0: have %d", first, second))
	s.sendDone(0)
	s.sayHave(0, first)
	s.say(0, Message{Kind: Interested})
	s.meet(1, 9)
	s.sayRequest(0, second, 0)
	s.sayRequest(0, second, 1)
	s.expect(s.sendDone(0), fmt.Sprintf("0: piece %d/1, 1: have %d, 1: have %d", second, 0, 1))
}
