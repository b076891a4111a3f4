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

// Oracle is implemented by pickers that count the copies in the whole swarm, which no real client
// knows: they show what knowing only the neighbours costs. A simulator calls UseSwarm before the
// first Pick; without that call an oracle counts the neighbours' copies.
type Oracle interface {
	Picker
	// UseSwarm sets where the picker reads the copies: copies[i] is the number of peers in the
	// whole swarm that have piece i, and index has all pieces by copies, without ranks. index may
	// be nil. The caller updates both between calls of Pick; the picker must not change them.
	UseSwarm(copies []int32, index *Index)
}
