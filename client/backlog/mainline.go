package backlog

import "time"

var mainline = Strategy{
	Name:     "mainline",
	About:    "two and four seconds of the neighbour's rate over 20 s; Cohen's client",
	Defaults: func() any { return &Mainline{Seconds: 4, Max: 50} },
	New:      func(s any) Rule { return mainlineRule{*s.(*Mainline)} },
}

// beyondMax is what mainline takes of what is more than Max.
const beyondMax = 0.075

// Mainline are the settings of mainline.
type Mainline struct {
	Seconds int `json:"seconds,omitempty" jsonschema:"of the neighbour's rate" min:"1" max:"100"`
	Max     int `json:"max,omitempty" jsonschema:"beyond this it is 7.5 % of what it would be" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded. Beyond Max the rule adds only beyondMax of what the
// rate calls for. Where the round trip is so long that this is less than what arrives in it, the
// backlog shrinks back to Max; where it is shorter, there is no limit.
func (m *Mainline) MaxOutstanding(trip time.Duration) int {
	if beyondMax*float64(m.Seconds) < trip.Seconds() {
		return m.Max
	}
	return 0
}

// mainlineRule is Downloader._backlog of mainline 4.x.
type mainlineRule struct {
	set Mainline
}

func (r mainlineRule) NewRequests(_ *Pace, s Input) int {
	if s.Trigger == PieceCompleted {
		return 0
	}
	n := 2 + whole(s.DownRate*float64(r.set.Seconds)/s.BlockBytes)
	if n > r.set.Max {
		n = max(r.set.Max, int(beyondMax*float64(n)))
	}
	return n - s.Outstanding
}

func (mainlineRule) Added(*Pace, int) {}

// LooksAtDown makes the rule Rated.
func (mainlineRule) NeedsDownRate() {}
