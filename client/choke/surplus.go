package choke

var surplus = Strategy{
	Name:     "surplus",
	About:    "neighbours with pieces we need that were not sent much more than they sent us; no slots; anacrolix",
	Defaults: func() any { return &Surplus{MaxSurplus: 100 << 10} },
	New:      func(s any) Choker { return surplusChoker{*s.(*Surplus)} },
}

// Surplus holds the settings of surplus.
type Surplus struct {
	MaxSurplus int64 `json:"max_surplus,omitempty" jsonschema:"how many bytes more a neighbour may have been sent than it sent us" min:"1" former:"bytes"`
}

// surplusChoker follows uploadAllowed of anacrolix/torrent for a client that does not seed: tit for
// tat in bytes, for each neighbour separately. The client should call it after every block.
type surplusChoker struct{ set Surplus }

func (s surplusChoker) Unchoke(_ Round, cs []Candidate, out []int) []int {
	for i := range cs {
		if c := &cs[i]; c.Interesting && c.Uploaded < c.Downloaded+s.set.MaxSurplus {
			out = append(out, i)
		}
	}
	return out
}
