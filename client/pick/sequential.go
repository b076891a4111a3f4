package pick

import (
	"math/bits"
	"math/rand/v2"
)

var sequential = Strategy{
	Name:     "sequential",
	About:    "pieces in order, as a player wants them",
	Defaults: func() any { return new(struct{}) },
	New:      func(any) Picker { return sequentialPicker{} },
}

type sequentialPicker struct{}

func (sequentialPicker) Pick(v *View, _ *rand.Rand) (int, bool) {
	for i, w := range v.Wanted {
		if w &= v.Theirs[i]; w != 0 {
			return i*64 + bits.TrailingZeros64(w), true
		}
	}
	return 0, false
}
