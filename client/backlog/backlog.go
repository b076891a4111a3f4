package backlog

import "time"

// Trigger is the event after which a rule is asked for requests.
type Trigger uint8

// The triggers.
const (
	// Unchoked: the neighbour has unchoked us.
	Unchoked Trigger = iota

	// BlockReceived: the neighbour has sent a block.
	BlockReceived

	// PieceAvailable: the neighbour has announced a piece, or a block that was requested from
	// this neighbour alone can be requested again. We were interested in the neighbour before.
	PieceAvailable

	// BecameInteresting: as PieceAvailable, but before that the neighbour had nothing we lacked.
	BecameInteresting

	// PieceCompleted: we have completed a piece that the neighbour has too.
	PieceCompleted

	// Timer: the client updates its requests periodically, whatever has happened.
	Timer

	// LastRejected: the neighbour has rejected the last outstanding request (BEP 6).
	LastRejected
)

// Rule decides how many requests to send to a neighbour.
//
// One Rule serves all neighbours of a peer and keeps no state of its own. What it has to
// remember of a neighbour is in the Pace, which belongs to that neighbour.
type Rule interface {
	// NewRequests returns how many requests to add to the outstanding ones, after the event
	// in.Trigger. Zero or less adds none: a rule never withdraws requests. It is called only
	// while requests can be sent, that is while the neighbour has unchoked us or allows some
	// pieces while we are choked (BEP 6), and we are interested in it.
	NewRequests(p *Pace, in Input) int

	// Added reports how many requests were added after NewRequests returned more than 0. The
	// number n is smaller than what was returned where no more blocks can be requested.
	Added(p *Pace, n int)
}

// WithdrawalObserver is implemented by rules that react when a request is cancelled by us or
// rejected by the neighbour. Withdrawn is called once for each such request.
type WithdrawalObserver interface {
	Withdrawn(p *Pace)
}

// NeedsDownRate is implemented by rules that read Input.DownRate. For other rules the client
// does not compute it.
type NeedsDownRate interface{ NeedsDownRate() }

// NeedsArrivals is implemented by rules that read the block arrivals of a Pace: the rate second
// by second (SmoothedRate) or the blocks that arrive together. For other rules the client does
// not call Pace.CountArrival.
type NeedsArrivals interface{ NeedsArrivals() }

// Input is the present state of the connection, beside the neighbour's Pace.
type Input struct {
	Now     time.Duration // since the run began
	Trigger Trigger

	// Outstanding is the number of requests that are sent and not answered. Cancelled requests
	// count where the neighbour answers them with a reject.
	Outstanding int

	// DownRate is what the neighbour sends, in bytes per second, over the client's rate window
	// (20 s by default). It is 0 unless the rule has NeedsDownRate.
	DownRate float64

	BlockBytes float64 // what one request asks for
	EndGame    bool    // no piece is left to start
}

// toCount drops the fraction of a number of requests and limits it to 2^30. Beyond the range of
// an int the conversion of a float64 differs between 32-bit and 64-bit machines.
func toCount(requests float64) int { return int(min(requests, 1<<30)) }
