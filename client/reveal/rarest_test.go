package reveal

import (
	"testing"

	"swarmsim/client/pick"
)

// TestRarestOfMany compares what the index chooses among many pieces with the pieces themselves. A
// neighbour that awaits a piece counts as a copy of it.
func TestRarestOfMany(t *testing.T) {
	strategy := &superSeeding{}
	s := newSeed(pick.IndexThreshold+90, strategy, random())
	r := random()
	for range 1000 {
		s.shake(r)
		if len(s.ids) == 0 {
			continue
		}
		n := s.view.Neighbours.Get(s.ids[r.IntN(len(s.ids))])
		copies := func(piece int) int { return int(s.view.Copies[piece]) + strategy.awaiting[piece] }
		fewest := 1 << 30
		for i := range s.table.Count() {
			if !n.Has.Has(i) && !n.Announced.Has(i) {
				fewest = min(fewest, copies(i))
			}
		}
		piece, ok := strategy.rarest.choose(&s.view, &n, nil, strategy.awaiting)
		if !ok || n.Has.Has(piece) || n.Announced.Has(piece) || copies(piece) != fewest {
			t.Fatalf("piece %d with %d copies is chosen, of those with %d", piece, copies(piece), fewest)
		}
	}
}
