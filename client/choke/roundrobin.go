package choke

import (
	"cmp"
	"time"
)

var roundRobin = Strategy{
	Name:     "round-robin",
	About:    "every neighbour in turn, for the same time: for seeds",
	Defaults: func() any { return &RoundRobin{UploadSlots: UploadSlots{4}, SlotTime: 30 * time.Second} },
	New:      func(s any) Choker { return &roundRobinChoker{set: *s.(*RoundRobin)} },
}

// RoundRobin holds the settings of round-robin.
type RoundRobin struct {
	UploadSlots
	SlotTime time.Duration `json:"slot_time,omitempty" jsonschema:"how long a neighbour keeps its slot while others wait" min:"1 s" former:"hold"`
}

// roundRobinChoker lets a neighbour keep its slot for SlotTime and then gives it to the neighbour
// that has waited longest. One that was never served has waited since it connected. Neighbours thus
// get equal times, as from a seed of mainline 4.x, which sorts them by the time of their last
// unchoke.
type roundRobinChoker struct {
	set RoundRobin
}

func (c *roundRobinChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	return topInterested(cs, out, c.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(
			cmp.Compare(c.class(r, x), c.class(r, y)),
			cmp.Compare(waitingSince(x), waitingSince(y)),
			cmp.Compare(x.Uploaded, y.Uploaded),
			cmp.Compare(x.ID, y.ID))
	})
}

// class returns 0 for a neighbour whose turn goes on, 1 for one that waits, and 2 for one whose
// turn is over.
func (c *roundRobinChoker) class(r Round, x *Candidate) int {
	switch {
	case x.Unchoked && r.Now-x.ChokeChangedAt < c.set.SlotTime:
		return 0
	case !x.Unchoked:
		return 1
	}
	return 2
}
