package netem

import (
	"math"
	"time"
)

// fqCodel is FQ-CoDel (RFC 8290), the queue discipline of well-kept home
// routers: each flow has a queue of its own, they share the link fairly with
// new flows first, and a queue whose packets have waited for more than 5 ms for
// 100 ms on end loses some.
type fqCodel struct {
	limit    int64 // bytes in all queues
	bytes    int64
	count    int // packets in all queues
	queues   []codelQueue
	byConn   map[uint32]int32
	unused   []int32
	newcomer line // queues that were empty
	others   line
}

type codelQueue struct {
	conn      uint32
	packets   []fairPacket
	first     int
	bytes     int64
	deficit   int64
	next      int32         // in its line
	state     uint8         // idle, newcomer, other
	above     time.Duration // when the delay will have been too long for an interval; 0 for not
	dropNext  time.Duration
	drops     uint32
	lastDrops uint32
	dropping  bool
}

type fairPacket struct {
	at   time.Duration // when it was queued
	blob []byte
	route
	Packet
}

// line is a list of queues, by index; 0 ends it, so indexes are one more.
type line struct{ head, tail int32 }

const (
	codelTarget   = 5 * time.Millisecond
	codelInterval = 100 * time.Millisecond
	fqQuantum     = onePacket
)

const (
	fqIdle uint8 = iota
	fqNew
	fqOther
)

func (q *fqCodel) append(l *line, i int32) {
	q.queues[i].next = 0
	if l.tail == 0 {
		l.head = i + 1
	} else {
		q.queues[l.tail-1].next = i + 1
	}
	l.tail = i + 1
}

func (q *fqCodel) shift(l *line) int32 {
	i := l.head - 1
	if l.head = q.queues[i].next; l.head == 0 {
		l.tail = 0
	}
	return i
}

// queueOf finds or makes a connection's queue.
func (q *fqCodel) queueOf(conn uint32) int32 {
	if i, ok := q.byConn[conn]; ok {
		return i
	}
	var i int32
	if n := len(q.unused); n > 0 {
		i, q.unused = q.unused[n-1], q.unused[:n-1]
		q.queues[i] = codelQueue{packets: q.queues[i].packets[:0]}
	} else {
		i = int32(len(q.queues))
		q.queues = append(q.queues, codelQueue{})
	}
	if q.byConn == nil {
		q.byConn = map[uint32]int32{}
	}
	q.byConn[conn] = i
	q.queues[i].conn = conn
	return i
}

// push queues a packet. To make room it throws out the head of the longest
// queue.
func (q *fqCodel) push(conn uint32, p fairPacket, t *Traffic) {
	i := q.queueOf(conn)
	c := &q.queues[i]
	c.packets = append(c.packets, p)
	c.bytes += int64(p.wire)
	q.bytes += int64(p.wire)
	q.count++
	if c.state == fqIdle {
		c.state, c.deficit = fqNew, fqQuantum
		q.append(&q.newcomer, i)
	}
	for q.limit > 0 && q.bytes > q.limit && q.count > 1 {
		longest := int32(0)
		for j := range q.queues {
			if q.queues[j].bytes > q.queues[longest].bytes {
				longest = int32(j)
			}
		}
		x := q.take(&q.queues[longest])
		t.drop(&x.Packet)
	}
}

func (q *fqCodel) take(c *codelQueue) fairPacket {
	x := c.packets[c.first]
	c.packets[c.first].blob = nil
	c.first++
	if c.first == len(c.packets) {
		c.packets, c.first = c.packets[:0], 0
	} else if c.first > 64 && c.first > len(c.packets)/2 {
		c.packets = c.packets[:copy(c.packets, c.packets[c.first:])]
		c.first = 0
	}
	c.bytes -= int64(x.wire)
	q.bytes -= int64(x.wire)
	q.count--
	return x
}

// pop returns the packet that goes next, if there is one.
func (q *fqCodel) pop(now time.Duration, t *Traffic) (fairPacket, bool) {
	for {
		l := &q.newcomer
		if l.head == 0 {
			l = &q.others
		}
		if l.head == 0 {
			return fairPacket{}, false
		}
		i := l.head - 1
		c := &q.queues[i]
		if c.deficit <= 0 {
			c.deficit += fqQuantum
			q.shift(l)
			c.state = fqOther
			q.append(&q.others, i)
			continue
		}
		x, ok := q.codel(c, now, t)
		if !ok {
			q.shift(l)
			if l == &q.newcomer && q.others.head != 0 { // no flow may starve others by coming anew
				c.state = fqOther
				q.append(&q.others, i)
				continue
			}
			c.state = fqIdle
			delete(q.byConn, c.conn)
			q.unused = append(q.unused, i)
			continue
		}
		c.deficit -= int64(x.wire)
		return x, true
	}
}

// codel takes a queue's next packet after dropping those that CoDel's control
// law condemns (RFC 8289).
func (q *fqCodel) codel(c *codelQueue, now time.Duration, t *Traffic) (fairPacket, bool) {
	x, ok, late := q.look(c, now)
	if !ok {
		c.dropping = false
		return x, false
	}
	if c.dropping {
		if !late {
			c.dropping = false
		}
		for c.dropping && now >= c.dropNext {
			t.drop(&x.Packet)
			c.drops++
			if x, ok, late = q.look(c, now); !ok || !late {
				c.dropping = false
				return x, ok
			}
			c.dropNext = controlLaw(c.dropNext, c.drops)
		}
		return x, true
	}
	if late {
		t.drop(&x.Packet)
		x, ok, _ = q.look(c, now)
		c.dropping = true
		since := c.drops - c.lastDrops
		c.drops = 1
		if since > 1 && now-c.dropNext < 16*codelInterval {
			c.drops = since
		}
		c.dropNext = controlLaw(now, c.drops)
		c.lastDrops = c.drops
	}
	return x, ok
}

func controlLaw(t time.Duration, drops uint32) time.Duration {
	return t + time.Duration(float64(codelInterval)/math.Sqrt(float64(drops)))
}

// look takes the next packet and reports whether its queue has been slow for an
// interval.
func (q *fqCodel) look(c *codelQueue, now time.Duration) (x fairPacket, ok, late bool) {
	if c.first == len(c.packets) {
		c.above = 0
		return x, false, false
	}
	x = q.take(c)
	if now-x.at < codelTarget || c.bytes <= fqQuantum {
		c.above = 0
	} else if c.above == 0 {
		c.above = now + codelInterval
	} else {
		late = now >= c.above
	}
	return x, true, late
}
