package choke

import (
	"cmp"
	"slices"
	"time"
)

var roundRobin = Strategy{
	Name:     "round-robin",
	About:    "every neighbour in turn for the same time: what a seed does",
	Defaults: func() any { return &RoundRobin{UploadSlots: UploadSlots{4}, Hold: 30 * time.Second} },
	New:      func(s any) Choker { return &roundRobinChoker{set: *s.(*RoundRobin)} },
}

// RoundRobin are the settings of round-robin.
type RoundRobin struct {
	UploadSlots
	Hold time.Duration `json:"hold,omitempty" jsonschema:"how long a neighbour keeps its slot while others wait" min:"1 s"`
}

// roundRobinChoker lets a neighbour keep its slot for a while and then gives it
// to the one that has waited longest; a neighbour that was never served has
// waited since it connected. Fair by time, as the seed side of mainline 4.x,
// which sorts by the time of the last unchoke.
type roundRobinChoker struct {
	set RoundRobin
}

func (c *roundRobinChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	first := len(out)
	for i := range cs {
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	line := out[first:]
	slices.SortFunc(line, func(a, b int) int { return c.compare(r, &cs[a], &cs[b]) })
	return out[:min(len(out), first+c.set.Slots)]
}

// compare orders those who hold a slot rightfully, then those who wait, longest
// first, then those whose time is up.
func (c *roundRobinChoker) compare(r Round, a, b *Candidate) int {
	return cmp.Or(
		cmp.Compare(c.class(r, a), c.class(r, b)),
		cmp.Compare(waitingSince(a), waitingSince(b)),
		cmp.Compare(a.Uploaded, b.Uploaded),
		cmp.Compare(a.ID, b.ID))
}

func (c *roundRobinChoker) class(r Round, x *Candidate) int {
	switch {
	case x.Unchoked && r.Now-x.ChokeChangedAt < c.set.Hold:
		return 0
	case !x.Unchoked:
		return 1
	}
	return 2
}

func waitingSince(x *Candidate) time.Duration {
	if x.Uploaded == 0 && !x.Unchoked {
		return x.ConnectedAt
	}
	return x.ChokeChangedAt
}
