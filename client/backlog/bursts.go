package backlog

import "time"

var bursts = Strategy{
	Name:     "bursts",
	About:    "a fixed number, doubled whenever a quarter of it arrives at once; aria2",
	Defaults: func() any { return &Bursts{Initial: 6, Max: 256} },
	New:      func(s any) Rule { return burstsRule{*s.(*Bursts)} },
}

// Bursts are the settings of bursts.
type Bursts struct {
	Initial int `json:"initial,omitempty" jsonschema:"requests outstanding at first" min:"1" max:"1000"`
	Max     int `json:"max,omitempty" jsonschema:"most requests outstanding" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded. Max limits what doubling leads to, not Initial.
func (b *Bursts) MaxOutstanding(time.Duration) int { return max(b.Initial, b.Max) }

// burstsRule is aria2's maxOutstandingRequest (DefaultBtInteractive: receiveMessages). aria2
// reads all messages that have arrived in one pass, and doubles the number if the pass has ended
// a quarter of the requests (see passTime). A choke ends all requests at once and therefore
// doubles it too.
type burstsRule struct {
	set Bursts
}

func (r burstsRule) NewRequests(p *Pace, in Input) int {
	if in.Trigger == PieceCompleted {
		return 0
	}
	if p.ruleState == 0 {
		p.ruleState = int32(r.set.Initial)
	}
	if 4*p.endedInPass >= p.ruleState && !p.doubled && !in.EndGame {
		p.ruleState = min(2*p.ruleState, int32(r.set.Max))
		p.doubled = true
	}
	return int(p.ruleState) - in.Outstanding
}

func (burstsRule) Added(*Pace, int) {}

// NeedsArrivals marks the rule: it reads the blocks that arrive together.
func (burstsRule) NeedsArrivals() {}
