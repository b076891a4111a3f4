package choke

import "time"

var fastest = Strategy{
	Name:  "fastest",
	About: "the neighbours we upload to fastest, and an optimistic slot: BEP 3's rule for seeds",
	Defaults: func() any {
		return &Fastest{UploadSlots: UploadSlots{4}, OptimisticInterval: 30 * time.Second, NewPeerWeight: 3}
	},
	New: func(s any) Choker {
		f := s.(*Fastest)
		return &titForTatChoker{
			set: TitForTat{
				UploadSlots:        f.UploadSlots,
				OptimisticInterval: f.OptimisticInterval,
				NewPeerWeight:      f.NewPeerWeight,
			},
			optimisticSlots: 1,
			rateOf:          upRate,
		}
	},
}

// Fastest holds the settings of fastest, as in TitForTat. The strategy is the rule that BEP 3 gives
// for seeds: a seed downloads nothing, so it ranks neighbours by its upload rate to them.
type Fastest struct {
	UploadSlots
	OptimisticInterval time.Duration `json:"optimistic_interval,omitempty" jsonschema:"how long the optimistic slot stays with a neighbour" min:"1 s" former:"optimistic"`
	NewPeerWeight      int           `json:"new_peer_weight,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get the optimistic slot" min:"1" max:"100" former:"new_favour"`
}

func upRate(c *Candidate) float64 { return c.UpRate }
