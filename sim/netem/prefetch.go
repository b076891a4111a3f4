package netem

import (
	"math"
	"time"
	"unsafe"

	"swarmsim/prefetch"
	"swarmsim/sim/engine"
)

// Prefetcher is an optional interface of an App. NewHost asks for it once. Its methods add to l the
// memory that the coming window will touch and change nothing. See package prefetch for the reasons.
type Prefetcher interface {
	// Prefetch adds, in steps 0 and 1, what any call of the App will touch.
	Prefetch(l *prefetch.List, step int)
	// PrefetchMessage adds, in steps from 0 to at most 2, what Received will touch, and reports
	// whether the next step has more to add.
	PrefetchMessage(l *prefetch.List, step int, c ConnID, m *Message) (more bool)
	// PrefetchSent adds, in steps 0 and 1, what Sent will touch.
	PrefetchSent(l *prefetch.List, step int, c ConnID)
}

// A Host is an engine.Prefetcher; a Router is not, as there are few of them.
var _ engine.Prefetcher[Packet] = (*Host)(nil)

// prefetchState is what a step of Prefetch leaves to the next ones: the arrivals with more to add
// have been moved to the front.
type prefetchState struct {
	more uint8 // arrivals with more to add
	acks uint8 // those of them, at the very front, that acknowledge something
}

// Prefetch adds what the coming window will touch. Each step follows pointers that the step before
// it has prefetched: the host and the arrivals; its queues and the app; the connections and flows;
// then, in three steps, what the messages that arrive, wait or leave will touch. It adds nothing for
// an App that is no Prefetcher, of which there are few.
func (h *Host) Prefetch(l *prefetch.List, step int, arrivals engine.Arrivals[Packet]) {
	if h.prefetcher == nil {
		return
	}
	switch step {
	case 0:
		prefetch.AddStart(l, h, hotLines)
		for i := range arrivals.Len() {
			prefetch.Add(l, arrivals.At(i))
		}
	case 1:
		h.prefetcher.Prefetch(l, 0)
		h.prefetchQueues(l)
		if h.Net.Transport != Ideal {
			prefetch.AddStart(l, &h.timers, hotQueue)
			if n := len(h.flows); n > 0 {
				prefetch.AddStart(l, &h.flows[0], (n+slabsInLine-1)/slabsInLine)
			}
		}
	case 2:
		h.prefetcher.Prefetch(l, 1)
		h.prefetchLine(l)
		if h.Net.Transport != Ideal {
			h.prefetchBookkeeping(l, arrivals)
		}
	default:
		h.prefetchArrivals(l, step-3, arrivals)
		h.prefetchWaiting(l, step-3)
		h.prefetchLeaving(l, step-3)
	}
}

// prefetchBookkeeping adds what the lossy transports keep: timers, the uplink's queue, and the
// arrivals' connections and flows.
func (h *Host) prefetchBookkeeping(l *prefetch.List, arrivals engine.Arrivals[Packet]) {
	if n := len(h.timers); n > 0 {
		prefetch.AddStart(l, &h.timers[0], min((n+timersInLine-1)/timersInLine, timerLines))
	}
	h.dropTail.Prefetch(l)
	for i := range arrivals.Len() {
		slot := arrivals.At(i).Body.Conn
		h.prefetchConn(l, slot)
		h.prefetchFlow(l, slot)
	}
}

// hotLines are the cache lines of a Host up to Traffic.
const hotLines = 5

// hotQueue are the cache lines of its timers and its uplink's queue.
const hotQueue = 3

// hotFlow are the cache lines of a flow that sending and acknowledgements touch; any packet touches
// the first.
const (
	hotFlow      = 5
	slabsInLine  = 2
	timersInLine = 4
	timerLines   = 3 // of the heap's top
)

func (h *Host) prefetchConn(l *prefetch.List, slot uint32) {
	if int(slot) < len(h.Conns) {
		prefetch.Add(l, &h.Conns[slot])
	}
}

func (h *Host) prefetchFlow(l *prefetch.List, slot uint32) {
	if int(slot) < len(h.Conns) {
		prefetch.Add(l, h.flow(slot))
	}
}

