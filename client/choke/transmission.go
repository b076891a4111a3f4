package choke

import (
	"cmp"
	"slices"
)

var transmission = Strategy{
	Name:     "transmission",
	About:    "everybody who is not complete, fastest first, until so many of them are interested",
	Defaults: func() any { return &Transmission{UploadSlots: UploadSlots{14}, Rounds: 4} },
	New:      func(s any) Choker { return &transmissionChoker{set: *s.(*Transmission)} },
}

// Transmission are the settings of transmission.
type Transmission struct {
	UploadSlots
	Rounds int `json:"rounds,omitempty" jsonschema:"how many rounds more the optimistic slot stays" min:"0" max:"1000"`
}

// Most is the slots and the optimistic one.
func (t *Transmission) MaxSlots(Round) int { return t.Slots + 1 }

// transmissionChoker is rechokeUploads of Transmission 3.00 for a private
// torrent: neighbours by the sum of both rates, unchoked ones first, are
// unchoked until so many interested ones are; the uninterested among them too,
// so that they may ask as soon as they wish. If anybody is left over, one of
// them is unchoked at random, newcomers three times as likely, and keeps that
// slot, beside the others', for some rounds.
type transmissionChoker struct {
	set           Transmission
	optimistic    int  // its ID
	hasOptimistic bool // there is one
	roundsLeft    int  // rounds more
	tieBreak      []int
}

func (t *transmissionChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	t.expireOptimistic()
	first, held := len(out), -1
	tie := t.tieBreak[:0]
	for i := range cs {
		tie = append(tie, r.Rand.IntN(1<<30))
		switch {
		case cs[i].Complete:
		case t.hasOptimistic && cs[i].ID == t.optimistic:
			held = i
		default:
			out = append(out, i)
		}
	}
	t.tieBreak = tie
	line := out[first:]
	slices.SortFunc(line, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(cmp.Compare(y.DownRate+y.UpRate, x.DownRate+x.UpRate),
			compareBool(!x.Unchoked, !y.Unchoked), cmp.Compare(tie[a], tie[b]), cmp.Compare(x.ID, y.ID))
	})
	count, taken := 0, 0
	for taken < len(line) && count < t.set.Slots {
		if cs[line[taken]].Interested {
			count++
		}
		taken++
	}
	rest := line[taken:]
	out = out[:first+taken]
	if held < 0 {
		held = t.drawOptimistic(r, cs, rest)
	}
	if held >= 0 {
		out = append(out, held)
	}
	return out
}

// age lets the optimistic slot grow a round older. Who holds it is left out of
// account.
func (t *transmissionChoker) expireOptimistic() {
	if t.roundsLeft > 0 {
		t.roundsLeft--
	} else {
		t.hasOptimistic = false
	}
}

// pick is the optimistic unchoke among those left over, -1 for none.
func (t *transmissionChoker) drawOptimistic(r Round, cs []Candidate, rest []int) int {
	total, best := 0, -1
	for _, i := range rest {
		if !cs[i].Interested {
			continue
		}
		weight := 1
		if r.Now-cs[i].ConnectedAt < newPeerTime {
			weight = 3
		}
		if total += weight; r.Rand.IntN(total) < weight {
			best = i
		}
	}
	if best >= 0 {
		t.optimistic, t.hasOptimistic, t.roundsLeft = cs[best].ID, true, t.set.Rounds
	}
	return best
}
