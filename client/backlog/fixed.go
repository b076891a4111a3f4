package backlog

import "time"

var fixed = Strategy{
	Name:     "fixed",
	About:    "always the same number",
	Defaults: func() any { return &Fixed{Depth: 5} },
	New:      func(s any) Rule { return fixedRule{*s.(*Fixed)} },
}

// Fixed are the settings of fixed. The default of 5 is that of the first clients (Cohen,
// Incentives Build Robustness in BitTorrent, 2003).
type Fixed struct {
	Depth int `json:"depth,omitempty" jsonschema:"requests outstanding" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded.
func (f *Fixed) MaxOutstanding(time.Duration) int { return f.Depth }

type fixedRule struct{ set Fixed }

func (r fixedRule) NewRequests(_ *Pace, in Input) int { return r.set.Depth - in.Outstanding }

func (r fixedRule) Added(*Pace, int) {}
