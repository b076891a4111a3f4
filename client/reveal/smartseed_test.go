package reveal

import (
	"testing"
	"time"
)

// The next piece is announced as soon as the last is sent, and no two neighbours get the same.
func TestSmartSeedSendsEachPieceOnce(t *testing.T) {
	s := newSeed(4, &smartSeed{}, random())
	for id := range 2 {
		s.join(id)
		s.unchoke(id)
	}
	sent := map[int]bool{}
	for range 2 {
		for id := range 2 {
			piece, _ := s.strategy.Awaited(id)
			if sent[piece] {
				t.Errorf("piece %d is sent twice", piece)
			}
			sent[piece] = true
			nothing(t, s.send(id, piece))
			if out := s.send(id, piece); len(sent) < 3 {
				one(t, id, out)
			}
		}
	}
	if !s.all {
		t.Error("not all pieces are announced, though each has been sent")
	}
}

// A piece that a neighbour is downloading is not announced to another, even if that leaves nothing
// to announce.
func TestSmartSeedExcludesDownloads(t *testing.T) {
	s := newSeed(2, &smartSeed{}, random())
	a := one(t, 0, s.join(0))
	s.send(0, a)
	b := one(t, 1, s.join(1))
	s.state[1].Uploading = true
	if a == b {
		t.Fatalf("announced %d twice", a)
	}
	nothing(t, s.join(2))
	if _, ok := s.strategy.Awaited(2); ok {
		t.Error("a piece is awaited, and none was announced")
	}
}

// A neighbour that is unchoked and does not send a request for a snub timeout does not keep its
// piece from others.
func TestSmartSeedDoesNotWaitForIdleNeighbours(t *testing.T) {
	s := newSeed(1, &smartSeed{}, random())
	s.join(0)
	s.unchoke(0)
	nothing(t, s.join(1))
	s.view.Now += time.Minute
	if piece := one(t, 1, s.unchoke(1)); piece != 0 {
		t.Errorf("announced %d", piece)
	}
}

// If a neighbour's piece has been uploaded by another seed, the next is announced to the neighbour.
func TestSmartSeedReplacesPiecesThatHaveGoneOut(t *testing.T) {
	s := newSeed(8, &smartSeed{}, random())
	a := one(t, 0, s.join(0))
	s.join(1)
	next := one(t, 0, s.has(1, a)) // from another seed
	if next == a {
		t.Errorf("announced %d again", a)
	}
}

// When uploads stall, the next piece is announced to each neighbour.
func TestSmartSeedStalls(t *testing.T) {
	s := newSeed(8, &smartSeed{}, random())
	s.join(0)
	s.join(1)
	if out := s.wait(time.Minute); len(out) != 2 {
		t.Errorf("announced %v, want a piece to each", out)
	}
}
