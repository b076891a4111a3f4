package choke

import (
	"slices"
	"time"
)

var rateBased = Strategy{
	Name:  "rate-based",
	About: "as libtorrent, with a slot more for each neighbour that takes enough: slots follow the uplink",
	Defaults: func() any {
		return &RateBased{First: 1024, More: 2048, Every: 15 * time.Second, Optimistic: 30 * time.Second, Quota: 5 << 20, Hold: time.Minute}
	},
	New: func(s any) Choker {
		r := s.(*RateBased)
		return &rateBasedChoker{set: *r, fixedSlots: libtorrentChoker{
			set: Libtorrent{UploadSlots: UploadSlots{1}, Every: r.Every, Optimistic: r.Optimistic, Quota: r.Quota, Hold: r.Hold}}}
	},
}

// RateBased are the settings of rate-based.
type RateBased struct {
	First      int64         `json:"first,omitempty" jsonschema:"bytes per second that the neighbour we send most must take for a second slot" min:"1"`
	More       int64         `json:"more,omitempty" jsonschema:"how much more each further neighbour must take" min:"0"`
	Every      time.Duration `json:"every,omitempty" jsonschema:"between rounds; the peer's own must be shorter, 1 s is libtorrent's tick" min:"1 s"`
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"between the rounds for the optimistic slots" min:"1 s"`
	Quota      int64         `json:"quota,omitempty" jsonschema:"bytes after which a neighbour has had its turn" min:"1"`
	Hold       time.Duration `json:"hold,omitempty" jsonschema:"and the least time that a turn lasts" min:"1 s"`
}

// rateBasedChoker is the rate_based_choker of libtorrent 2.0 (choker.cpp:
// unchoke_sort): before each round it counts, from the neighbour that was sent
// most in the last one on, those that took more than a threshold, which rises by
// 2 kB/s from one to the next. There are so many slots and one more: a fuller
// uplink opens more, until each gets too little.
type rateBasedChoker struct {
	set        RateBased
	fixedSlots libtorrentChoker
	lastRound  time.Duration // round
	rates      []int64
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
	took := max(r.Now-c.lastRound, time.Second)
	for i := range cs {
		before, known := c.fixedSlots.uploadedBefore(cs[i].ID)
		if !known {
			continue
		}
		c.rates = append(c.rates, int64(float64(cs[i].Uploaded-before)/took.Seconds()))
	}
	slices.Sort(c.rates)
	threshold, n := c.set.First, 0
	for _, rate := range slices.Backward(c.rates) {
		if rate < threshold {
			break
		}
		n++
		threshold += c.set.More
	}
	return n + 1
}
