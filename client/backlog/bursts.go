package backlog

import "time"

var bursts = Strategy{
	Name:     "bursts",
	About:    "a fixed number, doubled whenever a quarter of it comes in one go; aria2",
	Defaults: func() any { return &Bursts{Initial: 6, Max: 256} },
	New:      func(s any) Rule { return burstsRule{*s.(*Bursts)} },
}

// Bursts are the settings of bursts.
type Bursts struct {
	Initial int `json:"initial,omitempty" jsonschema:"at first" min:"1" max:"1000"`
	Max     int `json:"max,omitempty" jsonschema:"at most" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded.
func (b *Bursts) MaxOutstanding(time.Duration) int { return b.Max }

// burstsRule is maxOutstandingRequest of aria2 (DefaultBtInteractive:
// receiveMessages): its client reads what has come a pass at a time, and asks for
// more where a pass ends many requests (see onePass). A choke does that too, as it ends all of
// them at once.
type burstsRule struct {
	set Bursts
}

func (r burstsRule) NewRequests(p *Pace, s Input) int {
	if s.Trigger == PieceCompleted {
		return 0
	}
	if p.depth == 0 {
		p.depth = int32(r.set.Initial)
	}
	if 4*p.together >= p.depth && !p.grown && !s.EndGame {
		p.depth = min(2*p.depth, int32(r.set.Max))
		p.grown = true
	}
	return int(p.depth) - s.Outstanding
}

func (burstsRule) Added(*Pace, int) {}

// Counts makes the rule Counting.
func (burstsRule) NeedsArrivals() {}
