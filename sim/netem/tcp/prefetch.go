package tcp

import (
	"time"
	"unsafe"

	"swarmsim/prefetch"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// HotLines are the cache lines of a Layer that most events touch.
const HotLines = 3

// The cache lines of a flow that sending and acknowledgements touch; any packet touches the first.
const (
	hotFlowLines = 5
	slabsInLine  = 2
	timersInLine = 4
	timerLines   = 3 // of the heap's top
)

// PrefetchTables adds the table of flows.
func (l *Layer) PrefetchTables(list *prefetch.List) {
	if n := len(l.flows); n > 0 {
		prefetch.AddStart(list, &l.flows[0], (n+slabsInLine-1)/slabsInLine)
	}
}

// PrefetchTimers adds the first timers and the uplink queue.
func (l *Layer) PrefetchTimers(list *prefetch.List) {
	if n := len(l.timers); n > 0 {
		prefetch.AddStart(list, &l.timers[0], min((n+timersInLine-1)/timersInLine, timerLines))
	}
	l.dropTail.Prefetch(list)
}

// PrefetchFlow adds what any packet touches of a connection's flow.
func (l *Layer) PrefetchFlow(list *prefetch.List, slot uint32) {
	if int(slot) < len(l.Conns) {
		prefetch.Add(list, l.flow(slot))
	}
}

// Acknowledges reports whether a packet acknowledges data in flight, as far as is known
// before it is played.
func (l *Layer) Acknowledges(p *packet.Packet) bool {
	if int(p.Conn) >= len(l.Conns) {
		return false
	}
	f := l.flow(p.Conn)
	return f.hasUnacked() && !f.isStaleAck(p)
}

// PrefetchAck adds, in three steps, the ranges that a packet acknowledges, the messages
// that it frees, and those that it allows to be sent.
func (l *Layer) PrefetchAck(list *prefetch.List, step int, slot uint32) {
	f := l.flow(slot)
	switch step {
	case 0:
		prefetch.AddStart(list, &f.unacked, hotFlowLines-1)
	case 1:
		prefetch.Add(list, &l.Nodes[l.Conns[slot].Head])
		prefetch.Add(list, &l.Nodes[f.firstUnbuffered])
		if f.firstUnacked < len(f.unacked) {
			prefetch.Add(list, &f.unacked[f.firstUnacked])
			prefetch.Add(list, &f.unacked[len(f.unacked)-1])
		}
	default:
		prefetch.Add(list, &l.Nodes[l.Nodes[l.Conns[slot].Head].Next])
		prefetch.Add(list, &l.Nodes[l.Nodes[f.firstUnbuffered].Next])
		if f.firstUnacked < len(f.unacked) {
			prefetch.Add(list, &l.Nodes[f.unacked[f.firstUnacked].node])
		}
	}
}

// PrefetchReply adds what a reply to a message will touch of its connection's queue.
func (l *Layer) PrefetchReply(list *prefetch.List, slot uint32) {
	if int(slot) < len(l.Conns) {
		f := l.flow(slot)
		prefetch.AddPart(list, f, unsafe.Offsetof(f.firstUnbuffered), 1)
		prefetch.Add(list, &l.Nodes[l.Conns[slot].Tail])
	}
}

// PrefetchSend adds what Compose will touch, after the given number of other messages.
func (l *Layer) PrefetchSend(list *prefetch.List, slot uint32, after int) {
	if l.smallLossless { // most small messages need no node
		prefetch.Add(list, l.flow(slot))
	} else if i := len(l.FreeNodes) - 1 - after; i >= 0 {
		prefetch.Add(list, &l.Nodes[l.FreeNodes[i]])
	}
}

// PrefetchFirstTimer adds the first flow whose timer expires before end.
func (l *Layer) PrefetchFirstTimer(list *prefetch.List, end time.Duration) {
	if len(l.timers) > 0 && l.timers[0].at < end {
		slot := l.timers[0].slot
		prefetch.Add(list, &l.Conns[slot])
		prefetch.AddStart(list, l.flow(slot), hotFlowLines)
	}
}

// prefetchBehind prefetches the flow of a connection a few places down TxSchedule.
func (l *Layer) prefetchBehind() {
	if i := uint32(stack.MessageAhead); i < l.TxSchedule.Len() {
		prefetch.Start(l.flow(l.TxSchedule.At(i).Conn), hotFlowLines)
	}
}
