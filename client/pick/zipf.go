package pick

import (
	"math/bits"
	"math/rand/v2"

	"swarmsim/portable"
)

var zipf = Strategy{
	Name:     "zipf",
	About:    "for viewers: any piece, likelier the sooner it is played",
	Defaults: func() any { return &Zipf{Theta: 1.25} },
	New:      func(s any) Picker { return &zipfPicker{set: *s.(*Zipf)} },
}

// Zipf are the settings of zipf.
type Zipf struct {
	Theta float64 `json:"theta,omitempty" jsonschema:"how steeply the probability falls with the distance: as 1/distance^theta" min:"0" max:"10"`
}

// zipfPicker picks piece k with a probability proportional to 1/(k+1-k0)^theta, where k0 is the
// first missing piece (Carlsson and Eager, Networking 2007, with their theta of 1.25).
type zipfPicker struct {
	set     Zipf
	weights []float64 // by distance k-k0
}

func (p *zipfPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	for k := len(p.weights); k < v.NumPieces; k++ {
		p.weights = append(p.weights, portable.Pow(float64(k+1), -p.set.Theta))
	}
	firstMissing, sum, last := v.nthMissing(0, 1), 0.0, -1
	for i := v.FirstWanted / 64; i < len(v.Wanted); i++ {
		for w := v.candidates(i, 0, v.NumPieces); w != 0; w &= w - 1 {
			last = i*64 + bits.TrailingZeros64(w)
			sum += p.weights[max(0, last-firstMissing)]
		}
	}
	if last < 0 {
		return 0, false
	}
	at := r.Float64() * sum
	for i := v.FirstWanted / 64; i < len(v.Wanted); i++ {
		for w := v.candidates(i, 0, v.NumPieces); w != 0; w &= w - 1 {
			piece := i*64 + bits.TrailingZeros64(w)
			if at -= p.weights[max(0, piece-firstMissing)]; at < 0 {
				return piece, true
			}
		}
	}
	return last, true // the sum was rounded up
}
