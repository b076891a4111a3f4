package choke

import (
	"cmp"
	"math"
	"slices"
	"time"
)

var titForTat = Strategy{
	Name:  "tit-for-tat",
	About: "the neighbours that upload fastest to us, and an optimistic slot",
	Defaults: func() any {
		return &TitForTat{UploadSlots: UploadSlots{4}, Optimistic: 30 * time.Second, NewFavour: 3}
	},
	New: func(s any) Choker {
		return &titForTatChoker{set: *s.(*TitForTat), optimisticSlots: 1, rateOf: downRate}
	},
}

// TitForTat are the settings of tit-for-tat.
type TitForTat struct {
	UploadSlots
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"how long the optimistic slot stays with a neighbour" min:"1 s"`
	NewFavour  int           `json:"new_favour,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get the optimistic slot" min:"1" max:"100"`
	Auto       bool          `json:"auto,omitempty" jsonschema:"as many slots as our upload rate calls for by mainline 4.x's automatic rule, whatever slots says" zero:"silent"`
}

// Most is the number of slots.
func (t *TitForTat) MaxSlots(r Round) int {
	if t.Auto {
		return automaticSlots(r.UplinkRate)
	}
	return t.Slots
}

// automatic is how many slots mainline 4.x opens by itself for an upload rate
// (MultiTorrent: _max_uploads).
func automaticSlots(bytesPerSec int64) int {
	switch kB := float64(bytesPerSec) / 1000; {
	case kB <= 0: // not known
		return 7
	case kB < 9:
		return 2
	case kB < 15:
		return 3
	case kB < 42:
		return 4
	default:
		return int(math.Sqrt(kB * 0.6))
	}
}

// titForTatChoker gives slots-1 places to the interested neighbours that upload
// fastest to us (BEP 3). The place that is left, and those that no uploader
// earns, are optimistic: drawn at random and drawn anew every 30 seconds, as in
// mainline 4.x, where they go round the connections. An optimistic slot counts
// only while its neighbour is interested.
type titForTatChoker struct {
	set             TitForTat
	optimisticSlots int                        // places that cannot be earned
	rateOf          func(c *Candidate) float64 // by which the others are
	optimistic      []int                      // IDs
	previous        []int                      // the optimists of before, while new ones are found
	drawnAt         time.Duration
	taken           []bool
}

func downRate(c *Candidate) float64 { return c.DownRate }

func (t *titForTatChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	t.taken = append(t.taken[:0], make([]bool, len(cs))...)
	first, slots := len(out), t.set.MaxSlots(r)
	for i := range cs {
		if c := &cs[i]; c.Interested && !c.Snubbed && t.rateOf(c) > 0 {
			out = append(out, i)
		}
	}
	slices.SortFunc(out[first:], func(a, b int) int {
		return cmp.Or(cmp.Compare(t.rateOf(&cs[b]), t.rateOf(&cs[a])), cmp.Compare(cs[a].ID, cs[b].ID))
	})
	out = out[:min(len(out), first+slots-min(slots, t.optimisticSlots))]
	for _, i := range out[first:] {
		t.taken[i] = true
	}
	return t.addOptimistic(r, cs, out, first+slots)
}

// addOptimists fills up to so many places: with the optimistic neighbours of
// before while their time lasts, then with new ones.
func (t *titForTatChoker) addOptimistic(r Round, cs []Candidate, out []int, places int) []int {
	t.previous = append(t.previous[:0], t.optimistic...)
	last := t.previous
	t.optimistic = t.optimistic[:0]
	if r.Now-t.drawnAt < t.set.Optimistic {
		for _, id := range last {
			i := slices.IndexFunc(cs, func(c Candidate) bool { return c.ID == id })
			if i >= 0 && cs[i].Interested && !t.taken[i] && len(out) < places {
				out = t.add(cs, out, i)
			}
		}
	} else {
		t.drawnAt = r.Now
	}
	for len(out) < places {
		i, ok := t.draw(r, cs, last)
		if !ok {
			// Nobody else: those whose time is up go on.
			if i, ok = t.draw(r, cs, nil); !ok {
				break
			}
		}
		out = t.add(cs, out, i)
	}
	return out
}

func (t *titForTatChoker) add(cs []Candidate, out []int, i int) []int {
	t.taken[i] = true
	t.optimistic = append(t.optimistic, cs[i].ID)
	return append(out, i)
}

// draw picks a neighbour at random among those who have no slot and had no
// optimistic one just now.
func (t *titForTatChoker) draw(r Round, cs []Candidate, last []int) (int, bool) {
	total := 0
	for i := range cs {
		total += t.weight(r, cs, i, last)
	}
	if total == 0 {
		return 0, false
	}
	at := r.Rand.IntN(total)
	for i := range cs {
		if at -= t.weight(r, cs, i, last); at < 0 {
			return i, true
		}
	}
	return 0, false
}

func (t *titForTatChoker) weight(r Round, cs []Candidate, i int, last []int) int {
	c := &cs[i]
	switch {
	case !c.Interested || t.taken[i] || slices.Contains(last, c.ID):
		return 0
	case r.Now-c.ConnectedAt < t.set.Optimistic:
		return t.set.NewFavour
	}
	return 1
}
