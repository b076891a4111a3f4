package sim

import (
	"math/rand/v2"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/tracker"
)

// trackerNode is the tracker on its host. It exchanges the bytes of HTTP requests and responses, one
// announce per connection, which the peer closes.
type trackerNode struct {
	host    *netem.Host
	tracker *tracker.Tracker
	rand    *rand.Rand
	outages []outage // to come or in effect, in the order of time
}

// outage is a period in which the tracker cannot be reached.
type outage struct{ from, until time.Duration }

// httpMessage is the kind of messages to and from the tracker. No client.Kind has this value.
const httpMessage = 255

func sendHTTP(h *netem.Host, c netem.ConnID, data []byte) {
	h.Send(c, &netem.Message{Bytes: uint32(len(data)), Kind: httpMessage}, data)
}

func (n *trackerNode) Opened(netem.ConnID, engine.HostID, bool) {}
func (n *trackerNode) DialFailed(netem.ConnID, engine.HostID)   {}
func (n *trackerNode) Sent(netem.ConnID, *netem.Message)        {}
func (n *trackerNode) Closed(netem.ConnID)                      {}

// Received answers an announce, or closes the connection if it cannot be parsed.
func (n *trackerNode) Received(c netem.ConnID, m *netem.Message, blob []byte) {
	r, err := tracker.ParseHTTP(blob)
	if m.Kind != httpMessage || err != nil {
		n.host.Close(c)
		return
	}
	answer := n.tracker.Announce(n.host.Now(), r, n.rand)
	sendHTTP(n.host, c, answer.AppendHTTP(nil))
}

// Tick begins and ends outages.
func (n *trackerNode) Tick() {
	now := n.host.Now()
	for len(n.outages) > 0 && n.outages[0].until <= now {
		n.host.On()
		n.outages = n.outages[1:]
	}
	next := engine.Never
	if len(n.outages) > 0 {
		if next = n.outages[0].from; next <= now {
			n.host.Off()
			next = n.outages[0].until
		}
	}
	n.host.TickAt(next)
}
