package pick

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

var rarestFirst = Strategy{
	Name:     "rarest-first",
	About:    "the piece that fewest neighbours have, after a few at random",
	Defaults: func() any { return &RarestFirst{RandomFirst: 4} },
	New:      func(s any) Picker { return rarestPicker{*s.(*RarestFirst)} },
}

// RarestFirst are the settings of rarest-first.
type RarestFirst struct {
	RandomFirst int `json:"random_first,omitempty" jsonschema:"how many pieces are picked at random before rarity counts (mainline: 4)" min:"0"`
}

// rarestPicker picks the piece with the fewest copies among the neighbours,
// ties at random; the first few pieces it picks at random, to have something
// to trade soon.
type rarestPicker struct {
	set RarestFirst
}

func (p rarestPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	if v.Have < p.set.RandomFirst {
		return pickRandom(v, r)
	}
	least, ties := uint16(math.MaxUint16), 0
	for i, w := range v.Wanted {
		for w &= v.Theirs[i]; w != 0; w &= w - 1 {
			switch c := v.Copies[i*64+bits.TrailingZeros64(w)]; {
			case c < least:
				least, ties = c, 1
			case c == least:
				ties++
			}
		}
	}
	if ties == 0 {
		return 0, false
	}
	if v.Rank != nil {
		return firstInRank(v, least), true
	}
	n := r.IntN(ties)
	for i, w := range v.Wanted {
		for w &= v.Theirs[i]; w != 0; w &= w - 1 {
			piece := i*64 + bits.TrailingZeros64(w)
			if v.Copies[piece] != least {
				continue
			}
			if n == 0 {
				return piece, true
			}
			n--
		}
	}
	return 0, false
}

// firstInRank is the candidate with so many copies that comes first in the
// peer's own order.
func firstInRank(v *View, copies uint16) int {
	best := -1
	for i, w := range v.Wanted {
		for w &= v.Theirs[i]; w != 0; w &= w - 1 {
			if piece := i*64 + bits.TrailingZeros64(w); v.Copies[piece] == copies && (best < 0 || v.Rank[piece] < v.Rank[best]) {
				best = piece
			}
		}
	}
	return best
}
