package choke

import (
	"cmp"
	"slices"
	"time"
)

var transmission = Strategy{
	Name:     "transmission",
	About:    "neighbours by the sum of both rates, until enough of them are interested, and an optimistic slot",
	Defaults: func() any { return &Transmission{UploadSlots: UploadSlots{14}, OptimisticRounds: 4} },
	New:      func(s any) Choker { return &transmissionChoker{set: *s.(*Transmission)} },
}

// Transmission holds the settings of transmission. The optimistic slot is in addition to Slots.
type Transmission struct {
	UploadSlots
	OptimisticRounds int `json:"optimistic_rounds,omitempty" jsonschema:"for how many more rounds the optimistic slot stays with a neighbour" min:"0" max:"1000" former:"rounds"`
}

// MaxSlots returns the slots and the optimistic one.
func (t *Transmission) MaxSlots(Round) int { return t.Slots + 1 }

// newPeerTime is how long a neighbour counts as new (Transmission 3.00: 45 s).
const newPeerTime = 45 * time.Second

// transmissionChoker follows rechokeUploads of Transmission 3.00 for a private torrent. It ranks
// neighbours by the sum of both rates, unchoked ones first among equals, and unchokes them in this
// order until Slots of the unchoked ones are interested. Neighbours that are not interested are
// unchoked on the way, so that they can request blocks as soon as they become interested. One of
// the interested neighbours that remain gets the optimistic slot, at random, with three times the
// chance if it is new. It keeps that slot for OptimisticRounds further rounds.
type transmissionChoker struct {
	set           Transmission
	optimistic    int // ID of the neighbour with the optimistic slot, if hasOptimistic
	hasOptimistic bool
	roundsLeft    int   // of the optimistic slot
	tieBreak      []int // scratch: a random number for each candidate
}

func (t *transmissionChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	t.expireOptimistic()
	first, optimistic := len(out), -1
	tieBreak := t.tieBreak[:0]
	for i := range cs {
		tieBreak = append(tieBreak, r.Rand.IntN(1<<30))
		switch {
		case cs[i].Complete:
		case t.hasOptimistic && cs[i].ID == t.optimistic:
			optimistic = i
		default:
			out = append(out, i)
		}
	}
	t.tieBreak = tieBreak
	ranked := out[first:]
	slices.SortFunc(ranked, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(
			cmp.Compare(y.DownRate+y.UpRate, x.DownRate+x.UpRate),
			falseFirst(!x.Unchoked, !y.Unchoked),
			cmp.Compare(tieBreak[a], tieBreak[b]),
			cmp.Compare(x.ID, y.ID))
	})
	n, interested := 0, 0
	for n < len(ranked) && interested < t.set.Slots {
		if cs[ranked[n]].Interested {
			interested++
		}
		n++
	}
	if optimistic < 0 {
		optimistic = t.drawOptimistic(r, cs, ranked[n:])
	}
	out = out[:first+n]
	if optimistic >= 0 {
		out = append(out, optimistic)
	}
	return out
}

// expireOptimistic ends the optimistic slot when it has no rounds left.
func (t *transmissionChoker) expireOptimistic() {
	if t.roundsLeft > 0 {
		t.roundsLeft--
	} else {
		t.hasOptimistic = false
	}
}

// drawOptimistic gives the optimistic slot to one of the given candidates and returns its index,
// or -1 if none is interested.
func (t *transmissionChoker) drawOptimistic(r Round, cs []Candidate, indices []int) int {
	total, chosen := 0, -1
	for _, i := range indices {
		if !cs[i].Interested {
			continue
		}
		weight := 1
		if r.Now-cs[i].ConnectedAt < newPeerTime {
			weight = 3
		}
		if total += weight; r.Rand.IntN(total) < weight {
			chosen = i
		}
	}
	if chosen >= 0 {
		t.optimistic, t.hasOptimistic, t.roundsLeft = cs[chosen].ID, true, t.set.OptimisticRounds
	}
	return chosen
}

// Optimistic reports whether the neighbour with the given ID holds an optimistic slot.
func (t *transmissionChoker) Optimistic(id int) bool { return t.hasOptimistic && id == t.optimistic }
