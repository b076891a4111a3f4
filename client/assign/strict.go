package assign

import "swarmsim/client/pieces"

var strictEntry = RuleEntry{
	Name:     "strict",
	About:    "Complete active pieces before starting new ones, the rarest first; any neighbour may continue any piece (mainline).",
	Defaults: noSettings,
	New:      func(any) Rule { return strict{} },
}

// strict completes active pieces before it starts new ones, so that they can be passed on soon
// ("strict priority", Cohen 2003). Any neighbour may continue any active piece.
type strict struct{}

func (strict) Traits() Traits { return Traits{} }

func (strict) Before(v *View, a, b *pieces.Entry) bool { return rarer(v, a, b) }

func (strict) Next(v *View, n *Neighbour, out []Choice) []Choice {
	if best := v.bestActive(n, rarer); best != nil {
		return appendFirstOpen(best.Piece, out)
	}
	if v.Pieces.WantedCount() == 0 {
		return out
	}
	if piece, ok := v.PickNew(n, v.Pieces.Wanted()); ok {
		return append(out, Choice{v.Start(piece, n), 0})
	}
	return out
}
