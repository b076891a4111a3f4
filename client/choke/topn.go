package choke

import (
	"slices"
	"time"
)

// topInterested appends the first n interested candidates in the order of compare, which is
// called with two indices.
func topInterested(cs []Candidate, out []int, n int, compare func(a, b int) int) []int {
	first := len(out)
	for i := range cs {
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	slices.SortFunc(out[first:], compare)
	return out[:min(len(out), first+n)]
}

// falseFirst compares two booleans for a sort: false comes before true.
func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// indexOf returns the index of the candidate with the given ID, or -1.
func indexOf(cs []Candidate, id int) int {
	return slices.IndexFunc(cs, func(c Candidate) bool { return c.ID == id })
}

// waitingSince returns when a neighbour was last choked or unchoked, or when it connected if it
// was never served.
func waitingSince(c *Candidate) time.Duration {
	if c.Uploaded == 0 && !c.Unchoked {
		return c.ConnectedAt
	}
	return c.ChokeChangedAt
}
