package backlog

import "time"

var doubling = Strategy{
	Name:     "doubling",
	About:    "batches, each twice as large as the one before, sent once that one has arrived; anacrolix",
	Defaults: func() any { return &Doubling{Max: 963} },
	New:      func(s any) Rule { return doublingRule{*s.(*Doubling)} },
}

// Doubling are the settings of doubling.
type Doubling struct {
	Max int `json:"max,omitempty" jsonschema:"most requests outstanding" min:"1" max:"1000"`
}

// MaxOutstanding makes the settings Bounded.
func (d *Doubling) MaxOutstanding(time.Duration) int { return d.Max }

// RefillBatch makes the settings a Batcher.
func (d *Doubling) RefillBatch() int { return d.Max }

// doublingRule is nominalMaxRequests of anacrolix/torrent 1.61. A batch of requests, twice the
// size of the batch before, is sent when that one has drained or when the neighbour announces a
// piece. If the outstanding requests leave no room for a batch, the next one starts again at 1,
// and each withdrawn request makes the next batch smaller (peerconn.go: cancel,
// remoteRejectedRequest). If the last outstanding request is rejected, nothing is sent until the
// neighbour announces a piece (applyRequestState).
//
// Pace.ruleState is the size of the last batch.
type doublingRule struct {
	set Doubling
}

func (r doublingRule) NewRequests(p *Pace, in Input) int {
	switch in.Trigger {
	case BlockReceived, Timer:
		if in.Outstanding > 0 {
			return 0
		}
	case PieceCompleted:
		return 0
	case LastRejected:
		p.ruleState = 0
		return 0
	}
	n := max(1, min(2*int(p.ruleState), r.set.Max)) - in.Outstanding
	if n <= 0 {
		p.ruleState = 0
	}
	return n
}

// Withdrawn makes the next batch smaller by one (decPeakRequests).
func (r doublingRule) Withdrawn(p *Pace) { p.ruleState-- }

func (r doublingRule) Added(p *Pace, n int) { p.ruleState = int32(n) }
