package backlog

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

// doublingRule is nominalMaxRequests of anacrolix/torrent 1.61: a batch of
// requests twice the size of the batch before goes out when that has drained,
// or when the neighbour announces a piece; a batch for which there was no room
// begins again at one.
type doublingRule struct {
	set Doubling
}

func (r doublingRule) Want(p *Pace, s Situation) int {
	switch s.Why {
	case Received:
		if s.Out > 0 {
			return 0
		}
	case Complete, Pulse:
		return 0
	}
	n := max(1, min(2*int(p.depth), r.set.Max)) - s.Out
	if n <= 0 {
		p.depth = 0
	}
	return n
}

func (r doublingRule) Added(p *Pace, n int) { p.depth = int32(n) }
