package netem

import (
	"math"
	"time"
	"unsafe"

	"swarmsim/prefetch"
	"swarmsim/sim/engine"
)

// Ahead has fetched what the turn will touch, each step what the one before has
// told the place of: the host and what arrives; its queues; who is in the line for the
// uplink; then the connections that something arrives for and the messages that come or
// wait; meanwhile, what the application knows of all those.
func (h *Host) Ahead(l *prefetch.List, step int, arrivals engine.Arrivals[Packet]) {
	switch step {
	case 0:
		prefetch.AddStart(l, h, hotLines)
		for i := range arrivals.Len() {
			prefetch.Add(l, arrivals.At(i))
		}
	case 1:
		h.app.Ahead(l, 0)
		h.aheadOfQueues(l)
		if h.net.Transport != Ideal {
			prefetch.AddStart(l, &h.timers, hotQueue)
			if n := len(h.flows); n > 0 {
				prefetch.AddStart(l, &h.flows[0], (n+pointersInLine-1)/pointersInLine)
			}
		}
	case 2:
		h.app.Ahead(l, 1)
		h.aheadOfLine(l)
		if h.net.Transport != Ideal {
			if n := len(h.timers); n > 0 {
				prefetch.AddStart(l, &h.timers[0], min((n+timersInLine-1)/timersInLine, timerLines))
			}
			if q := &h.queue; int(q.first) < len(q.entering) {
				prefetch.Add(l, &q.entering[q.first])
			}
			for i := range arrivals.Len() {
				slot := arrivals.At(i).Body.conn
				h.aheadOfConn(l, slot)
				h.aheadOfFlow(l, slot)
			}
		}
	default:
		h.aheadOfArrivals(l, step-3, arrivals)
		h.aheadOfWaiting(l, step-3)
		h.aheadOfLeaving(l, step-3)
	}
}

// hotLines are the cache lines of a Host up to what it counts.
const hotLines = 5

// hotQueue are those of its timers and its uplink's queue.
const hotQueue = 3

// hotFlow are the lines of a flow that sending, and being acknowledged, touches; any
// packet touches the first.
const (
	hotFlow        = 5
	pointersInLine = 8
	timersInLine   = 4
	timerLines     = 3 // of the heap's top
)

// aheadOfConn has fetched a connection.
func (h *Host) aheadOfConn(l *prefetch.List, slot uint32) {
	if int(slot) < len(h.conns) {
		prefetch.Add(l, &h.conns[slot])
	}
}

// aheadOfFlow has fetched what any packet touches of its connection's bookkeeping,
// where packets may be lost.
func (h *Host) aheadOfFlow(l *prefetch.List, slot uint32) {
	if int(slot) < len(h.conns) {
		prefetch.Add(l, h.flow(slot))
	}
}

// acknowledges reports whether a packet acknowledges something that its connection waits
// for, as far as can be told before its turn.
func (h *Host) acknowledges(p *Packet) bool {
	if int(p.conn) >= len(h.conns) {
		return false
	}
	f := h.flow(p.conn)
	return f.out() && !f.saysNothing(p)
}

// aheadOfAck has fetched, in three steps, what a packet acknowledges, and the messages
// that it frees and lets go.
func (h *Host) aheadOfAck(l *prefetch.List, step int, slot uint32) {
	f := h.flow(slot)
	switch step {
	case 0:
		prefetch.AddStart(l, &f.sent, hotFlow-1)
	case 1:
		prefetch.Add(l, &h.nodes[h.conns[slot].head])
		prefetch.Add(l, &h.nodes[f.untaken])
		if f.first < len(f.sent) {
			prefetch.Add(l, &f.sent[f.first])
			prefetch.Add(l, &f.sent[len(f.sent)-1])
		}
	default:
		prefetch.Add(l, &h.nodes[h.nodes[h.conns[slot].head].next])
		prefetch.Add(l, &h.nodes[h.nodes[f.untaken].next])
		if f.first < len(f.sent) {
			prefetch.Add(l, &h.nodes[f.sent[f.first].node])
		}
	}
}

// aheadOfAnswer has fetched what a message that may be answered with another touches of
// its connection's queue.
func (h *Host) aheadOfAnswer(l *prefetch.List, slot uint32) {
	if int(slot) < len(h.conns) {
		f := h.flow(slot)
		prefetch.AddPart(l, f, unsafe.Offsetof(f.untaken), 1)
		prefetch.Add(l, &h.nodes[h.conns[slot].tail])
	}
}

// aheadOfTimer has fetched the first flow whose timer runs out in the turn.
func (h *Host) aheadOfTimer(l *prefetch.List, end time.Duration) {
	if len(h.timers) > 0 && h.timers[0].at < end {
		slot := h.timers[0].slot
		prefetch.Add(l, &h.conns[slot])
		prefetch.AddStart(l, h.flow(slot), hotFlow)
	}
}

// aheadOfQueues has fetched the queues themselves.
func (h *Host) aheadOfQueues(l *prefetch.List) {
	if x := &h.line; len(x.ring) > 0 {
		prefetch.AddStart(l, &x.ring[int(x.head)&(len(x.ring)-1)], placesLines)
	}
	if n := len(h.freeNode); n > 0 {
		prefetch.Add(l, &h.freeNode[n-1])
	}
	q := &h.arriving
	for i := range min(q.n, queueAhead) {
		prefetch.Add(l, q.at(i))
	}
	if int(q.n) < len(q.ring) {
		prefetch.Add(l, q.at(q.n)) // what is not through by the turn's end
	}
}

