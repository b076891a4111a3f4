package sim

import (
	"math/rand/v2"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/tracker"
)

// trackerNode is the tracker on its host. Its messages are those of an HTTP
// tracker, bytes and all, over connections that live for one announce.
type trackerNode struct {
	host    *netem.Host
	tracker *tracker.Tracker
	rand    *rand.Rand
	away    []away // in order of time
}

// away is a time in which the tracker cannot be reached.
type away struct{ from, until time.Duration }

// httpMessage is the kind of messages to and from a tracker; client messages
// have kinds of their own.
const httpMessage = 255

func sendHTTP(h *netem.Host, c netem.ConnID, data []byte) {
	h.Send(c, &netem.Message{Bytes: uint32(len(data)), Kind: httpMessage}, data)
}

func (n *trackerNode) Opened(netem.ConnID, engine.HostID, bool) {}
func (n *trackerNode) DialFailed(netem.ConnID, engine.HostID)   {}
func (n *trackerNode) Sent(netem.ConnID, *netem.Message)        {}
func (n *trackerNode) Closed(netem.ConnID)                      {}

func (n *trackerNode) Received(c netem.ConnID, m *netem.Message, blob []byte) {
	r, err := tracker.ParseHTTP(blob)
	if m.Kind != httpMessage || err != nil {
		n.host.Close(c)
		return
	}
	answer := n.tracker.Announce(n.host.Now(), r, n.rand)
	data, err := answer.AppendHTTP(nil)
	if err != nil {
		n.host.Close(c)
		return
	}
	sendHTTP(n.host, c, data)
}

// Tick goes away and comes back.
func (n *trackerNode) Tick() {
	now := n.host.Now()
	for len(n.away) > 0 && n.away[0].until <= now {
		n.host.On()
		n.away = n.away[1:]
	}
	next := engine.Never
	if len(n.away) > 0 {
		if next = n.away[0].from; next <= now {
			n.host.Off()
			next = n.away[0].until
		}
	}
	n.host.TickAt(next)
}
