package pick

import "math/rand/v2"

var bitos = Strategy{
	Name:     "bitos",
	About:    "for viewers: the rarest of the next missing pieces with a probability, otherwise of the rest",
	Defaults: func() any { return &BiToS{HighPriority: 8, Probability: 0.8} },
	New:      func(s any) Picker { return bitosPicker{*s.(*BiToS)} },
}

// BiToS are the settings of bitos.
type BiToS struct {
	HighPriority int     `json:"high_priority,omitempty" jsonschema:"how many missing pieces, from the one that is played, have high priority" min:"1" former:"set"`
	Probability  float64 `json:"probability,omitempty" jsonschema:"probability that a piece of high priority is picked" min:"0" max:"1" former:"p"`
}

// bitosPicker is that of Vlavianos, Iliofotou and Faloutsos (BiToS: Enhancing BitTorrent for
// Supporting Streaming Applications, Global Internet 2006), with their p of 0.8. The
// high-priority set has a fixed number of missing pieces, whereas the range of window contains
// fewer missing pieces the better the peer keeps up. BiToS drops pieces that miss their deadline;
// the viewer simulated here waits for them.
type bitosPicker struct {
	set BiToS
}

func (p bitosPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	from := v.playPosition()
	end := v.nthMissing(from, p.set.HighPriority) + 1 // of the high-priority set
	highPriority := r.Float64() < p.set.Probability
	for range 2 {
		low, high := end, v.NumPieces
		if highPriority {
			low, high = from, end
		}
		if piece, ok := v.rarest(low, high, r); ok {
			return piece, true
		}
		highPriority = !highPriority
	}
	return v.rarest(0, from, r)
}
