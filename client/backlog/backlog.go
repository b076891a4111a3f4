package backlog

import "time"

// Why is what made the peer think of requests.
type Trigger uint8

// The occasions.
const (
	Unchoked          Trigger = iota // the neighbour has unchoked us
	BlockReceived                    // it has sent a block
	PieceAvailable                   // it has a piece more, or one that it alone was asked for is open again
	BecameInteresting                // the same, and before that it had nothing we lacked
	PieceCompleted                   // we have completed a piece that it has too
	Timer                            // a regular look, see the client's settings
	LastRejected                     // it will not send the last that it was asked for
)

// Rule decides how many requests to add. One rule serves all neighbours of a
// peer; what it must remember of one of them it keeps in its Pace.
type Rule interface {
	// Want is how many requests to add to those that are out.
	NewRequests(p *Pace, s Input) int
	// Added tells how many were, which may be fewer: there may be no more
	// blocks to ask for.
	Added(p *Pace, n int)
}

// Minder is a rule that minds when a request is taken back or rejected.
type WithdrawalObserver interface {
	Withdrawn(p *Pace)
}

// Rated is a rule that looks at Situation.Down. Others are spared the sum.
type NeedsDownRate interface{ NeedsDownRate() }

// Counting is a rule that looks at what comes second by second, or at one moment.
// Others are spared the counting.
type NeedsArrivals interface{ NeedsArrivals() }

// Situation is when and why a rule is asked.
type Input struct {
	Now         time.Duration
	Trigger     Trigger
	Outstanding int     // requests sent and not answered, cancelled ones too where that needs an answer
	DownRate    float64 // for rules that are Rated: bytes a second from the neighbour, over 20 s unless the client is set otherwise
	// Block is what a request asks for, in bytes.
	BlockBytes float64
	EndGame    bool // there is no piece left to begin
}

// whole is a number of requests without its fraction, at most 2^30: beyond what an int
// holds the conversion would differ between 32-bit and 64-bit machines.
func whole(requests float64) int { return int(min(requests, 1<<30)) }
