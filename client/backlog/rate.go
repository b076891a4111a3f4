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
	Max  int           `json:"max,omitempty" jsonschema:"at most" min:"1" max:"1000"`
	Time time.Duration `json:"time,omitempty" jsonschema:"of the neighbour's rate, beyond the round trip" zero:"says"`
}

// rateRule keeps a neighbour busy: what it sends in a round trip and some time
// more, plus two; a few while its rate is not known.
type rateRule struct {
	set ByRate
}

func (r rateRule) Want(p *Pace, s Situation) int {
	if s.Why == Complete {
		return 0
	}
	ahead := p.trip + r.set.Time
	n := 2 + int(float64(p.perSec*ahead.Seconds())/s.Block)
	if p.perSec == 0 {
		n = r.set.Min
	}
	return min(n, r.set.Max) - s.Out
}

func (rateRule) Added(*Pace, int) {}
