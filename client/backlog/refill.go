package backlog

import "time"

var refill = Strategy{
	Name:     "refill",
	About:    "as many as are answered in 10 s, refilled when a third of them has arrived; Transmission",
	Defaults: func() any { return &Refill{Min: 4, Max: 512, QueueTime: 10 * time.Second, RefillBelow: 0.66} },
	New:      func(s any) Rule { return refillRule{*s.(*Refill)} },
}

// Refill are the settings of refill.
type Refill struct {
	Min         int           `json:"min,omitempty" jsonschema:"fewest requests outstanding" min:"1" max:"1000"`
	Max         int           `json:"max,omitempty" jsonschema:"most requests outstanding" min:"1" max:"1000"`
	QueueTime   time.Duration `json:"queue_time,omitempty" jsonschema:"the time in which the neighbour would send all outstanding requests after a refill" min:"100 ms" former:"time"`
	RefillBelow float64       `json:"refill_below,omitempty" jsonschema:"requests are added once at most this fraction of the target is outstanding" min:"0" max:"1" former:"below"`
}

// MaxOutstanding makes the settings Bounded.
func (r *Refill) MaxOutstanding(time.Duration) int { return r.Max }

// RefillBatch makes the settings a Batcher.
func (r *Refill) RefillBatch() int { return int(float64(r.Max) * (1 - r.RefillBelow)) }

// refillRule is Transmission 3.00's (peer-msgs.c: updateDesiredRequestCount, updateBlockRequests):
// a deep backlog that is refilled in batches.
type refillRule struct {
	set Refill
}

func (r refillRule) NewRequests(_ *Pace, in Input) int {
	if in.Trigger == PieceCompleted {
		return 0
	}
	target := max(r.set.Min, toCount(in.DownRate*r.set.QueueTime.Seconds()/in.BlockBytes))
	target = min(target, r.set.Max)
	if float64(in.Outstanding) > r.set.RefillBelow*float64(target) {
		return 0
	}
	return target - in.Outstanding
}

func (refillRule) Added(*Pace, int) {}

// NeedsDownRate marks the rule: it reads Input.DownRate.
func (refillRule) NeedsDownRate() {}
