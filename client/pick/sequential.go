package pick

import "math/rand/v2"

var sequential = Strategy{
	Name:     "sequential",
	About:    "pieces in order, as a media player reads them",
	Defaults: func() any { return new(struct{}) },
	New:      func(any) Picker { return sequentialPicker{} },
}

type sequentialPicker struct{}

func (sequentialPicker) Pick(v *View, _ *rand.Rand) (int, bool) { return v.first(0, v.NumPieces) }
