package client

import (
	"swarmsim/client/assign"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/prefetch"
)

// Scratch is memory that a peer uses only during a Step. Peers that never step at the same time may
// share one, and then find it in the cache. The zero value is ready.
type Scratch struct {
	view       pick.View
	candidates []choke.Candidate
	chosen     []int     // by the choker: indices into candidates, and into Peer.established
	rates      []float64 // of the chosen: upload limits
	choices    []assign.Choice
	assignee   assign.Neighbour // what strategies are shown of the neighbour that is to be assigned blocks
	visited    assign.Neighbour // what a strategy was last shown of any neighbour
	lines      prefetch.List
}

// Borrow has the peer use other scratch memory from now on.
func (p *Peer) Borrow(s *Scratch) { p.scratch, p.assignView.PickView = s, &s.view }
