package backlog

import "time"

var byRate = Strategy{
	Name:     "rate",
	About:    "two, and as many as are answered in a round trip and half a second",
	Defaults: func() any { return &ByRate{Min: 5, Max: 250, QueueTime: 500 * time.Millisecond} },
	New:      func(s any) Rule { return rateRule{*s.(*ByRate)} },
}

// ByRate are the settings of rate.
type ByRate struct {
	Min       int           `json:"min,omitempty" jsonschema:"requests outstanding while the neighbour's rate is unknown" min:"1" max:"1000"`
	Max       int           `json:"max,omitempty" jsonschema:"most requests outstanding" min:"1" max:"100000"`
	QueueTime time.Duration `json:"queue_time,omitempty" jsonschema:"beyond a round trip, the time in which the neighbour would send all outstanding requests but two" zero:"print" former:"time"`
	Grow      bool          `json:"grow,omitempty" jsonschema:"one request more for each block received while the neighbour's rate grows" zero:"omit"`
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

// rateRule keeps a neighbour busy without a deep queue: the target is what it sends in a round
// trip and the set time, plus two, and Min while its rate is unknown.
//
// On a path with a large bandwidth-delay product those first few requests limit the rate, and a
// rate that is measured once a second would take many seconds to grow. With Grow the rule
// therefore begins as libtorrent does: two requests follow each block, so that the backlog
// doubles in each round trip, until a second brings less than a quarter more than the one before
// (Pace.plateau). Pace.ruleState counts the requests added this way.
type rateRule struct {
	set ByRate
}

func (r rateRule) NewRequests(p *Pace, in Input) int {
	if in.Trigger == PieceCompleted {
		return 0
	}
	window := p.roundTrip + r.set.QueueTime
	target := 2 + toCount(float64(p.rate*window.Seconds())/in.BlockBytes)
	if p.rate == 0 {
		target = r.set.Min
	}
	if r.set.Grow && !p.plateau {
		if in.Trigger == BlockReceived {
			p.ruleState++
		}
		p.ruleState = min(p.ruleState, int32(r.set.Max))
		target = max(target, r.set.Min+int(p.ruleState))
	}
	return min(target, r.set.Max) - in.Outstanding
}

func (rateRule) Added(*Pace, int) {}
