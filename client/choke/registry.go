package choke

// Strategy is a choker by name.
type Strategy struct {
	Name     string
	About    string                    // one line for people
	Defaults func() any                // pointer to its settings
	New      func(settings any) Choker // settings as Defaults returns them
}

// Strategies lists every choker. A new one adds its line here.
func Strategies() []Strategy {
	return []Strategy{
		titForTat, roundRobin, random, never, everyone, surplus, mainline, libtorrent, transmission, aria2, aria2Seed, pipeline,
		rateBased, blockTitForTat, optimisticOnly, bitTyrant, propShare,
		fastest, fairTime, longestWaiting, antiLeech,
	}
}

// Upload is the setting that most strategies have.
type Upload struct {
	Slots int `json:"slots,omitempty" jsonschema:"how many neighbours are unchoked at a time" min:"1" max:"1000"`
}

// Most is the number of slots.
func (u *Upload) Most(Round) int { return u.Slots }
