package choke

import "time"

var fastest = Strategy{
	Name:  "fastest",
	About: "the neighbours we upload to fastest, and an optimistic slot: the first rule for seeds",
	Defaults: func() any {
		return &Fastest{UploadSlots: UploadSlots{4}, Optimistic: 30 * time.Second, NewFavour: 3}
	},
	New: func(s any) Choker {
		f := s.(*Fastest)
		return &titForTatChoker{
			set:             TitForTat{UploadSlots: f.UploadSlots, Optimistic: f.Optimistic, NewFavour: f.NewFavour},
			optimisticSlots: 1,
			rateOf:          upRate,
		}
	},
}

// Fastest are the settings of fastest: those of tit-for-tat. The strategy is the half of that rule
// which BEP 3 gives to seeds: they rank neighbours by what they send them, since they download
// nothing.
type Fastest struct {
	UploadSlots
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"how long the optimistic slot stays with a neighbour" min:"1 s"`
	NewFavour  int           `json:"new_favour,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get the optimistic slot" min:"1" max:"100"`
}

func upRate(c *Candidate) float64 { return c.UpRate }