// placesLines are the cache lines of the places that are looked at.
const placesLines = 3

// aheadOfLine has fetched the connections in the queues, and where the next
// messages will be queued.
func (h *Host) aheadOfLine(l *prefetch.List) {
	for i := range min(h.line.n, connsAhead) {
		prefetch.Add(l, &h.conns[h.line.at(i).slot])
	}
	for i := range min(len(h.freeNode), nodesAhead) {
		prefetch.Add(l, &h.nodes[h.freeNode[len(h.freeNode)-1-i]])
	}
	q := &h.arriving
	for i := range min(q.n, queueAhead) {
		if p := &q.at(i).Packet; int(p.conn) < len(h.conns) {
			prefetch.Add(l, &h.conns[p.conn])
		}
	}
}

// aheadOfArrivals has the application fetch what the messages that come will touch.
// Arrivals of which there is more to fetch are put first, so that the later steps look
// at no others, and of those the ones that acknowledge something.
func (h *Host) aheadOfArrivals(l *prefetch.List, step int, arrivals engine.Arrivals[Packet]) {
	if step > 0 {
		for i := range int(h.later) {
			p := &arrivals.At(i).Body
			if i < int(h.acking) {
				h.aheadOfAck(l, step, p.conn)
			}
			if step < int(p.message.Steps) {
				h.app.AheadOf(l, step, ConnID(p.conn), &p.message)
			}
		}
		return
	}
	lossy := h.net.Transport != Ideal
	if lossy {
		h.aheadOfTimer(l, arrivals.End())
	}
	later, acking := 0, 0
	for i := range min(arrivals.Len(), math.MaxUint8) {
		p := &arrivals.At(i).Body
		steps := int(p.message.Steps)
		acks := lossy && h.acknowledges(p)
		if acks {
			h.aheadOfAck(l, 0, p.conn)
		} else if !lossy {
			h.aheadOfConn(l, p.conn)
		} else if steps > 1 {
			h.aheadOfAnswer(l, p.conn)
		}
		if steps > 0 {
			h.app.AheadOf(l, 0, ConnID(p.conn), &p.message)
		}
		if !acks && steps <= 1 {
			continue
		}
		if i > later {
			arrivals.Swap(i, later)
		}
		if acks {
			if later > acking {
				arrivals.Swap(later, acking)
			}
			acking++
		}
		later++
	}
	h.later, h.acking = uint8(later), uint8(acking)
}

// aheadOfWaiting does the same for messages that wait for the downlink.
func (h *Host) aheadOfWaiting(l *prefetch.List, step int) {
	q := &h.arriving
	for i := range min(q.n, queueAhead) {
		p := &q.at(i).Packet
		if step == 0 && h.net.Transport != Ideal {
			h.aheadOfFlow(l, p.conn)
		}
		if step < int(p.message.Steps) {
			h.app.AheadOf(l, step, ConnID(p.conn), &p.message)
		}
	}
}

// aheadOfLeaving has fetched the messages that the uplink sends next, and what the
// application touches as a block goes.
func (h *Host) aheadOfLeaving(l *prefetch.List, step int) {
	blocks := 0
	for i := range min(h.line.n, connsAhead) {
		slot := h.line.at(i).slot
		n := h.conns[slot].head
		switch {
		case n == 0:
		case step == 0:
			prefetch.Add(l, &h.nodes[n])
		case h.nodes[n].message.Notify:
			if blocks++; blocks > blocksAhead {
				return
			}
			prefetch.Add(l, &h.nodes[h.nodes[n].next]) // it may go along
			h.app.AheadOfSent(l, step-1, ConnID(slot))
		}
	}
}

// aheadInLine has fetched who comes a little later in the line, while it moves.
func (h *Host) aheadInLine() {
	if i := uint32(connsAhead); i < h.line.n {
		prefetch.Line(&h.conns[h.line.at(i).slot])
	}
	if i := uint32(lineAhead); i < h.line.n {
		slot := h.line.at(i).slot
		prefetch.Line(&h.nodes[h.conns[slot].head])
		if h.net.Transport != Ideal {
			prefetch.Start(h.flow(slot), hotFlow)
		}
	}
}

// How far ahead a turn looks: at what waits for the downlink, who is in the line
// for the uplink, free nodes, and the first in the line who send a block.
const (
	queueAhead  = 4
	connsAhead  = 6
	lineAhead   = 3
	nodesAhead  = 2
	blocksAhead = 2
)

// AheadOfSend has fetched what Compose will touch so many messages later. Most small
// messages need no node: with Ideal they wait in the line, and lone ones not at all.
func (h *Host) AheadOfSend(l *prefetch.List, c ConnID, later int) {
	prefetch.Add(l, &h.conns[c])
	if h.sure {
		prefetch.Add(l, h.flow(uint32(c)))
	} else if h.net.Transport != Ideal {
		if i := len(h.freeNode) - 1 - later; i >= 0 {
			prefetch.Add(l, &h.nodes[h.freeNode[i]])
		}
	}
}

// Ahead does nothing: there are few routers.
func (*Router) Ahead(*prefetch.List, int, engine.Arrivals[Packet]) {}
