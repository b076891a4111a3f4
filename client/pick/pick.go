package pick

import "math/rand/v2"

// Picker selects the piece to start downloading from a neighbour.
type Picker interface {
	// Pick returns a candidate: a piece that is in both v.Wanted and v.PeerHas. It returns false
	// exactly if there is none (but see Decliner).
	//
	// It must not change the view, and must not keep it: the client uses its memory again. The
	// result may depend on the view, on r and on what the picker has remembered from earlier
	// calls, and on nothing else.
	Pick(v *View, r *rand.Rand) (piece int, ok bool)
}

// Decliner is implemented by pickers that may return false although there is a candidate, because
// their strategy prefers that nothing is requested from the neighbour now.
type Decliner interface {
	Picker
	MayDecline()
}
