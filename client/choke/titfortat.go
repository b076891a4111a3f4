package choke

import (
	"cmp"
	"slices"
	"time"
)

var titForTat = Strategy{
	Name:  "tit-for-tat",
	About: "the neighbours that upload fastest to us, and one optimistic slot",
	Defaults: func() any {
		return &TitForTat{Upload: Upload{4}, Optimistic: 30 * time.Second, NewFavour: 3}
	},
	New: func(s any) Choker { return &titForTatChoker{set: *s.(*TitForTat), optimist: -1} },
}

// TitForTat are the settings of tit-for-tat.
type TitForTat struct {
	Upload
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"how long the optimistic slot stays with a neighbour" min:"1 s"`
	NewFavour  int           `json:"new_favour,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get the optimistic slot" min:"1" max:"100"`
}

// titForTatChoker gives slots-1 places to the interested neighbours that upload
// fastest to us and one, the optimistic slot, to a neighbour drawn at random
// (BEP 3). The optimistic one counts as a slot when it is interested. Slots
// that no uploader earns are filled at random too, as in mainline 4.x.
type titForTatChoker struct {
	set      TitForTat
	optimist int // ID, -1 for none
	drawn    time.Duration
	taken    []bool
}

func (t *titForTatChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	t.taken = append(t.taken[:0], make([]bool, len(cs))...)
	first := len(out)
	for i := range cs {
		if c := &cs[i]; c.Interested && !c.Snubbed && c.DownRate > 0 {
			out = append(out, i)
		}
	}
	slices.SortFunc(out[first:], func(a, b int) int {
		return cmp.Or(cmp.Compare(cs[b].DownRate, cs[a].DownRate), cmp.Compare(cs[a].ID, cs[b].ID))
	})
	out = out[:min(len(out), first+t.set.Slots-1)]
	for _, i := range out[first:] {
		t.taken[i] = true
	}
	free := t.set.Slots - (len(out) - first)
	if i, ok := t.keep(r, cs); ok {
		out, free = append(out, i), free-1
		t.taken[i] = true
	} else if i, ok := t.draw(r, cs); ok {
		t.optimist, t.drawn = cs[i].ID, r.Now
		out, free = append(out, i), free-1
		t.taken[i] = true
	}
	return fill(r, cs, t.taken, free, out)
}

// keep returns the optimistic neighbour while its time lasts.
func (t *titForTatChoker) keep(r Round, cs []Candidate) (int, bool) {
	if r.Now-t.drawn >= t.set.Optimistic {
		return 0, false
	}
	for i := range cs {
		if cs[i].ID == t.optimist {
			return i, cs[i].Interested && !t.taken[i]
		}
	}
	return 0, false
}

// draw picks a new optimistic neighbour among those who have no slot.
func (t *titForTatChoker) draw(r Round, cs []Candidate) (int, bool) {
	total := 0
	for i := range cs {
		total += t.weight(r, cs, i)
	}
	if total == 0 {
		return 0, false
	}
	at := r.Rand.IntN(total)
	for i := range cs {
		if at -= t.weight(r, cs, i); at < 0 {
			return i, true
		}
	}
	return 0, false
}

func (t *titForTatChoker) weight(r Round, cs []Candidate, i int) int {
	c := &cs[i]
	switch {
	case !c.Interested || t.taken[i] || c.ID == t.optimist:
		return 0
	case r.Now-c.Since < t.set.Optimistic:
		return t.set.NewFavour
	}
	return 1
}

// fill gives free slots to interested neighbours that have none: to those who
// hold one already before others, so that an extra round moves nobody without
// need, and among equals at random.
func fill(r Round, cs []Candidate, taken []bool, free int, out []int) []int {
	for _, held := range []bool{true, false} {
		for free > 0 {
			n := 0
			pick := -1
			for i := range cs {
				if !cs[i].Interested || taken[i] || cs[i].Unchoked != held {
					continue
				}
				if n++; r.Rand.IntN(n) == 0 {
					pick = i
				}
			}
			if pick < 0 {
				break
			}
			taken[pick] = true
			out = append(out, pick)
			free--
		}
	}
	return out
}
