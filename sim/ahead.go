package sim

import (
	"swarmsim/client"
	"swarmsim/prefetch"
	"swarmsim/sim/netem"
)

// Ahead has the node and its client fetched.
func (n *node) Ahead(step int) {
	if step == 0 {
		prefetch.Start(n, 2)
	} else if n.peer != nil {
		n.peer.Ahead()
	}
}

// AheadOf has what the client knows of a neighbour fetched.
func (n *node) AheadOf(step int, c netem.ConnID, m *netem.Message) {
	if n.state == present {
		n.peer.AheadOf(step, client.ConnID(c), client.Kind(m.Kind), m.X, m.Y)
	}
}

// AheadOfSent likewise, of one that a block goes out to.
func (n *node) AheadOfSent(step int, c netem.ConnID) {
	if n.state == present {
		n.peer.AheadOfSent(step, client.ConnID(c))
	}
}

// aheadOfAction has what an action will touch of the host fetched, which is so
// many sends away.
func (n *node) aheadOfAction(a *client.Action, sends int) {
	if a.Kind == client.Send {
		n.host.AheadOfSend(netem.ConnID(a.Conn), sends)
	}
}

// Ahead, AheadOf and AheadOfSent do nothing: there is one tracker.
func (*trackerNode) Ahead(int)                                 {}
func (*trackerNode) AheadOf(int, netem.ConnID, *netem.Message) {}
func (*trackerNode) AheadOfSent(int, netem.ConnID)             {}
