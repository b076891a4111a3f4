package client

import (
	"math/bits"
	"slices"
	"time"

	"swarmsim/client/choke"
	"swarmsim/client/pieces"
)

// DecisionTrace is a Trace that is also told what a peer decides, and by what. It changes nothing.
type DecisionTrace interface {
	Trace
	// Rechoked is told of a round of the choker. The slices are valid during the call.
	Rechoked(now time.Duration, r *Rechoke)
	// Picked is told that a piece is started: its first block will be requested from a neighbour.
	Picked(now time.Duration, p Pick)
}

// Rechoke is a round of a choker.
type Rechoke struct {
	Periodic   bool // a regular round
	Seeding    bool // by the seed choker
	Conns      []ConnID
	Candidates []choke.Candidate // the neighbours at Conns
	Chosen     []int             // indices of those that are unchoked from now on

	Optimistic choke.OptimisticUnchoker // the choker; nil if it does not tell which slots are optimistic
}

// Pick is the choice of a piece.
type Pick struct {
	Conn      ConnID
	Piece     int
	Copies    int  // neighbours that have announced the piece
	Least     int  // the fewest copies of any piece that could be started with this neighbour
	Suggested bool // the neighbour suggested the piece (BEP 6)
}

// traceRechoke tells of a round of a choker.
func (p *Peer) traceRechoke(periodic, seeding bool) {
	r := Rechoke{
		Periodic: periodic, Seeding: seeding,
		Conns: p.established, Candidates: p.scratch.candidates, Chosen: p.scratch.chosen,
	}
	if !seeding {
		r.Optimistic = p.optimisticChoker
	}
	p.cfg.Trace.(DecisionTrace).Rechoked(p.now, &r)
}

// tracePick tells that a is started, if it is: none of its blocks has been requested before.
func (p *Peer) tracePick(a *pieces.Active) {
	if a.Received() > 0 || a.Open() < a.Blocks() {
		return
	}
	n, copies := &p.scratch.assignee, p.pieces.Copies()
	x := Pick{Conn: ConnID(n.Slot), Piece: a.Index(), Copies: int(copies[a.Index()])}
	x.Suggested = slices.Contains(n.Suggested, uint32(x.Piece))
	x.Least = x.Copies
	for i, w := range p.pieces.Wanted() {
		for w &= n.Offers[i]; w != 0; w &= w - 1 {
			x.Least = min(x.Least, int(copies[i*64+bits.TrailingZeros64(w)]))
		}
	}
	p.cfg.Trace.(DecisionTrace).Picked(p.now, x)
}
