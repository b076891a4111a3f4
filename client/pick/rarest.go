package pick

import "math/rand/v2"

var rarestFirst = Strategy{
	Name:     "rarest-first",
	About:    "the piece that the fewest neighbours have, after a few at random",
	Defaults: func() any { return &RarestFirst{RandomFirst: 4} },
	New:      func(s any) Picker { return rarestPicker{*s.(*RarestFirst)} },
}

// RarestFirst are the settings of rarest-first.
type RarestFirst struct {
	RandomFirst int `json:"random_first,omitempty" jsonschema:"how many pieces are picked at random before rarity counts (mainline: 4)" min:"0"`
}

// rarestPicker is rarest first (Cohen 2003): the piece with the fewest copies among the
// neighbours, ties at random. The first few pieces are picked at random, so that a new peer
// completes one soon and has something to upload: a rare piece has few sources and takes longer.
type rarestPicker struct {
	set RarestFirst
}

func (p rarestPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	if v.NumHave < p.set.RandomFirst {
		return pickRandom(v, r)
	}
	return v.rarest(0, v.NumPieces, r)
}
