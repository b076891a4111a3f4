package netem

import (
	"swarmsim/prefetch"
	"swarmsim/sim/engine"
)

// Ahead has fetched what the turn will touch: the host, then its connections
// that something arrives for or that the uplink serves next, then what the
// application knows of those.
func (h *Host) Ahead(step int, arrivals []engine.Event[Packet]) {
	switch step {
	case 0:
		prefetch.Value(h)
		return
	case 1:
		h.app.Ahead(0)
		h.aheadOfLinks()
	case 2:
		h.app.Ahead(1)
		h.aheadOfMessages()
	}
	for i := range arrivals {
		p := &arrivals[i].Body
		switch {
		case int(p.conn) >= len(h.conns):
		case step == 1:
			prefetch.Value(&h.conns[p.conn])
		case step >= 3 && p.whole:
			h.app.AheadOf(step-3, ConnID(p.conn), &p.message)
		}
	}
	if step >= 3 {
		h.aheadOfSending(step - 3)
	}
}

// aheadOfLinks looks at what waits for the links.
func (h *Host) aheadOfLinks() {
	if h.readyHead > 0 {
		prefetch.Value(&h.conns[h.readyHead-1])
	}
	if q := &h.arriving; q.n > 0 {
		prefetch.Value(&q.ring[q.head])
	}
}

// aheadOfMessages looks at the messages that the uplink sends next, and at
// where the next one will be queued.
func (h *Host) aheadOfMessages() {
	if h.freeNode > 0 {
		prefetch.Line(&h.nodes[h.freeNode])
	}
	if h.readyHead == 0 {
		return
	}
	c := &h.conns[h.readyHead-1]
	if c.head > 0 {
		prefetch.Line(&h.nodes[c.head])
	}
	if c.next > 0 {
		prefetch.Value(&h.conns[c.next-1])
	}
}

// aheadOfSending tells the application of the messages that are about to go.
func (h *Host) aheadOfSending(step int) {
	if h.readyHead == 0 {
		return
	}
	c := &h.conns[h.readyHead-1]
	if c.head > 0 {
		h.app.AheadOf(step, ConnID(h.readyHead-1), &h.nodes[c.head].message)
	}
	if c.next == 0 {
		return
	}
	if c := &h.conns[c.next-1]; c.head > 0 {
		prefetch.Line(&h.nodes[c.head])
	}
}

// AheadOfSend has fetched what Send will touch.
func (h *Host) AheadOfSend(c ConnID) { prefetch.Value(&h.conns[c]) }

// Ahead does nothing: there are few routers.
func (*Router) Ahead(int, []engine.Event[Packet]) {}
