package backlog

import "time"

var slowStart = Strategy{
	Name:     "slow-start",
	About:    "one more for each block until the rate stops growing, then as many as are answered in 3 s; libtorrent",
	Defaults: func() any { return &SlowStart{Initial: 4, Min: 2, Max: 500, QueueTime: 3 * time.Second} },
	New:      func(s any) Rule { return slowStartRule{*s.(*SlowStart)} },
}

// SlowStart are the settings of slow-start.
type SlowStart struct {
	Initial   int           `json:"initial,omitempty" jsonschema:"requests outstanding at first" min:"1" max:"1000"`
	Min       int           `json:"min,omitempty" jsonschema:"fewest requests outstanding after slow start" min:"1" max:"1000"`
	Max       int           `json:"max,omitempty" jsonschema:"most requests outstanding" min:"1" max:"1000"`
	QueueTime time.Duration `json:"queue_time,omitempty" jsonschema:"after slow start, the time in which the neighbour would send all outstanding requests" min:"100 ms" former:"time"`
}

// MaxOutstanding makes the settings Bounded.
func (s *SlowStart) MaxOutstanding(time.Duration) int { return s.Max }

// slowStartRule is libtorrent 2.0's desired queue size (peer_connection.cpp:
// update_desired_queue_size, incoming_piece). In slow start each block adds one to it, so that two
// requests follow each block and the backlog doubles in each round trip. It ends when a second
// brings at most 5 kB more than the one before (second_tick; Pace.advance), or EndSlowStart is
// called. PieceAvailable adds nothing: in libtorrent a HAVE from a neighbour that is interesting
// already causes no requests by itself (incoming_have); they follow with the next block, completed
// piece or timer.
type slowStartRule struct {
	set SlowStart
}

func (r slowStartRule) NewRequests(p *Pace, in Input) int {
	rate := p.SmoothedRate(in.Now) // also brings p.slowStartOver up to date
	if in.Trigger == PieceAvailable {
		return 0
	}
	if p.ruleState == 0 {
		p.ruleState = int32(r.set.Initial)
	}
	switch {
	case p.slowStartOver:
		p.ruleState = int32(max(r.set.Min, toCount(rate*r.set.QueueTime.Seconds()/in.BlockBytes)))
	case in.Trigger == BlockReceived:
		p.ruleState++
	}
	p.ruleState = min(p.ruleState, int32(r.set.Max))
	return int(p.ruleState) - in.Outstanding
}

func (slowStartRule) Added(*Pace, int) {}

// NeedsArrivals marks the rule: it reads the smoothed rate.
func (slowStartRule) NeedsArrivals() {}
