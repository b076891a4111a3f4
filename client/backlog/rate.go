package backlog

import "time"

var byRate = Strategy{
	Name:     "rate",
	About:    "what the neighbour sends in the round trip and some time more, plus two",
	Defaults: func() any { return &ByRate{Min: 5, Max: 250, Time: 500 * time.Millisecond} },
	New:      func(s any) Rule { return rateRule{*s.(*ByRate)} },
}

// ByRate are the settings of rate.
type ByRate struct {
	Min  int           `json:"min,omitempty" jsonschema:"while the neighbour's rate is not known yet" min:"1" max:"1000"`
	Max  int           `json:"max,omitempty" jsonschema:"at most" min:"1" max:"100000"`
	Time time.Duration `json:"time,omitempty" jsonschema:"of the neighbour's rate, beyond the round trip" zero:"says"`
	Grow bool          `json:"grow,omitempty" jsonschema:"while its rate grows, one more than before for each of its blocks" zero:"silent"`
}

// MaxOutstanding makes the settings Bounded.
func (r *ByRate) MaxOutstanding(time.Duration) int { return r.Max }

// ScaleDefaults makes the settings a Scaler.
func (r *ByRate) ScaleDefaults(blocks int, given func(setting string) bool) {
	if !given("max") {
		r.Max = max(r.Max, blocks)
	}
	if !given("min") {
		r.Min = max(r.Min, min(16, blocks/16))
	}
	if !given("grow") {
		r.Grow = true
	}
}

// rateRule keeps a neighbour busy: what it sends in a round trip and some time
// more, plus two; a few while its rate is not known. On a fast and long path those
// few are what decides the rate, and a rate that is measured once a second would
// take seconds to grow: there it may begin as libtorrent does, with two requests for
// each block that comes, so that they double each round trip, until a second brings
// little more than the one before.
type rateRule struct {
	set ByRate
}

func (r rateRule) NewRequests(p *Pace, s Input) int {
	if s.Trigger == PieceCompleted {
		return 0
	}
	ahead := p.trip + r.set.Time
	n := 2 + whole(float64(p.perSec*ahead.Seconds())/s.BlockBytes)
	if p.perSec == 0 {
		n = r.set.Min
	}
	if r.set.Grow && !p.level {
		if s.Trigger == BlockReceived {
			p.depth++
		}
		p.depth = min(p.depth, int32(r.set.Max))
		n = max(n, r.set.Min+int(p.depth))
	}
	return min(n, r.set.Max) - s.Outstanding
}

func (rateRule) Added(*Pace, int) {}
