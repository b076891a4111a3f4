package pick

import "math/rand/v2"

var globalRarest = Strategy{
	Name:     "global-rarest",
	About:    "an oracle: the piece that the fewest peers of the whole swarm have, after a few at random",
	Defaults: func() any { return &RarestFirst{RandomFirst: 4} },
	New:      func(s any) Picker { return &globalPicker{set: *s.(*RarestFirst)} },
}

// globalPicker is rarest first by the copies in the whole swarm, which no real client can know.
// The difference to rarest-first is the cost of knowing only the neighbours. It is an Oracle.
type globalPicker struct {
	set    RarestFirst
	copies []int32 // see Oracle; nil if UseSwarm was not called
	index  *Index
}

func (p *globalPicker) UseSwarm(copies []int32, index *Index) { p.copies, p.index = copies, index }

func (p *globalPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	switch {
	case v.NumHave < p.set.RandomFirst:
		return pickRandom(v, r)
	case p.copies == nil:
		return v.rarest(0, v.NumPieces, r)
	case v.scans(p.index, 0, v.NumPieces):
		return scanRarest(v, p.copies, v.FirstWanted, v.NumPieces, r)
	}
	return p.index.rarest(v, 0, v.NumPieces, r)
}
