package backlog

import "time"

var slowStart = Strategy{
	Name:     "slow-start",
	About:    "one more for each block received until the rate no longer grows, then a time's worth of it; libtorrent",
	Defaults: func() any { return &SlowStart{Initial: 4, Min: 2, Max: 500, Time: 3 * time.Second} },
	New:      func(s any) Rule { return slowStartRule{*s.(*SlowStart)} },
}

// SlowStart are the settings of slow-start.
type SlowStart struct {
	Initial int           `json:"initial,omitempty" jsonschema:"at first" min:"1" max:"1000"`
	Min     int           `json:"min,omitempty" jsonschema:"at least, once the rate is known" min:"1" max:"1000"`
	Max     int           `json:"max,omitempty" jsonschema:"at most" min:"1" max:"1000"`
	Time    time.Duration `json:"time,omitempty" jsonschema:"of the neighbour's rate" min:"100 ms"`
}

// MaxOutstanding makes the settings Bounded.
func (s *SlowStart) MaxOutstanding(time.Duration) int { return s.Max }

// slowStartRule grows by one for each block, so two requests follow each block
// and the backlog doubles each round trip, until a second brings hardly more
// than the one before. It does not stir when a neighbour that was interesting
// already has something more: libtorrent looks then only after a piece is
// complete, or on a timer.
type slowStartRule struct {
	set SlowStart
}

func (r slowStartRule) NewRequests(p *Pace, s Input) int {
	smooth := p.SmoothedRate(s.Now)
	if s.Trigger == PieceAvailable {
		return 0
	}
	if p.depth == 0 {
		p.depth = int32(r.set.Initial)
	}
	switch {
	case p.settled:
		p.depth = int32(max(r.set.Min, whole(smooth*r.set.Time.Seconds()/s.BlockBytes)))
	case s.Trigger == BlockReceived:
		p.depth++
	}
	p.depth = min(p.depth, int32(r.set.Max))
	return int(p.depth) - s.Outstanding
}

func (slowStartRule) Added(*Pace, int) {}

// Counts makes the rule Counting.
func (slowStartRule) NeedsArrivals() {}
