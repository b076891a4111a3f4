package assign

import "swarmsim/client/pieces"

var fewestOpenEntry = RuleEntry{
	Name:     "fewest-open",
	About:    "Request from the piece with the fewest open blocks, of those from the rarest (Transmission).",
	Defaults: noSettings,
	New:      func(any) Rule { return fewestOpen{} },
}

// fewestOpen requests from the piece with the fewest open blocks, of those from the rarest one; the
// peer's random order breaks ties (Transmission, peer-mgr.c: comparePieceByWeight).
type fewestOpen struct{}

func (fewestOpen) Traits() Traits { return Traits{Ranks: true} }

func (fewestOpen) Before(v *View, a, b *pieces.Entry) bool {
	if a.Open != b.Open {
		return a.Open < b.Open
	}
	return rarerOrFirst(v, a, b)
}

func (f fewestOpen) Next(v *View, n *Neighbour, out []Choice) []Choice {
	return activeOrNew(v, n, out, f.Before, newIsFewer)
}

// newIsFewer reports whether to start a new piece rather than continue an active one, b: only if
// that has as many open blocks at least.
func newIsFewer(v *View, a, b *pieces.Entry) bool {
	return b.Open >= a.Open && rarerOrFirst(v, a, b)
}