// acknowledges reports whether a packet acknowledges data in flight, as far as is known before it
// is played.
func (h *Host) acknowledges(p *Packet) bool {
	if int(p.Conn) >= len(h.Conns) {
		return false
	}
	f := h.flow(p.Conn)
	return f.hasUnacked() && !f.isStaleAck(p)
}

// prefetchAck adds, in three steps, the ranges that a packet acknowledges, the messages that it
// frees, and those that it allows to be sent.
func (h *Host) prefetchAck(l *prefetch.List, step int, slot uint32) {
	f := h.flow(slot)
	switch step {
	case 0:
		prefetch.AddStart(l, &f.unacked, hotFlow-1)
	case 1:
		prefetch.Add(l, &h.Nodes[h.Conns[slot].Head])
		prefetch.Add(l, &h.Nodes[f.unbuffered])
		if f.firstUnacked < len(f.unacked) {
			prefetch.Add(l, &f.unacked[f.firstUnacked])
			prefetch.Add(l, &f.unacked[len(f.unacked)-1])
		}
	default:
		prefetch.Add(l, &h.Nodes[h.Nodes[h.Conns[slot].Head].Next])
		prefetch.Add(l, &h.Nodes[h.Nodes[f.unbuffered].Next])
		if f.firstUnacked < len(f.unacked) {
			prefetch.Add(l, &h.Nodes[f.unacked[f.firstUnacked].node])
		}
	}
}

// prefetchReply adds what a reply to a message will touch of its connection's queue.
func (h *Host) prefetchReply(l *prefetch.List, slot uint32) {
	if int(slot) < len(h.Conns) {
		f := h.flow(slot)
		prefetch.AddPart(l, f, unsafe.Offsetof(f.unbuffered), 1)
		prefetch.Add(l, &h.Nodes[h.Conns[slot].Tail])
	}
}

// prefetchTimer adds the first flow whose timer expires before end.
func (h *Host) prefetchTimer(l *prefetch.List, end time.Duration) {
	if len(h.timers) > 0 && h.timers[0].at < end {
		slot := h.timers[0].slot
		prefetch.Add(l, &h.Conns[slot])
		prefetch.AddStart(l, h.flow(slot), hotFlow)
	}
}

// prefetchQueues adds the queues of both links and of free nodes.
func (h *Host) prefetchQueues(l *prefetch.List) {
	if x := &h.TxQueue; len(x.ring) > 0 {
		prefetch.AddStart(l, &x.ring[int(x.head)&(len(x.ring)-1)], placesLines)
	}
	if n := len(h.freeNodes); n > 0 {
		prefetch.Add(l, &h.freeNodes[n-1])
	}
	q := &h.downlink
	for i := range min(q.n, queueAhead) {
		prefetch.Add(l, q.at(i))
	}
	if int(q.n) < len(q.ring) {
		prefetch.Add(l, q.at(q.n)) // for a packet that is not through by the window's end
	}
}

// placesLines are the cache lines of the first places in the line.
const placesLines = 3

// prefetchLine adds the connections in the queues, and the nodes of the next messages.
func (h *Host) prefetchLine(l *prefetch.List) {
	for i := range min(h.TxQueue.Len, connsAhead) {
		prefetch.Add(l, &h.Conns[h.TxQueue.At(i).Conn])
	}
	for i := range min(len(h.freeNodes), nodesAhead) {
		prefetch.Add(l, &h.Nodes[h.freeNodes[len(h.freeNodes)-1-i]])
	}
	q := &h.downlink
	for i := range min(q.n, queueAhead) {
		if p := &q.at(i).Packet; int(p.Conn) < len(h.Conns) {
			prefetch.Add(l, &h.Conns[p.Conn])
		}
	}
}

