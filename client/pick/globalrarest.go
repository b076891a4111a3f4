package pick

import "math/rand/v2"

var globalRarest = Strategy{
	Name:     "global-rarest",
	About:    "an oracle: the piece that the fewest peers of the whole swarm have, after a few at random",
	Defaults: func() any { return &RarestFirst{RandomFirst: 4} },
	New:      func(s any) Picker { return globalPicker{*s.(*RarestFirst)} },
}

// globalPicker is rarest first by the copies in the whole swarm, which no real client can know.
// What it gains over rarest-first is the cost of knowing only the neighbours. Without an oracle it
// counts the neighbours' copies.
type globalPicker struct {
	set RarestFirst
}

func (p globalPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	switch {
	case v.NumHave < p.set.RandomFirst:
		return pickRandom(v, r)
	case v.SwarmCopies == nil:
		return v.rarest(0, v.NumPieces, r)
	}
	return v.rarestOfSwarm(r)
}
