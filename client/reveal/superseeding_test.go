package reveal

import (
	"testing"
	"time"
)

// The quotations are from BEP 16, https://www.bittorrent.org/beps/bep_0016.html.

// "As clients connect, it will then inform them that it received a piece -- a piece that was never
// sent, or if all pieces were already sent, is very rare."
func TestSuperSeedAnnouncesAnUnsentPiece(t *testing.T) {
	s := newSeed(3, &superSeeding{}, random())
	a, b, c := one(t, 0, s.join(0)), one(t, 1, s.join(1)), one(t, 2, s.join(2))
	if a == b || b == c || c == a {
		t.Errorf("announced %d, %d and %d, want three different pieces", a, b, c)
	}
	s.has(0, a)
	s.has(2, c)
	if d := one(t, 3, s.join(3)); d != b {
		t.Errorf("announced %d, want %d, of which there is no copy", d, b)
	}
}

// "When the client has finished downloading the piece, the seed will not inform it of any other
// pieces until it has seen the piece it had sent previously present on at least one other client."
func TestSuperSeedWaitsUntilAPieceIsPassedOn(t *testing.T) {
	s := newSeed(8, &superSeeding{}, random())
	a, b := one(t, 0, s.join(0)), one(t, 1, s.join(1))
	nothing(t, s.has(0, a))
	nothing(t, s.wait(10*time.Second))
	next := one(t, 0, s.has(1, a))
	if next == a || next == b {
		t.Errorf("announced piece %d again", next)
	}
}

// A single neighbour cannot pass pieces on. The next is announced when it has its piece.
func TestSuperSeedWithOneNeighbour(t *testing.T) {
	s := newSeed(8, &superSeeding{}, random())
	a := one(t, 0, s.join(0))
	one(t, 0, s.has(0, a))
}

// The piece that a neighbour awaited when it left is announced to another.
func TestSuperSeedForgetsNeighboursThatLeave(t *testing.T) {
	s := newSeed(2, &superSeeding{}, random())
	a := one(t, 0, s.join(0))
	one(t, 1, s.join(1))
	nothing(t, s.leave(0))
	if b := one(t, 2, s.join(2)); b != a {
		t.Errorf("announced %d, want %d, which no neighbour awaits", b, a)
	}
}

// Neighbours that cannot reach one another pass nothing on. After a snub timeout without an upload
// the next piece is announced to each, and the one after that when the neighbour itself has its
// piece, until a piece is passed on (BitTornado, PiecePicker.py, next_have: looser_upload).
func TestSuperSeedIsLooserWhenUploadsStall(t *testing.T) {
	s := newSeed(10, &superSeeding{}, random())
	a, b := one(t, 0, s.join(0)), one(t, 1, s.join(1))
	s.send(0, a)
	nothing(t, s.has(0, a))
	nothing(t, s.has(1, b))
	nothing(t, s.wait(59*time.Second))
	out := s.wait(time.Second)
	if len(out) != 2 {
		t.Fatalf("announced %v, want one piece to each", out)
	}
	c := out[0].Piece
	d := one(t, 0, s.has(0, c)) // its own copy is enough
	one(t, 0, s.has(1, d))      // it was passed on
	e, _ := s.strategy.Awaited(0)
	nothing(t, s.has(0, e)) // so that a copy of its own is not enough any more
}

// A seed without neighbours does not stall.
func TestSuperSeedWithoutNeighboursDoesNotStall(t *testing.T) {
	s := newSeed(8, &superSeeding{}, random())
	nothing(t, s.wait(time.Hour))
	one(t, 0, s.join(0))
	nothing(t, s.wait(59*time.Second))
}

// Once every piece has been seen at a neighbour, all are announced.
func TestSuperSeedAnnouncesAllInTheEnd(t *testing.T) {
	s := newSeed(3, &superSeeding{}, random())
	s.join(0)
	s.join(1)
	s.has(0, 0)
	s.has(0, 1)
	s.has(1, 1)
	if s.all {
		t.Error("all pieces are announced, though no neighbour has piece 2")
	}
	if s.has(1, 2); !s.all {
		t.Error("not all pieces are announced, though each has been at a neighbour")
	}
}
