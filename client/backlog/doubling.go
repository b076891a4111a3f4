package backlog

import "time"

var doubling = Strategy{
	Name:     "doubling",
	About:    "twice as many as last time, once all of those have come; anacrolix",
	Defaults: func() any { return &Doubling{Max: 963} },
	New:      func(s any) Rule { return doublingRule{*s.(*Doubling)} },
}

// Doubling are the settings of doubling.
type Doubling struct {
	Max int `json:"max,omitempty" jsonschema:"at most" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded.
func (d *Doubling) MaxOutstanding(time.Duration) int { return d.Max }

// RefillBatch makes the settings a Batcher.
func (d *Doubling) RefillBatch() int { return d.Max }

// doublingRule is nominalMaxRequests of anacrolix/torrent 1.61: a batch of
// requests twice the size of the batch before goes out when that has drained,
// or when the neighbour announces a piece; a batch for which there was no room
// begins again at one, and each request taken back makes the next one smaller
// (peerconn.go: cancel, remoteRejectedRequest). Where a reject was the last that
// was to come nothing is asked for (applyRequestState): the neighbour has to
// announce a piece first.
type doublingRule struct {
	set Doubling
}

func (r doublingRule) NewRequests(p *Pace, s Input) int {
	switch s.Trigger {
	case BlockReceived, Timer:
		if s.Outstanding > 0 {
			return 0
		}
	case PieceCompleted:
		return 0
	case LastRejected: // a batch of none
		p.depth = 0
		return 0
	}
	n := max(1, min(2*int(p.depth), r.set.Max)) - s.Outstanding
	if n <= 0 {
		p.depth = 0
	}
	return n
}

// Withdrawn is decPeakRequests.
func (r doublingRule) Withdrawn(p *Pace) { p.depth-- }

func (r doublingRule) Added(p *Pace, n int) { p.depth = int32(n) }
