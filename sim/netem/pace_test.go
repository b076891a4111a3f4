package netem

import (
	"math"
	"slices"
	"testing"
	"time"
)

// What segments of a block come to must be what single packets come to: the same
// goodput, the same queues, losses of the same order.
func TestSegmentsBehaveLikePackets(t *testing.T) {
	home := Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10, DownQueueBytes: 256 << 10}
	server := Link{UpBytesPerSec: 10e6, DownBytesPerSec: 10e6, UpQueueBytes: 64 << 10, DownQueueBytes: 256 << 10}
	for _, c := range []struct {
		name       string
		from       Link
		to         int // hosts that a flow goes to
		both       bool
		window     uint32
		rate, trip float64 // how near, as shares
	}{
		{"one flow fills an uplink", home, 1, false, 4 << 20, 0.01, 0.10},
		{"four share an uplink", home, 4, false, 4 << 20, 0.01, 0.10},
		{"ten share an uplink", home, 10, false, 4 << 20, 0.02, 0.15},
		{"four both ways", home, 4, true, 4 << 20, 0.03, 0.15},
		{"a server's short queue", server, 4, false, 4 << 20, 0.10, 0.15},
		{"a small receive window", server, 4, false, 60_000, 0.05, 0.05},
	} {
		rate := func(segment uint32) (bytes, trip, dropped float64) {
			l := newPath(Cubic, 40*time.Millisecond)
			l.net.Segment, l.net.Window = segment, c.window
			from := l.addLink(c.from)
			serve := func(a *app, c ConnID, _ bool) { feed(a, c); feed(a, c) }
			from.opened, from.sent = serve, feed
			for range c.to {
				to := l.addLink(home)
				to.start = dialAll(1)
				if c.both {
					to.opened, to.sent = serve, feed
				}
			}
			looks := 0
			l.every(10*time.Millisecond, 120*time.Second, func(now time.Duration) {
				if now < 5*time.Second {
					return
				}
				for i := range from.host.conns {
					f := from.host.flow(uint32(i))
					trip += f.srtt.Seconds()
					looks++
				}
			})
			for _, a := range l.apps[1:] {
				bytes += float64(a.bytes[0])
			}
			return bytes, trip / float64(looks), float64(from.host.Traffic.StreamDropped)
		}
		b1, t1, d1 := rate(maxSegment)
		b2, t2, d2 := rate(16 << 10)
		t.Logf("%-26s goodput %+5.1f %%, round trip %.1f to %.1f ms, lost %.2f %% and %.2f %%", c.name, 100*(b2/b1-1), t1*1e3, t2*1e3, 100*d1/b1, 100*d2/b2)
		if math.Abs(b2/b1-1) > c.rate || math.Abs(t2/t1-1) > c.trip || d2 > 2*d1+b1/1000 || d1 > 2*d2+b1/1000 {
			t.Errorf("%s: packet by packet %.0f bytes, a round trip of %.4f s and %.0f bytes lost; by blocks %.0f, %.4f s and %.0f", c.name, b1, t1, d1, b2, t2, d2)
		}
	}
}

// Packets that come one by one fill a queue to the byte. Segments that flows send
// at a pace come in by and by, and fewer of them are lost than of a burst.
func TestDropTailTakesThePace(t *testing.T) {
	var none Traffic
	q := dropTail{limit: 2 * onePacket, grain: onePacket}
	for i, c := range []struct {
		at   time.Duration
		want bool
	}{{0, true}, {0, true}, {0, false}, {1500 * time.Microsecond, true}, {1500 * time.Microsecond, false}, {2900 * time.Microsecond, false}, {3 * time.Millisecond, true}} {
		if got := q.admit(&Packet{stream: maxSegment, wire: onePacket}, maxSegment, c.at, 0, 1e6, &none); got != c.want {
			t.Errorf("packet %d, at %v, is let in: %v; the link sends one in 1.5 ms and two may wait", i, c.at, got)
		}
	}

	lost := func(pace time.Duration) int64 {
		q := dropTail{limit: 64 << 10, grain: onWire(block)}
		var lost Traffic
		for range 5 {
			q.admit(&Packet{stream: block, wire: uint16(onWire(block))}, block, 0, pace, 10e6, &lost)
		}
		return lost.StreamDropped
	}
	if burst, paced := lost(0), lost(80*time.Millisecond); burst == 0 || paced > 0 {
		t.Errorf("of five blocks before a queue of four %d bytes are lost in a burst, %d at a pace", burst, paced)
	}
}

