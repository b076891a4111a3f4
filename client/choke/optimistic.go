package choke

import "time"

var optimisticOnly = Strategy{
	Name:  "optimistic-only",
	About: "optimistic slots only, likelier for new neighbours: no slot is earned",
	Defaults: func() any {
		return &OptimisticOnly{UploadSlots: UploadSlots{4}, OptimisticInterval: 30 * time.Second, NewPeerWeight: 3}
	},
	New: func(s any) Choker {
		o := s.(*OptimisticOnly)
		return &titForTatChoker{
			set: TitForTat{
				UploadSlots:        o.UploadSlots,
				OptimisticInterval: o.OptimisticInterval,
				NewPeerWeight:      o.NewPeerWeight,
			},
			optimisticSlots: o.Slots,
			rateOf:          downRate,
		}
	},
}

// OptimisticOnly holds the settings of optimistic-only, as in TitForTat. All Slots are optimistic.
type OptimisticOnly struct {
	UploadSlots
	OptimisticInterval time.Duration `json:"optimistic_interval,omitempty" jsonschema:"how long a slot stays with a neighbour" min:"1 s" former:"optimistic"`
	NewPeerWeight      int           `json:"new_peer_weight,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get a slot" min:"1" max:"100" former:"new_favour"`
}
