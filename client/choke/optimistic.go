package choke

import "time"

var optimisticOnly = Strategy{
	Name:  "optimistic-only",
	About: "optimistic slots only, likelier for new neighbours: no slot is earned",
	Defaults: func() any {
		return &OptimisticOnly{UploadSlots: UploadSlots{4}, Optimistic: 30 * time.Second, NewFavour: 3}
	},
	New: func(s any) Choker {
		o := s.(*OptimisticOnly)
		return &titForTatChoker{
			set:             TitForTat{UploadSlots: o.UploadSlots, Optimistic: o.Optimistic, NewFavour: o.NewFavour},
			optimisticSlots: o.Slots,
			rateOf:          downRate,
		}
	},
}

// OptimisticOnly are the settings of optimistic-only: those of tit-for-tat.
type OptimisticOnly struct {
	UploadSlots
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"how long a slot stays with a neighbour" min:"1 s"`
	NewFavour  int           `json:"new_favour,omitempty" jsonschema:"how many times likelier a neighbour that has just connected is to get a slot" min:"1" max:"100"`
}
