package netem

import (
	"swarmsim/prefetch"
	"swarmsim/sim/engine"
)

// Ahead has fetched what the turn will touch: the host, then its connections
// that something arrives for or that the uplink serves next, then what the
// application knows of those.
func (h *Host) Ahead(step int, arrivals engine.Arrivals[Packet]) {
	switch step {
	case 0:
		prefetch.Start(h, hotLines)
		return
	case 1:
		h.app.Ahead(0)
		h.aheadOfLinks()
		if n := len(h.flows); n > 0 {
			prefetch.Start(&h.flows[0], (n+flowsInLine-1)/flowsInLine)
		}
	case 2:
		h.app.Ahead(1)
		h.aheadOfMessages()
	}
	for i := range arrivals.Len() {
		p := &arrivals.At(i).Body
		if int(p.conn) >= len(h.conns) {
			continue
		}
		switch step {
		case 1:
			prefetch.Value(&h.conns[p.conn])
		case 2:
			h.aheadOfFlow(p.conn)
		default:
			if step == 3 {
				h.aheadOfSent(p.conn)
			}
			if p.whole {
				h.app.AheadOf(step-3, ConnID(p.conn), &p.message)
			}
		}
	}
	if step >= 3 {
		h.aheadOfSending(step - 3)
	}
}

// hotLines are the cache lines of a Host up to its connections and messages.
const hotLines = 6

// flowsInLine are the pointers to flows in a cache line, and hotFlow the lines of
// a flow that any of its packets touches.
const (
	flowsInLine = 8
	hotFlow     = 4
)

// aheadOfFlow has fetched the bookkeeping of a connection where packets may be
// lost.
func (h *Host) aheadOfFlow(slot uint32) {
	if int(slot) < len(h.flows) {
		prefetch.Start(h.flows[slot], hotFlow)
	}
}

// aheadOfSent has fetched the oldest packet that the next acknowledgement may
// speak of.
func (h *Host) aheadOfSent(slot uint32) {
	if int(slot) < len(h.flows) {
		if f := h.flows[slot]; f.first < len(f.sent) {
			prefetch.Line(&f.sent[f.first])
		}
	}
}

// aheadOfLinks looks at what waits for the links.
func (h *Host) aheadOfLinks() {
	for i := range min(lineAhead, h.line.n) {
		prefetch.Value(&h.conns[h.line.at(i)])
	}
	if q := &h.arriving; q.n > 0 {
		prefetch.Value(&q.ring[q.head])
	}
	if len(h.line.ring) > 0 {
		prefetch.Line(&h.line.ring[h.line.head])
	}
}

// aheadOfMessages looks at the messages that the uplink sends next, and at
// where the next ones will be queued.
func (h *Host) aheadOfMessages() {
	for i := range min(lineAhead, h.line.n) {
		if n := h.conns[h.line.at(i)].head; n > 0 {
			prefetch.Line(&h.nodes[n])
		}
	}
	if q := &h.arriving; q.n > 0 {
		if slot := q.ring[q.head].conn; int(slot) < len(h.conns) {
			prefetch.Value(&h.conns[slot])
		}
	}
	for i := len(h.freeNode) - 1; i >= max(0, len(h.freeNode)-nodesAhead); i-- {
		prefetch.Line(&h.nodes[h.freeNode[i]])
	}
}

// aheadOfSending tells the application of the messages that are about to go.
func (h *Host) aheadOfSending(step int) {
	if q := &h.arriving; q.n > 0 {
		if p := &q.ring[q.head].Packet; p.whole {
			h.app.AheadOf(step, ConnID(p.conn), &p.message)
		}
	}
	for i := range min(sendingAhead, h.line.n) {
		slot := h.line.at(i)
		if n := h.conns[slot].head; n > 0 && h.nodes[n].message.Notify {
			h.app.AheadOf(step, ConnID(slot), &h.nodes[n].message)
		}
	}
}

// aheadInLine has fetched who comes a little later in the line, while it moves.
func (h *Host) aheadInLine(places int) {
	if i := 2 * places; i < h.line.n {
		slot := h.line.at(i)
		prefetch.Value(&h.conns[slot])
		h.aheadOfFlow(slot)
	}
	if i := places; i < h.line.n {
		prefetch.Line(&h.nodes[h.conns[h.line.at(i)].head])
	}
}

// How far ahead a turn looks: at who is in the line, who of them sends a block,
// and free nodes.
const (
	lineAhead    = 4
	sendingAhead = 2
	nodesAhead   = 2
)

// AheadOfSend has fetched what Send will touch so many messages later.
func (h *Host) AheadOfSend(c ConnID, later int) {
	prefetch.Value(&h.conns[c])
	if i := len(h.freeNode) - 1 - later; i >= 0 {
		prefetch.Line(&h.nodes[h.freeNode[i]])
	}
}

// Ahead does nothing: there are few routers.
func (*Router) Ahead(int, engine.Arrivals[Packet]) {}
