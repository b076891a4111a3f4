package queue

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// FQCoDel is FQ-CoDel (RFC 8290), the queue discipline of well-kept home routers: each
// flow has a queue of its own, the queues share the link by deficit round robin, new ones
// first, and CoDel keeps the delay in each of them short. P is what the caller keeps of a
// packet. The zero value is an empty queue without a limit.
type FQCoDel[P any] struct {
	Limit int64 // bytes in all queues, 0 for no limit

	bytes    int64
	count    int // packets in all queues
	queues   []codel[P]
	byFlow   map[uint32]int32
	unused   []int32
	newFlows list // RFC 8290, section 4.2
	oldFlows list
}

// Packet is what a queue holds of a packet: its size, and Payload for its owner.
type Packet[P any] struct {
	packet.Size
	At      time.Duration // when it was queued
	Payload P
}

// quantum is how many bytes a queue may send at its turn (RFC 8290, section 5.2.4).
const quantum = packet.MTU

// list is a list of queues, by index plus 1; 0 ends it.
type list struct{ head, tail int32 }

// Len is the number of packets that wait.
func (q *FQCoDel[P]) Len() int { return q.count }

// Push queues a packet of a flow. If the limit is exceeded it drops packets from the head
// of the longest queue. It returns how many stream bytes it dropped.
func (q *FQCoDel[P]) Push(flow uint32, p Packet[P]) (dropped int64) {
	i := q.queueOf(flow)
	c := &q.queues[i]
	c.push(p)
	q.bytes += int64(p.Wire)
	q.count++
	if !c.listed {
		c.listed, c.deficit = true, quantum
		q.append(&q.newFlows, i)
	}
	for q.Limit > 0 && q.bytes > q.Limit && q.count > 1 {
		longest := int32(0)
		for j := range q.queues {
			if q.queues[j].bytes > q.queues[longest].bytes {
				longest = int32(j)
			}
		}
		x := q.queues[longest].pop()
		q.removed(&x)
		dropped += int64(x.Stream)
	}
	return dropped
}

// Pop takes out the packet that is sent next, if any. It returns how many stream bytes
// CoDel dropped on the way.
func (q *FQCoDel[P]) Pop(now time.Duration) (p Packet[P], dropped int64, ok bool) {
	for {
		l := &q.newFlows
		if l.head == 0 {
			l = &q.oldFlows
		}
		if l.head == 0 {
			return p, dropped, false
		}
		i := l.head - 1
		c := &q.queues[i]
		if c.deficit <= 0 {
			c.deficit += quantum
			q.removeHead(l)
			q.append(&q.oldFlows, i)
			continue
		}
		before, count := c.bytes, len(c.packets)-c.first
		p, ok := c.dequeue(now, &dropped)
		q.bytes -= before - c.bytes
		q.count -= count - (len(c.packets) - c.first)
		if ok {
			c.deficit -= int64(p.Wire)
			return p, dropped, true
		}
		q.removeHead(l)
		if l == &q.newFlows && q.oldFlows.head != 0 { // or a flow could starve others by being new again and again
			q.append(&q.oldFlows, i)
			continue
		}
		c.listed = false
		delete(q.byFlow, c.flow)
		q.unused = append(q.unused, i)
	}
}

// StreamBytes is how many stream bytes wait.
func (q *FQCoDel[P]) StreamBytes() (n int64) {
	for i := range q.queues {
		for _, p := range q.queues[i].packets[q.queues[i].first:] {
			n += int64(p.Stream)
		}
	}
	return n
}

func (q *FQCoDel[P]) removed(p *Packet[P]) {
	q.bytes -= int64(p.Wire)
	q.count--
}

// queueOf finds a flow's queue, or makes one.
func (q *FQCoDel[P]) queueOf(flow uint32) int32 {
	if i, ok := q.byFlow[flow]; ok {
		return i
	}
	var i int32
	if n := len(q.unused); n > 0 {
		i, q.unused = q.unused[n-1], q.unused[:n-1]
		q.queues[i] = codel[P]{packets: q.queues[i].packets[:0]}
	} else {
		i = int32(len(q.queues))
		q.queues = append(q.queues, codel[P]{})
	}
	if q.byFlow == nil {
		q.byFlow = map[uint32]int32{}
	}
	q.byFlow[flow] = i
	q.queues[i].flow = flow
	return i
}

func (q *FQCoDel[P]) append(l *list, i int32) {
	q.queues[i].next = 0
	if l.tail == 0 {
		l.head = i + 1
	} else {
		q.queues[l.tail-1].next = i + 1
	}
	l.tail = i + 1
}

func (q *FQCoDel[P]) removeHead(l *list) {
	if l.head = q.queues[l.head-1].next; l.head == 0 {
		l.tail = 0
	}
}
