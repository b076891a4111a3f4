package choke

import (
	"cmp"
	"slices"
	"time"
)

var fairTime = Strategy{
	Name:     "fair-time",
	About:    "neighbours that were served for the smallest fraction of their time with us",
	Defaults: func() any { return &FairTime{UploadSlots: UploadSlots{4}, MinSlotTime: 30 * time.Second} },
	New:      func(s any) Choker { return &fairTimeChoker{set: *s.(*FairTime)} },
}

// FairTime holds the settings of fair-time.
type FairTime struct {
	UploadSlots
	MinSlotTime time.Duration `json:"min_slot_time,omitempty" jsonschema:"shortest time for which a neighbour keeps its slot" min:"1 s" former:"hold"`
}

// fairTimeChoker measures for how long each neighbour has held a slot, and serves those that have
// held one for the smallest fraction of the time since they connected. Round-robin gives each
// neighbour slots of the same length; here a neighbour that was not interested for a while gets
// more time later.
type fairTimeChoker struct {
	set    FairTime
	served perPeer[time.Duration] // time with a slot, without the present slot
}

func (f *fairTimeChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	f.served.sync(cs)
	first := len(out)
	out = topInterested(cs, out, f.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(
			falseFirst(!f.keepsSlot(r, x), !f.keepsSlot(r, y)),
			cmp.Compare(f.servedFraction(r, x, a), f.servedFraction(r, y, b)),
			cmp.Compare(x.ID, y.ID))
	})
	for i := range cs {
		if cs[i].Unchoked && !slices.Contains(out[first:], i) { // its slot ends
			*f.served.at(i) += slotTime(r, &cs[i])
		}
	}
	return out
}

// slotTime returns for how long a neighbour has held its present slot.
func slotTime(r Round, c *Candidate) time.Duration { return r.Now - c.ChokeChangedAt }

// keepsSlot reports whether a neighbour has held its slot for less than the shortest time.
func (f *fairTimeChoker) keepsSlot(r Round, c *Candidate) bool {
	return c.Unchoked && slotTime(r, c) < f.set.MinSlotTime
}

// servedFraction returns the fraction of its time with us in which candidate i held a slot.
func (f *fairTimeChoker) servedFraction(r Round, c *Candidate, i int) float64 {
	served := *f.served.at(i)
	if c.Unchoked {
		served += slotTime(r, c)
	}
	return served.Seconds() / (max(r.Now-c.ConnectedAt, 0) + time.Second).Seconds()
}
