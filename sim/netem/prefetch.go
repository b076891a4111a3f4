package netem

import (
	"math"

	"swarmsim/prefetch"
	"swarmsim/sim/engine"
	"swarmsim/sim/netem/tcp"
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
	if step == 0 { // reads nothing of the host, which is not in the cache yet
		prefetch.AddStart(l, h, hotLines)
		prefetch.AddPart(l, h, layerOffset, tcp.HotLines) // an ideal layer is shorter
		for i := range arrivals.Len() {
			prefetch.Add(l, arrivals.At(i))
		}
		return
	}
	if h.prefetcher == nil {
		return
	}
	switch step {
	case 1:
		h.prefetcher.Prefetch(l, 0)
		h.stack.PrefetchQueues(l)
		h.prefetchDownlink(l)
		if h.tcp != nil {
			h.tcp.PrefetchTables(l)
		}
	case 2:
		h.prefetcher.Prefetch(l, 1)
		h.prefetchConns(l, arrivals)
	default:
		h.prefetchArrivals(l, step-3, arrivals)
		h.prefetchWaiting(l, step-3)
		h.stack.PrefetchLeaving(l, step-3, func(c ConnID) { h.prefetcher.PrefetchSent(l, step-4, c) })
	}
}

// hotLines are the cache lines of a Host up to Traffic.
const hotLines = 6

// prefetchDownlink adds the packets that wait for the downlink, and the place of the next one that
// is not received by the window's end.
func (h *Host) prefetchDownlink(l *prefetch.List) {
	d := &h.downlink
	for i := range min(d.n, waitingAhead) {
		prefetch.Add(l, d.at(i))
	}
	if int(d.n) < len(d.ring) {
		prefetch.Add(l, d.at(d.n))
	}
}

// prefetchConns adds the connections that will send or receive, with their flows.
func (h *Host) prefetchConns(l *prefetch.List, arrivals engine.Arrivals[Packet]) {
	h.stack.PrefetchConns(l)
	d := &h.downlink
	for i := range min(d.n, waitingAhead) {
		h.stack.PrefetchConn(l, d.at(i).Conn)
	}
	if h.tcp == nil {
		return
	}
	h.tcp.PrefetchTimers(l)
	for i := range arrivals.Len() {
		slot := arrivals.At(i).Body.Conn
		h.stack.PrefetchConn(l, slot)
		h.tcp.PrefetchFlow(l, slot)
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
				h.tcp.PrefetchAck(l, step, p.Conn)
			}
			if p.Whole {
				h.prefetcher.PrefetchMessage(l, step, ConnID(p.Conn), &p.Message)
			}
		}
		return
	}
	if h.tcp != nil {
		h.tcp.PrefetchFirstTimer(l, arrivals.End())
	}
	more, acks := 0, 0
	for i := range min(arrivals.Len(), math.MaxUint8) {
		p := &arrivals.At(i).Body
		moreOfMessage := p.Whole && h.prefetcher.PrefetchMessage(l, 0, ConnID(p.Conn), &p.Message)
		isAck := h.prefetchPacket(l, p, moreOfMessage)
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

// prefetchPacket adds what a packet will touch of its connection, and reports whether it
// acknowledges data in flight.
func (h *Host) prefetchPacket(l *prefetch.List, p *Packet, mayReply bool) (isAck bool) {
	switch {
	case h.tcp == nil:
		h.stack.PrefetchConn(l, p.Conn)
	case h.tcp.Acknowledges(p):
		h.tcp.PrefetchAck(l, 0, p.Conn)
		return true
	case mayReply:
		h.tcp.PrefetchReply(l, p.Conn)
	}
	return false
}

// prefetchWaiting adds what the messages that wait for the downlink will touch.
func (h *Host) prefetchWaiting(l *prefetch.List, step int) {
	d := &h.downlink
	for i := range min(d.n, waitingAhead) {
		p := &d.at(i).Packet
		if step == 0 && h.tcp != nil {
			h.tcp.PrefetchFlow(l, p.Conn)
		}
		if p.Whole {
			h.prefetcher.PrefetchMessage(l, step, ConnID(p.Conn), &p.Message)
		}
	}
}

// waitingAhead is how many packets that wait for the downlink are prefetched.
const waitingAhead = 4

// PrefetchSend adds what the Compose of a message to c will touch, after the given number of other
// messages.
func (h *Host) PrefetchSend(l *prefetch.List, c ConnID, after int) {
	prefetch.Add(l, &h.stack.Conns[c])
	if h.tcp != nil {
		h.tcp.PrefetchSend(l, uint32(c), after)
	}
}