// prefetchArrivals adds what the arriving packets and their messages will touch. Step 0 moves the
// arrivals with more to add to the front, those that acknowledge something first, so that later
// steps read no others.
func (h *Host) prefetchArrivals(l *prefetch.List, step int, arrivals engine.Arrivals[Packet]) {
	if step > 0 {
		for i := range int(h.prefetch.more) {
			p := &arrivals.At(i).Body
			if i < int(h.prefetch.acks) {
				h.prefetchAck(l, step, p.Conn)
			}
			if p.Whole {
				h.prefetcher.PrefetchMessage(l, step, ConnID(p.Conn), &p.Message)
			}
		}
		return
	}
	lossy := h.Net.Transport != Ideal
	if lossy {
		h.prefetchTimer(l, arrivals.End())
	}
	more, acks := 0, 0
	for i := range min(arrivals.Len(), math.MaxUint8) {
		p := &arrivals.At(i).Body
		moreOfMessage := p.Whole && h.prefetcher.PrefetchMessage(l, 0, ConnID(p.Conn), &p.Message)
		isAck := lossy && h.acknowledges(p)
		if isAck {
			h.prefetchAck(l, 0, p.Conn)
		} else if !lossy {
			h.prefetchConn(l, p.Conn)
		} else if moreOfMessage {
			h.prefetchReply(l, p.Conn)
		}
		if !isAck && !moreOfMessage {
			continue
		}
		if i > more {
			arrivals.Swap(i, more)
		}
		if isAck {
			if more > acks {
				arrivals.Swap(more, acks)
			}
			acks++
		}
		more++
	}
	h.prefetch = prefetchState{more: uint8(more), acks: uint8(acks)}
}

// prefetchWaiting adds what the messages that wait for the downlink will touch.
func (h *Host) prefetchWaiting(l *prefetch.List, step int) {
	q := &h.downlink
	for i := range min(q.n, queueAhead) {
		p := &q.at(i).Packet
		if step == 0 && h.Net.Transport != Ideal {
			h.prefetchFlow(l, p.Conn)
		}
		if p.Whole {
			h.prefetcher.PrefetchMessage(l, step, ConnID(p.Conn), &p.Message)
		}
	}
}

// prefetchLeaving adds the messages that the uplink sends next, and what Sent will touch.
func (h *Host) prefetchLeaving(l *prefetch.List, step int) {
	blocks := 0
	for i := range min(h.TxQueue.Len, connsAhead) {
		slot := h.TxQueue.At(i).Conn
		n := h.Conns[slot].Head
		switch {
		case n == 0:
		case step == 0:
			prefetch.Add(l, &h.Nodes[n])
		case h.Nodes[n].Message.Notify:
			if blocks++; blocks > blocksAhead {
				return
			}
			prefetch.Add(l, &h.Nodes[h.Nodes[n].Next]) // it may share the segment
			h.prefetcher.PrefetchSent(l, step-1, ConnID(slot))
		}
	}
}

// prefetchAlongLine prefetches a connection a few places down the line, each time that the line
// moves.
func (h *Host) prefetchAlongLine() {
	if i := uint32(connsAhead); i < h.TxQueue.Len {
		prefetch.Line(&h.Conns[h.TxQueue.At(i).Conn])
	}
	if i := uint32(lineAhead); i < h.TxQueue.Len {
		slot := h.TxQueue.At(i).Conn
		prefetch.Line(&h.Nodes[h.Conns[slot].Head])
		if h.Net.Transport != Ideal {
			prefetch.Start(h.flow(slot), hotFlow)
		}
	}
}

// How many are prefetched: packets that wait for the downlink, connections in the line for the
// uplink, the place in the line whose messages are prefetched, free nodes, and connections whose
// first message is a block.
const (
	queueAhead  = 4
	connsAhead  = 6
	lineAhead   = 3
	nodesAhead  = 2
	blocksAhead = 2
)

// PrefetchSend adds what the Compose of a message to c will touch, after the given number of other
// messages. Most small messages need no node: with Ideal they wait in the line, and lone ones not
// at all.
func (h *Host) PrefetchSend(l *prefetch.List, c ConnID, after int) {
	prefetch.Add(l, &h.Conns[c])
	if h.smallLossless {
		prefetch.Add(l, h.flow(uint32(c)))
	} else if h.Net.Transport != Ideal {
		if i := len(h.freeNodes) - 1 - after; i >= 0 {
			prefetch.Add(l, &h.Nodes[h.freeNodes[i]])
		}
	}
}
