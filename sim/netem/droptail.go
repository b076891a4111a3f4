package netem

import "time"

// dropTail says how much a first-in-first-out queue before an uplink would hold
// if segments came to it packet by packet. In truth acknowledgements, a few
// packets each, pace what a flow sends. Here the flow gives a block to the uplink
// when one for a block comes, and a queue of a few blocks would overflow where
// that of a real sender does not.
//
// Three fifths of a segment count as in the queue when it is given to the uplink;
// the rest follows at the flow's pace. With all of it at once queues would overflow
// too early; with half of it, which would be there in the mean, fast flows would
// lose less than packet by packet.
//
// Even so the queue looks fuller at times than that of a real sender, and emptier at
// others. So of what overflows half is taken off the next segment, the rest off those
// after it if it has not gone by itself meanwhile: with all of it at once half as much
// again would be lost as packet by packet. And what is much smaller than a packet of
// 1,500 bytes always finds room, as it mostly does where a queue is full of those.
type dropTail struct {
	limit    int64         // bytes, 0 for any number
	grain    int64         // bytes of the largest segments
	held     float64       // bytes
	at       time.Duration // when it held that
	rate     int64         // bytes a second of segments that are coming in
	entering []entering    // those, from first on, in the order of their ends
	first    int
}

// entering is what is left of a segment.
type entering struct {
	until time.Duration
	rate  int64
}

// admit lets the queue, which is served at the link's rate, take of a packet what
// there is room for. Pace is how long the flow takes to send so much, of which so many
// bytes are ready to go now. It returns false if nothing is left.
func (q *dropTail) admit(p *Packet, ready uint32, now, pace time.Duration, link int64, t *Traffic) bool {
	if q.limit == 0 {
		return true
	}
	q.advance(now, link)
	whole := int64(p.wire)
	over := int64(q.held) + min(whole, onePacket) - q.limit - q.slack(whole)
	q.enter(now, whole, int64(ready), pace)
	if over <= 0 || p.sure() || q.coarse() && (p.stream == 0 || whole <= small) {
		return true
	}
	if whole > onePacket {
		over /= 2
	}
	if !p.shorten(whole-over, t) {
		q.held -= float64(whole)
		return false
	}
	q.held -= float64(whole - int64(p.wire))
	return true
}

// take lets in what is a packet at most, if there is room for it.
func (q *dropTail) take(bytes uint32, now time.Duration, link int64) bool {
	if q.limit == 0 {
		return true
	}
	q.advance(now, link)
	if int64(q.held)+int64(bytes) > q.limit+q.slack(onePacket) && !(q.coarse() && bytes <= small) {
		return false
	}
	q.held += float64(bytes)
	return true
}

// overflows tells whether the queue holds more than it can.
func (q *dropTail) overflows(now time.Duration, link int64) bool {
	if q.limit == 0 {
		return false
	}
	q.advance(now, link)
	return int64(q.held) > q.limit
}

// coarse tells whether segments stand for several packets.
func (q *dropTail) coarse() bool { return q.grain > onePacket }

// small is what mostly fits where a packet of 1,500 bytes does not.
const small = onePacket / 2

// slack is by how much a part of a segment may overfill the queue: else it would find
// it full of whole ones for ever.
func (q *dropTail) slack(bytes int64) int64 { return max(q.grain-max(bytes, onePacket), 0) }

// advance serves the queue until now.
func (q *dropTail) advance(now time.Duration, link int64) {
	for q.at < now {
		next := now
		if q.first < len(q.entering) {
			next = min(next, q.entering[q.first].until)
		}
		q.held = max(0, q.held+float64(float64(q.rate-link)*float64(next-q.at)/float64(time.Second)))
		q.at = next
		for ; q.first < len(q.entering) && q.entering[q.first].until <= next; q.first++ {
			q.rate -= q.entering[q.first].rate
		}
	}
}

// enter adds a segment.
func (q *dropTail) enter(now time.Duration, bytes, ready int64, pace time.Duration) {
	if pace < leastPace {
		q.held += float64(bytes)
		return
	}
	first := min(bytes-bytes*2/5, max(ready, onePacket))
	q.held += float64(first)
	if q.first == len(q.entering) || len(q.entering) == cap(q.entering) {
		q.entering = q.entering[:copy(q.entering, q.entering[q.first:])]
		q.first = 0
	}
	e := entering{now + pace*time.Duration(bytes-first)/time.Duration(bytes), bytes * int64(time.Second) / int64(pace)}
	q.rate += e.rate
	q.entering = append(q.entering, e)
	for i := len(q.entering) - 1; i > q.first && e.until < q.entering[i-1].until; i-- {
		q.entering[i], q.entering[i-1] = q.entering[i-1], e
	}
}

// leastPace is a pace at which a segment counts as coming at once.
const leastPace = time.Millisecond
