package emulator

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/queue"
)

// link is one direction of an access link with the queue before it.
type link struct {
	rate int64 // bytes per second, 0 for no limit
	tail queue.DropTail
	fair *queue.FQCoDel[[]byte] // instead of tail
	free time.Duration          // when it has sent all that it was given
}

func newLink(rate, limit int64, fair bool) link {
	l := link{rate: rate, tail: queue.NewDropTail(limit, packet.MSS)}
	if fair && rate > 0 {
		l.fair = &queue.FQCoDel[[]byte]{Limit: limit}
	}
	return l
}

// sizeOf is a packet's size as queues count it.
func sizeOf(p []byte) packet.Size {
	return packet.Size{Stream: uint32(max(len(p)-packet.Headers, 0)), Wire: uint32(len(p))}
}

// pass returns when a packet that comes now has left a drop-tail link. ok is false if the queue is
// full.
func (l *link) pass(now time.Duration, p []byte) (leaves time.Duration, ok bool) {
	if l.rate == 0 {
		return now, true
	}
	if !l.tail.AdmitWhole(sizeOf(p), now, l.rate) {
		return 0, false
	}
	l.free = max(now, l.free) + packet.Serialization(uint32(len(p)), l.rate)
	return l.free, true
}

// next takes the packet out of a fair queue that the link sends from now on, and returns when it
// has left.
func (l *link) next(now time.Duration) (p []byte, leaves time.Duration, ok bool) {
	q, _, ok := l.fair.Pop(now)
	if !ok {
		return nil, 0, false
	}
	l.free = max(now, l.free) + packet.Serialization(q.Wire, l.rate)
	return q.Payload, l.free, true
}
