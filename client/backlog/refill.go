package backlog

import "time"

var refill = Strategy{
	Name:     "refill",
	About:    "a time's worth of the neighbour's rate, filled up when a third is gone; Transmission",
	Defaults: func() any { return &Refill{Min: 4, Max: 512, Time: 10 * time.Second, Below: 0.66} },
	New:      func(s any) Rule { return refillRule{*s.(*Refill)} },
}

// Refill are the settings of refill.
type Refill struct {
	Min   int           `json:"min,omitempty" jsonschema:"at least" min:"1" max:"1000"`
	Max   int           `json:"max,omitempty" jsonschema:"at most" min:"1" max:"1000"`
	Time  time.Duration `json:"time,omitempty" jsonschema:"of the neighbour's rate" min:"100 ms"`
	Below float64       `json:"below,omitempty" jsonschema:"share of the aim below which requests are added" min:"0" max:"1"`
}

// MaxOutstanding makes the settings Bounded.
func (r *Refill) MaxOutstanding(time.Duration) int { return r.Max }

// RefillBatch makes the settings a Batcher.
func (r *Refill) RefillBatch() int { return int(float64(r.Max) * (1 - r.Below)) }

// refillRule is Transmission's: deep, and filled in lumps.
type refillRule struct {
	set Refill
}

func (r refillRule) NewRequests(_ *Pace, s Input) int {
	if s.Trigger == PieceCompleted {
		return 0
	}
	aim := max(r.set.Min, whole(s.DownRate*r.set.Time.Seconds()/s.BlockBytes))
	aim = min(aim, r.set.Max)
	if float64(s.Outstanding) > r.set.Below*float64(aim) {
		return 0
	}
	return aim - s.Outstanding
}

func (refillRule) Added(*Pace, int) {}

// LooksAtDown makes the rule Rated.
func (refillRule) NeedsDownRate() {}
