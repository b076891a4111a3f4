package assign

import "swarmsim/client/pieces"

var rarestEntry = RuleEntry{
	Name:     "rarest",
	About:    "Request from the rarest piece, whether it is active or new (anacrolix).",
	Defaults: noSettings,
	New:      func(any) Rule { return rarest{} },
}

// rarest requests from the rarest piece, whether it is active or new; the peer's random order
// breaks ties (anacrolix/torrent, requesting.go: pieceRequestOrder).
type rarest struct{}

func (rarest) Traits() Traits { return Traits{Ranks: true} }

func (rarest) Before(v *View, a, b *pieces.Entry) bool { return rarerOrFirst(v, a, b) }

func (rarest) Next(v *View, n *Neighbour, out []Choice) []Choice {
	return activeOrNew(v, n, out, rarerOrFirst, rarerOrFirst)
}

// activeOrNew chooses between the active piece that comes before all others and the piece that
// the picker names: newBefore reports whether the latter comes first.
func activeOrNew(v *View, n *Neighbour, out []Choice, before, newBefore func(v *View, a, b *pieces.Entry) bool) []Choice {
	best := v.bestActive(n, before)
	if v.Pieces.WantedCount() > 0 {
		if piece, ok := v.PickNew(n, v.Pieces.Wanted()); ok {
			e := pieces.Entry{Index: int32(piece), Open: int32(v.Pieces.Layout().Blocks(piece))}
			if best == nil || newBefore(v, &e, best) {
				return append(out, Choice{v.Start(piece, n), 0})
			}
		}
	}
	if best == nil {
		return out
	}
	return appendFirstOpen(best.Piece, out)
}