// A queue that is full of large packets has room for small ones, where segments stand
// for several, until those fill it alone. Packet by packet that is a matter of bytes.
func TestAFullQueueHasRoomForWhatIsSmall(t *testing.T) {
	const request, link, limit = 17, 1e6, 64 << 10
	for _, segment := range []uint32{maxSegment, block} {
		var none Traffic
		q := dropTail{limit: limit, grain: onWire(segment)}
		for range 80 {
			q.admit(&Packet{stream: uint16(segment), wire: uint16(onWire(segment))}, segment, 0, 0, link, &none)
		}
		for range 20 { // packet by packet, what the last one left room for is used up
			q.take(request, request+headers, 0, link)
		}
		want := segment > maxSegment
		if got := q.take(request, request+20*headers, 0, link); got != want {
			t.Errorf("segments of %d: a request is let in: %v", segment, got)
		}
		for _, p := range []Packet{{stream: request, wire: request + headers}, {wire: 6 * headers}} {
			if got := q.admit(&p, uint32(p.stream), 0, 0, link, &none); got != want {
				t.Errorf("segments of %d: %d bytes in a packet of %d are let in: %v", segment, p.stream, p.wire, got)
			}
		}
		if q.take(maxSegment-1, onePacket-1, 0, link) || q.admit(&Packet{stream: maxSegment, wire: onePacket}, maxSegment, 0, 0, link, &none) {
			t.Errorf("segments of %d: a full queue takes a packet of 1,500 bytes", segment)
		}
		fill := func(now time.Duration) (bytes int) {
			for q.take(request, request+headers, now, link) {
				bytes += request + headers
			}
			return bytes
		}
		if got := fill(0); got > limit || want && got < limit-3000 {
			t.Errorf("segments of %d: %d bytes of small packets are let in; the queue holds %d", segment, got, limit)
		}
		if got := fill(10 * time.Second); got < limit-headers-request || got > limit {
			t.Errorf("segments of %d: %d bytes of small packets fit an empty queue of %d", segment, got, limit)
		}
	}
}

// A block that is shortened keeps the acknowledgements that travel with it.
func TestWhatIsCutIsTheBlock(t *testing.T) {
	var lost Traffic
	p := Packet{stream: block, wire: uint16(onWire(block) + 100*headers)}
	if !p.shorten(int64(p.wire)-2, &lost) || lost.StreamDropped != block%maxSegment || p.wire != 11*onePacket+100*headers {
		t.Errorf("two bytes too many cost %d; %d are left on the wire", lost.StreamDropped, p.wire)
	}
}

// What a download's acknowledgements need of a narrow uplink decides its rate, by
// blocks as packet by packet.
func TestAcknowledgementsFillANarrowUplink(t *testing.T) {
	for _, flows := range []int{10, 40} {
		rate := func(segment uint32) (bytes float64, queued time.Duration) {
			l := newPath(Cubic, 25*time.Millisecond)
			l.net.Segment, l.net.Window = segment, 256<<10
			to := l.addLink(Link{UpBytesPerSec: 20e3, DownBytesPerSec: 4e6, UpQueueBytes: 16 << 10, DownQueueBytes: 256 << 10})
			for range flows {
				l.sender(1, wide)
			}
			l.every(100*time.Millisecond, 60*time.Second, func(now time.Duration) {
				queued = max(queued, to.host.upFree-now)
			})
			for _, n := range to.bytes {
				bytes += float64(n)
			}
			return bytes, queued
		}
		b1, q1 := rate(maxSegment)
		b2, q2 := rate(16 << 10)
		t.Logf("%d flows: goodput %+.1f %%, the uplink's queue at most %v and %v", flows, 100*(b2/b1-1), q1, q2)
		if math.Abs(b2/b1-1) > 0.15 || q2 > q1*5/4 {
			t.Errorf("%d flows: packet by packet %.0f bytes and a queue of %v, by blocks %.0f and %v", flows, b1, q1, b2, q2)
		}
	}
}

// Flows whose windows are a few packets share a full queue as evenly by blocks as
// packet by packet.
func TestACrowdSharesAFullQueue(t *testing.T) {
	for _, segment := range []uint32{maxSegment, 16 << 10} {
		l := newCrowd(segment, 30)
		l.run(900 * time.Second)
		var got []float64
		for _, a := range l.apps[1:] {
			got = append(got, float64(a.bytes[0]))
		}
		slices.Sort(got)
		least, most := got[0]/got[15], got[29]/got[15]
		t.Logf("segments of %d: from %.3f to %.3f of the median", segment, least, most)
		if least < 0.88 || most > 1.12 {
			t.Errorf("segments of %d: one of 30 flows gets %.3f of what the median gets, another %.3f", segment, least, most)
		}
	}
}
