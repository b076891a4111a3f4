package choke

import (
	"cmp"
	"slices"
	"time"
)

var fairTime = Strategy{
	Name:     "fair-time",
	About:    "whoever was served for the smallest share of its time with us",
	Defaults: func() any { return &FairTime{UploadSlots: UploadSlots{4}, Hold: 30 * time.Second} },
	New:      func(s any) Choker { return &fairTimeChoker{set: *s.(*FairTime)} },
}

// FairTime are the settings of fair-time.
type FairTime struct {
	UploadSlots
	Hold time.Duration `json:"hold,omitempty" jsonschema:"how long a neighbour keeps its slot at least" min:"1 s"`
}

// fairTimeChoker counts for how long each neighbour has held a slot, and serves
// those for whom that is the smallest share of the time since they connected. A
// seed that takes turns, as round-robin does, gives everybody turns of the same
// length; here who has missed some makes up for them.
type fairTimeChoker struct {
	set        FairTime
	servedTime perPeer[time.Duration] // without the slot that it holds
}

func (f *fairTimeChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	f.servedTime.sync(cs)
	first := len(out)
	out = topInterested(cs, out, f.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(compareBool(!f.withinMinimum(r, x), !f.withinMinimum(r, y)), cmp.Compare(f.servedShare(r, cs, a), f.servedShare(r, cs, b)), cmp.Compare(x.ID, y.ID))
	})
	for i := range cs {
		if cs[i].Unchoked && !slices.Contains(out[first:], i) { // its time ends
			f.servedTime.rows[i].value += f.slotTime(r, &cs[i])
		}
	}
	return out
}

// running is for how long a neighbour has held its slot.
func (f *fairTimeChoker) slotTime(r Round, c *Candidate) time.Duration {
	return r.Now - c.ChokeChangedAt
}

func (f *fairTimeChoker) withinMinimum(r Round, c *Candidate) bool {
	return c.Unchoked && f.slotTime(r, c) < f.set.Hold
}

// share is how much of its time with us a neighbour was served.
func (f *fairTimeChoker) servedShare(r Round, cs []Candidate, i int) float64 {
	c, served := &cs[i], f.servedTime.rows[i].value
	if c.Unchoked {
		served += f.slotTime(r, c)
	}
	return served.Seconds() / (max(r.Now-c.ConnectedAt, 0) + time.Second).Seconds()
}
