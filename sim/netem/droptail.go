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
// again would be lost as packet by packet. A burst of blocks may so overfill the queue
// by two of them. And what is much smaller than a packet of 1,500 bytes mostly finds
// room where a queue is full of those, so here it always does, unless what is small
// fills the queue alone.
type dropTail struct {
	limit    int64         // bytes, 0 for any number
	held     float64       // bytes
	little   float64       // of them, of what is small; where segments are coarse
	at       time.Duration // when it held that
	rate     int64         // bytes a second of segments that are coming in
	entering []entering    // those, from first on, in the order of their ends
	first    int32
	grain    uint32 // bytes of the largest segments
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
	if q.small(uint32(p.stream)) {
		if !q.takeSmall(whole) && !p.sure() {
			t.drop(p)
			return false
		}
		return true
	}
	over := int64(q.held) + min(whole, onePacket) - q.limit - q.slack(whole)
	q.enter(now, whole, int64(ready), pace)
	if over <= 0 || p.sure() {
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

// take lets in a packet that carries so many bytes of a stream, with the
// acknowledgements that travel with it so many in all, if there is room for it.
func (q *dropTail) take(stream, wire uint32, now time.Duration, link int64) bool {
	if q.limit == 0 {
		return true
	}
	q.advance(now, link)
	if q.small(stream) {
		return q.takeSmall(int64(wire))
	}
	if int64(q.held)+int64(wire) > q.limit+q.slack(onePacket) {
		return false
	}
	q.held += float64(wire)
	return true
}

// takeSmall lets in what is small, unless what is small fills the queue alone.
func (q *dropTail) takeSmall(bytes int64) bool {
	if int64(q.little)+bytes > q.limit {
		return false
	}
	q.little += float64(bytes)
	q.held += float64(bytes)
	return true
}

// small reports whether a packet with so many bytes of a stream mostly fits where one of
// 1,500 bytes does not. Where segments are packets, room is a matter of bytes.
func (q *dropTail) small(stream uint32) bool {
	return q.grain > onePacket && stream <= onePacket/2-headers
}

// overflows reports whether the queue holds more than it can.
func (q *dropTail) overflows(now time.Duration, link int64) bool {
	if q.limit == 0 {
		return false
	}
	q.advance(now, link)
	return int64(q.held) > q.limit
}

// slack is by how much a part of a segment may overfill the queue, the more the smaller
// it is: else it would find it full of whole ones for ever.
func (q *dropTail) slack(bytes int64) int64 { return max(int64(q.grain)-max(bytes, onePacket), 0) }

// advance serves the queue until now.
func (q *dropTail) advance(now time.Duration, link int64) {
	for q.at < now {
		next := now
		if int(q.first) < len(q.entering) {
			next = min(next, q.entering[q.first].until)
		}
		q.held = max(0, q.held+float64(float64(q.rate-link)*float64(next-q.at)/float64(time.Second)))
		if q.little > 0 { // its share of what was served
			served := float64(float64(link) * float64(next-q.at) * 1e-9)
			q.little -= float64(q.little * served / (q.held + served))
		}
		q.at = next
		for ; int(q.first) < len(q.entering) && q.entering[q.first].until <= next; q.first++ {
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
	if int(q.first) == len(q.entering) || len(q.entering) == cap(q.entering) {
		q.entering = q.entering[:copy(q.entering, q.entering[q.first:])]
		q.first = 0
	}
	e := entering{now + pace*time.Duration(bytes-first)/time.Duration(bytes), bytes * int64(time.Second) / int64(pace)}
	q.rate += e.rate
	q.entering = append(q.entering, e)
	for i := len(q.entering) - 1; i > int(q.first) && e.until < q.entering[i-1].until; i-- {
		q.entering[i], q.entering[i-1] = q.entering[i-1], e
	}
}

// leastPace is a pace at which a segment counts as coming at once.
const leastPace = time.Millisecond
