package sim

import (
	"swarmsim/client"
	"swarmsim/prefetch"
	"swarmsim/sim/netem"
)

// A node is a netem.Prefetcher.
var _ netem.Prefetcher = (*node)(nil)

// Prefetch adds the node, and then its client.
func (n *node) Prefetch(l *prefetch.List, step int) {
	if step == 0 {
		prefetch.Add(l, n)
	} else if n.peer != nil {
		n.peer.Prefetch(l)
	}
}

// PrefetchMessage adds what the client will touch when it receives the message.
func (n *node) PrefetchMessage(l *prefetch.List, step int, c netem.ConnID, m *netem.Message) (more bool) {
	kind := client.Kind(m.Kind)
	steps := client.PrefetchSteps(kind)
	if step < steps && n.state == present {
		n.peer.PrefetchMessage(l, step, client.ConnID(c), kind, m.X, m.Y)
	}
	return step+1 < steps
}

// PrefetchSent adds what the client will touch when a block to that neighbour has gone out.
func (n *node) PrefetchSent(l *prefetch.List, step int, c netem.ConnID) {
	if n.state == present {
		n.peer.PrefetchSent(l, step, client.ConnID(c))
	}
}

// sendsAtOnce is the number of actions whose memory is prefetched together.
const sendsAtOnce = 40

// prefetchSends prefetches what the host will touch to send the first of the messages.
func (n *node) prefetchSends(l *prefetch.List, actions []client.Action) {
	for i := range actions[:min(sendsAtOnce, len(actions))] {
		if a := &actions[i]; a.Kind == client.Send {
			n.host.PrefetchSend(l, netem.ConnID(a.Conn), i)
		}
	}
	l.Fetch()
}
