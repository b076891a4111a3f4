package choke

import (
	"slices"
	"time"
)

var rateBased = Strategy{
	Name:  "rate-based",
	About: "as libtorrent, with one slot more for each neighbour that downloads fast enough: slots follow the uplink",
	Defaults: func() any {
		return &RateBased{
			InitialThreshold:   1024,
			ThresholdStep:      2048,
			UnchokeInterval:    15 * time.Second,
			OptimisticInterval: 30 * time.Second,
			Quota:              5 << 20,
			MinSlotTime:        time.Minute,
		}
	},
	New: func(s any) Choker {
		r := s.(*RateBased)
		return &rateBasedChoker{set: *r, fixedSlots: libtorrentChoker{set: Libtorrent{
			UploadSlots:        UploadSlots{1},
			UnchokeInterval:    r.UnchokeInterval,
			OptimisticInterval: r.OptimisticInterval,
			Quota:              r.Quota,
			MinSlotTime:        r.MinSlotTime,
		}}}
	},
}

// RateBased holds the settings of rate-based.
type RateBased struct {
	InitialThreshold   int64         `json:"initial_threshold,omitempty" jsonschema:"bytes per second that the fastest neighbour must be sent for a second slot" min:"1" former:"first"`
	ThresholdStep      int64         `json:"threshold_step,omitempty" jsonschema:"by how much the threshold rises from one neighbour to the next" min:"0" former:"more"`
	UnchokeInterval    time.Duration `json:"unchoke_interval,omitempty" jsonschema:"time between regular rounds; the client's rechoke interval must be shorter, libtorrent's tick is 1 s" min:"1 s" former:"every"`
	OptimisticInterval time.Duration `json:"optimistic_interval,omitempty" jsonschema:"time between optimistic rounds" min:"1 s" former:"optimistic"`
	Quota              int64         `json:"quota,omitempty" jsonschema:"bytes after which a neighbour's turn ends" min:"1"`
	MinSlotTime        time.Duration `json:"min_slot_time,omitempty" jsonschema:"shortest time that a turn lasts" min:"1 s" former:"hold"`
}

// rateBasedChoker follows the rate_based_choker of libtorrent 2.0 (choker.cpp: unchoke_sort).
// Before each regular round it counts the neighbours whose upload rate in the last round exceeded a
// threshold, from the fastest on; the threshold rises by ThresholdStep from one to the next. It
// opens one slot more than that number. An uplink with spare capacity thus opens more slots, until
// each gets too little.
type rateBasedChoker struct {
	set        RateBased
	fixedSlots libtorrentChoker // its number of slots is set before each regular round
	lastRound  time.Duration
	rates      []int64 // scratch: bytes per second
}

func (c *rateBasedChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	if r.Periodic && len(cs) > 0 && r.Now >= c.fixedSlots.nextRound {
		c.fixedSlots.set.Slots = c.countSlots(r, cs)
		c.lastRound = r.Now
	}
	return c.fixedSlots.Unchoke(r, cs, out)
}

func (c *rateBasedChoker) countSlots(r Round, cs []Candidate) int {
	c.rates = c.rates[:0]
	elapsed := max(r.Now-c.lastRound, time.Second)
	for i := range cs {
		if before, ok := c.fixedSlots.uploadedBefore(cs[i].ID); ok {
			c.rates = append(c.rates, int64(float64(cs[i].Uploaded-before)/elapsed.Seconds()))
		}
	}
	slices.Sort(c.rates)
	threshold, n := c.set.InitialThreshold, 0
	for _, rate := range slices.Backward(c.rates) {
		if rate < threshold {
			break
		}
		n++
		threshold += c.set.ThresholdStep
	}
	return n + 1
}
