package backlog

import "time"

var mainline = Strategy{
	Name:     "mainline",
	About:    "two, and as many as are answered in 4 s at the neighbour's rate over 20 s; Cohen's client",
	Defaults: func() any { return &Mainline{Seconds: 4, Max: 50} },
	New:      func(s any) Rule { return mainlineRule{*s.(*Mainline)} },
}

// reducedShare is the share of the computed number of requests that mainline sends where that number
// exceeds Max; Max at least.
const reducedShare = 0.075

// Mainline are the settings of mainline.
type Mainline struct {
	Seconds int `json:"seconds,omitempty" jsonschema:"seconds in which the neighbour would send all outstanding requests but two" min:"1" max:"100"`
	Max     int `json:"max,omitempty" jsonschema:"most requests outstanding, or 7.5 % of the computed number if that is more" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded. Above Max the rule requests only what arrives in
// reducedShare of Seconds. If a round trip is longer, that is too little to sustain the rate, and the
// backlog falls back to Max. If it is shorter, there is no limit.
func (m *Mainline) MaxOutstanding(trip time.Duration) int {
	if reducedShare*float64(m.Seconds) < trip.Seconds() {
		return m.Max
	}
	return 0
}

// mainlineRule is Downloader._backlog of mainline 4.x.
type mainlineRule struct {
	set Mainline
}

func (r mainlineRule) NewRequests(_ *Pace, in Input) int {
	if in.Trigger == PieceCompleted {
		return 0
	}
	n := 2 + toCount(in.DownRate*float64(r.set.Seconds)/in.BlockBytes)
	if n > r.set.Max {
		n = max(r.set.Max, int(reducedShare*float64(n)))
	}
	return n - in.Outstanding
}

func (mainlineRule) Added(*Pace, int) {}

// NeedsDownRate marks the rule: it reads Input.DownRate.
func (mainlineRule) NeedsDownRate() {}
