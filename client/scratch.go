package client

import (
	"swarmsim/client/assign"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
)

// Scratch is memory that a peer uses only during a Step. Peers that never step at the same time may
// share one, and then find it in the cache. The zero value is ready.
type Scratch struct {
	view       pick.View
	candidates []choke.Candidate
	chosen     []int
	rates      []float64 // of the chosen
	choices    []assign.Choice
	neighbour  assign.Neighbour // that blocks are assigned to
	other      assign.Neighbour // any other
}

// Borrow has the peer use other scratch memory from now on.
func (p *Peer) Borrow(s *Scratch) { p.scratch, p.assignView.PickView = s, &s.view }
