package sim

import (
	"swarmsim/client"
	"swarmsim/prefetch"
	"swarmsim/sim/netem"
)

// Ahead has the node and its client fetched.
func (n *node) Ahead(l *prefetch.List, step int) {
	if step == 0 {
		prefetch.Add(l, n)
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

// sendsAhead is how many messages are looked at together.
const sendsAhead = 40

// aheadOfActions has fetched what the first of them will touch of the host.
func (n *node) aheadOfActions(l *prefetch.List, actions []client.Action) {
	for i := range actions[:min(sendsAhead, len(actions))] {
		if a := &actions[i]; a.Kind == client.Send {
			n.host.AheadOfSend(l, netem.ConnID(a.Conn), i)
		}
	}
	l.Fetch()
}

// Ahead, AheadOf and AheadOfSent do nothing: there is one tracker.
func (*trackerNode) Ahead(*prefetch.List, int)                                 {}
func (*trackerNode) AheadOf(*prefetch.List, int, netem.ConnID, *netem.Message) {}
func (*trackerNode) AheadOfSent(*prefetch.List, int, netem.ConnID)             {}
