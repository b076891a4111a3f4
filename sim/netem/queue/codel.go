package queue

import (
	"math"
	"time"
)

// codel is one flow's queue and the state of CoDel (RFC 8289), which drops packets once
// all of an interval's have waited for longer than the target. The fields are those of
// RFC 8289, section 5.
type codel[P any] struct {
	flow    uint32
	packets []Packet[P] // from first on
	first   int
	bytes   int64
	deficit int64 // of deficit round robin
	next    int32 // in its list
	listed  bool  // in one of the lists

	firstAboveTime time.Duration // when the delay will have been above target for an interval; 0 if it is below
	dropNext       time.Duration
	count          uint32 // drops since dropping began
	lastCount      uint32
	dropping       bool
}

// RFC 8289, sections 4.3 and 4.4.
const (
	target   = 5 * time.Millisecond
	interval = 100 * time.Millisecond
)

func (c *codel[P]) push(p Packet[P]) {
	c.packets = append(c.packets, p)
	c.bytes += int64(p.Wire)
}

func (c *codel[P]) pop() Packet[P] {
	p := c.packets[c.first]
	c.packets[c.first] = Packet[P]{} // it may point to something
	c.first++
	if c.first == len(c.packets) {
		c.packets, c.first = c.packets[:0], 0
	} else if c.first > 64 && c.first > len(c.packets)/2 {
		c.packets = c.packets[:copy(c.packets, c.packets[c.first:])]
		c.first = 0
	}
	c.bytes -= int64(p.Wire)
	return p
}

// dequeue takes out the next packet, after dropping what CoDel's control law says (RFC
// 8289, section 5.5). It adds the stream bytes of those to dropped.
func (c *codel[P]) dequeue(now time.Duration, dropped *int64) (p Packet[P], ok bool) {
	p, ok, drop := c.doDequeue(now)
	if !ok {
		c.dropping = false
		return p, false
	}
	if c.dropping {
		if !drop {
			c.dropping = false
		}
		for c.dropping && now >= c.dropNext {
			*dropped += int64(p.Stream)
			c.count++
			if p, ok, drop = c.doDequeue(now); !ok || !drop {
				c.dropping = false
				return p, ok
			}
			c.dropNext = controlLaw(c.dropNext, c.count)
		}
		return p, true
	}
	if drop {
		*dropped += int64(p.Stream)
		p, ok, _ = c.doDequeue(now)
		c.dropping = true
		delta := c.count - c.lastCount
		c.count = 1
		if delta > 1 && now-c.dropNext < 16*interval {
			c.count = delta
		}
		c.dropNext = controlLaw(now, c.count)
		c.lastCount = c.count
	}
	return p, ok
}

func controlLaw(t time.Duration, count uint32) time.Duration {
	return t + time.Duration(float64(interval)/math.Sqrt(float64(count)))
}

// doDequeue takes out the next packet and reports whether CoDel may drop it: the queue
// has been slow for an interval.
func (c *codel[P]) doDequeue(now time.Duration) (p Packet[P], ok, okToDrop bool) {
	if c.first == len(c.packets) {
		c.firstAboveTime = 0
		return p, false, false
	}
	p = c.pop()
	if now-p.At < target || c.bytes <= quantum {
		c.firstAboveTime = 0
	} else if c.firstAboveTime == 0 {
		c.firstAboveTime = now + interval
	} else {
		okToDrop = now >= c.firstAboveTime
	}
	return p, true, okToDrop
}
