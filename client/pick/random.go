package pick

import "math/rand/v2"

var random = Strategy{
	Name:     "random",
	About:    "any piece the neighbour has",
	Defaults: func() any { return new(struct{}) },
	New:      func(any) Picker { return randomPicker{} },
}

type randomPicker struct{}

func (randomPicker) Pick(v *View, r *rand.Rand) (int, bool) { return pickRandom(v, r) }
