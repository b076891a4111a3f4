package choke

import "swarmsim/registry"

// Strategy is a choker with its name, description and settings.
type Strategy = registry.Entry[Choker]

// Strategies lists every choker. A new one adds its line here.
func Strategies() registry.List[Choker] {
	return []Strategy{
		titForTat, roundRobin, random, never, everyone, surplus,
		mainline, libtorrent, transmission, aria2, aria2Seed, pipeline,
		rateBased, blockTitForTat, optimisticOnly, bitTyrant, propShare,
		fastest, fairTime, longestWaiting, antiLeech,
	}
}

// UploadSlots is the setting that most strategies have in common. They embed it.
type UploadSlots struct {
	Slots int `json:"slots,omitempty" jsonschema:"how many neighbours are unchoked at a time" min:"1" max:"1000"`
}

// MaxSlots returns the number of slots.
func (u *UploadSlots) MaxSlots(Round) int { return u.Slots }
