package pick

import "math/rand/v2"

var portion = Strategy{
	Name:     "portion",
	About:    "for viewers: with a probability the next piece in order, otherwise the rarest",
	Defaults: func() any { return &Portion{Probability: 0.5} },
	New:      func(s any) Picker { return portionPicker{*s.(*Portion)} },
}

// Portion are the settings of portion.
type Portion struct {
	Probability float64 `json:"probability,omitempty" jsonschema:"probability that the next piece in order is picked" min:"0" max:"1" former:"p"`
}

// portionPicker mixes in-order and rarest-first selection: the policy Portion of Carlsson and
// Eager (Peer-assisted On-demand Streaming of Stored Media using BitTorrent-like Protocols,
// Networking 2007).
type portionPicker struct {
	set Portion
}

func (p portionPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	if r.Float64() < p.set.Probability {
		return v.first(0, v.NumPieces)
	}
	return v.rarest(0, v.NumPieces, r)
}
