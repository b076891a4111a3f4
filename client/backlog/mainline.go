package backlog

import "time"

var mainline = Strategy{
	Name:     "mainline",
	About:    "two, and what the neighbour sends in four seconds at its rate over 20 s; Cohen's client",
	Defaults: func() any { return &Mainline{Seconds: 4, Max: 50} },
	New:      func(s any) Rule { return mainlineRule{*s.(*Mainline)} },
}

// mainlineExcess is the fraction of the computed number that mainline uses where it exceeds Max.
const mainlineExcess = 0.075

// Mainline are the settings of mainline.
type Mainline struct {
	Seconds int `json:"seconds,omitempty" jsonschema:"how many seconds of the neighbour's rate are requested" min:"1" max:"100"`
	Max     int `json:"max,omitempty" jsonschema:"above this number 7.5 % of the computed number is used, if that is more" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded. Above Max the rule requests only mainlineExcess of
// what the rate calls for. If the round trip is so long that less than this arrives in it, the
// backlog shrinks back to Max; if it is shorter, there is no limit.
func (m *Mainline) MaxOutstanding(trip time.Duration) int {
	if mainlineExcess*float64(m.Seconds) < trip.Seconds() {
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
		n = max(r.set.Max, int(mainlineExcess*float64(n)))
	}
	return n - in.Outstanding
}

func (mainlineRule) Added(*Pace, int) {}

// NeedsDownRate marks the rule: it reads Input.DownRate.
func (mainlineRule) NeedsDownRate() {}
