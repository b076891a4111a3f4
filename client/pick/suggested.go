package pick

import "math/rand/v2"

var suggested = Strategy{
	Name:     "suggested",
	About:    "a piece that the neighbour suggests (BEP 6), otherwise the rarest after a few at random",
	Defaults: func() any { return &RarestFirst{RandomFirst: 4} },
	New:      func(s any) Picker { return suggestedPicker{rarestPicker{*s.(*RarestFirst)}} },
}

// suggestedPicker follows the SUGGEST PIECE messages of BEP 6 in the order in which they came. The
// client's setting suggest makes peers send them.
type suggestedPicker struct {
	rarest rarestPicker
}

func (p suggestedPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	for _, piece := range v.Suggested {
		if v.pickable(int(piece)) {
			return int(piece), true
		}
	}
	return p.rarest.Pick(v, r)
}
