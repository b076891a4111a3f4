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
		return &TitForTat{UploadSlots: UploadSlots{4}, OptimisticInterval: 30 * time.Second, NewPeerWeight: 3}
	},
	New: func(s any) Choker {
		return &titForTatChoker{set: *s.(*TitForTat), optimisticSlots: 1, rateOf: downRate}
	},
}

// TitForTat holds the settings of tit-for-tat. Slots includes the optimistic slot.
type TitForTat struct {
	UploadSlots
	OptimisticInterval time.Duration `json:"optimistic_interval,omitempty" jsonschema:"how long the optimistic slot stays with a neighbour" min:"1 s" former:"optimistic"`
	NewPeerWeight      int           `json:"new_peer_weight,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get the optimistic slot" min:"1" max:"100" former:"new_favour"`
	Auto               bool          `json:"auto,omitempty" jsonschema:"as many slots as mainline 4.x opens for our upload rate; slots is ignored" zero:"omit"`
}

// MaxSlots returns the number of slots.
func (t *TitForTat) MaxSlots(r Round) int {
	if t.Auto {
		return automaticSlots(r.UplinkRate)
	}
	return t.Slots
}

// automaticSlots returns the number of slots that mainline 4.x opens by itself for an upload rate
// in bytes per second, 0 for unknown (MultiTorrent: _max_uploads).
func automaticSlots(uplinkRate int64) int {
	switch kB := float64(uplinkRate) / 1000; {
	case kB <= 0:
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

// titForTatChoker gives all slots but one to the interested neighbours that upload fastest to us
// (BEP 3). The remaining slot, and any that the uploaders leave free, are optimistic: they go to
// random interested neighbours and are drawn again after OptimisticInterval. Its default is 30
// seconds, the interval at which mainline 4.x moves its optimistic unchoke to the next connection.
//
// The chokers fastest and optimistic-only are the same with another rate, or without earned slots.
type titForTatChoker struct {
	set             TitForTat
	optimisticSlots int                        // slots that are always optimistic
	rateOf          func(c *Candidate) float64 // the rate that earns the other slots
	optimistic      []int                      // IDs of the neighbours with optimistic slots
	previous        []int                      // scratch: the same before this call
	drawnAt         time.Duration              // when they were last drawn
	taken           []bool                     // scratch: which candidates have a slot
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

// addOptimistic appends optimistic unchokes until out has the given length. Before
// OptimisticInterval has passed it keeps the previous ones that still qualify; any other slots go
// to random neighbours.
func (t *titForTatChoker) addOptimistic(r Round, cs []Candidate, out []int, length int) []int {
	t.previous = append(t.previous[:0], t.optimistic...)
	t.optimistic = t.optimistic[:0]
	if r.Now-t.drawnAt < t.set.OptimisticInterval {
		for _, id := range t.previous {
			i := indexOf(cs, id)
			if i >= 0 && cs[i].Interested && !t.taken[i] && len(out) < length {
				out = t.add(cs, out, i)
			}
		}
	} else {
		t.drawnAt = r.Now
	}
	for len(out) < length {
		i, ok := t.draw(r, cs, t.previous)
		if !ok { // all others have a slot, so the previous ones may keep theirs
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

// draw returns a random interested neighbour that has no slot and is not among the excluded IDs.
func (t *titForTatChoker) draw(r Round, cs []Candidate, excluded []int) (index int, ok bool) {
	total := 0
	for i := range cs {
		total += t.weight(r, cs, i, excluded)
	}
	if total == 0 {
		return 0, false
	}
	at := r.Rand.IntN(total)
	for i := range cs {
		if at -= t.weight(r, cs, i, excluded); at < 0 {
			return i, true
		}
	}
	return 0, false
}

// weight returns the relative chance of candidate i in a draw.
func (t *titForTatChoker) weight(r Round, cs []Candidate, i int, excluded []int) int {
	c := &cs[i]
	switch {
	case !c.Interested || t.taken[i] || slices.Contains(excluded, c.ID):
		return 0
	case r.Now-c.ConnectedAt < t.set.OptimisticInterval:
		return t.set.NewPeerWeight
	}
	return 1
}

// Optimistic reports whether the neighbour with the given ID holds an optimistic slot.
func (t *titForTatChoker) Optimistic(id int) bool { return slices.Contains(t.optimistic, id) }
