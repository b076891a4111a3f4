package pick

import "math/rand/v2"

var bitos = Strategy{
	Name:     "bitos",
	About:    "for viewers: with a probability one of the next few missing pieces, otherwise one of the rest, each rarest first",
	Defaults: func() any { return &BiToS{Set: 8, P: 0.8} },
	New:      func(s any) Picker { return bitosPicker{*s.(*BiToS)} },
}

// BiToS are the settings of bitos.
type BiToS struct {
	Set int     `json:"set,omitempty" jsonschema:"how many missing pieces, from the one that is played, have high priority" min:"1"`
	P   float64 `json:"p,omitempty" jsonschema:"the chance, 0 to 1, that one of those is picked" min:"0" max:"1"`
}

// bitosPicker is that of Vlavianos, Iliofotou and Faloutsos, BiToS: Enhancing
// BitTorrent for Supporting Streaming Applications (Global Internet 2006), with
// their p of 0.8. Its set has a fixed number of missing pieces, where the range
// of a window has the fewer the better the peer keeps up. Theirs skips what
// comes too late; the player here waits.
type bitosPicker struct {
	set BiToS
}

func (p bitosPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	from := v.playPosition()
	end := v.nthMissing(from, p.set.Set) + 1 // behind the last of the set
	urgent := r.Float64() < p.set.P
	for range 2 {
		low, high := end, v.NumPieces
		if urgent {
			low, high = from, end
		}
		if piece, ok := v.rarest(low, high, r); ok {
			return piece, true
		}
		urgent = !urgent
	}
	return v.rarest(0, from, r)
}
