package sim

import (
	"swarmsim/client"
	"swarmsim/prefetch"
	"swarmsim/sim/netem"
)

// Ahead has the node and its client fetched.
func (n *node) Ahead(l *prefetch.List, step int) {
	if step == 0 {
		prefetch.AddStart(l, n, 2)
	} else if n.peer != nil {
		n.peer.Ahead(l)
	}
}

// AheadOf has what the client knows of a neighbour fetched.
func (n *node) AheadOf(l *prefetch.List, step int, c netem.ConnID, m *netem.Message) {
	if n.state == present {
		n.peer.AheadOf(l, step, client.ConnID(c), client.Kind(m.Kind), m.X, m.Y)
	}
}

// AheadOfSent likewise, of one that a block goes out to.
func (n *node) AheadOfSent(l *prefetch.List, step int, c netem.ConnID) {
	if n.state == present {
		n.peer.AheadOfSent(l, step, client.ConnID(c))
	}
}

// sendsAhead is how many messages before its own a connection is fetched, and
// flowsAhead what that leads to.
const (
	sendsAhead = 10
	flowsAhead = 6
)

// aheadOfFirst has what the first actions will touch of the host fetched.
func (n *node) aheadOfFirst(actions []client.Action) {
	for i := range actions[:min(sendsAhead, len(actions))] {
		if a := &actions[i]; a.Kind == client.Send {
			n.host.AheadOfSend(netem.ConnID(a.Conn), i)
		}
	}
	for i := range actions[:min(flowsAhead, len(actions))] {
		if a := &actions[i]; a.Kind == client.Send && !n.host.AheadOfFlow(netem.ConnID(a.Conn)) {
			break
		}
	}
}

// aheadOfAction has what later actions than the i-th will touch fetched.
func (n *node) aheadOfAction(actions []client.Action, i int) {
	if i+flowsAhead >= len(actions) {
		return
	}
	if a := &actions[i+flowsAhead]; a.Kind == client.Send {
		n.host.AheadOfFlow(netem.ConnID(a.Conn))
	}
	if i+sendsAhead < len(actions) {
		if a := &actions[i+sendsAhead]; a.Kind == client.Send {
			n.host.AheadOfSend(netem.ConnID(a.Conn), sendsAhead)
		}
	}
}

// Ahead, AheadOf and AheadOfSent do nothing: there is one tracker.
func (*trackerNode) Ahead(*prefetch.List, int)                                 {}
func (*trackerNode) AheadOf(*prefetch.List, int, netem.ConnID, *netem.Message) {}
func (*trackerNode) AheadOfSent(*prefetch.List, int, netem.ConnID)             {}
