package queue

import (
	"testing"
	"time"

	"swarmsim/sim/netem/packet"
)

const block = 16<<10 + 13

// full is a packet, or a segment, of n stream bytes.
func full(n uint32) packet.Size { return packet.Size{Stream: n, Wire: packet.OnWire(n)} }

// Single packets fill a queue to the byte.
func TestPacketsFillTheQueue(t *testing.T) {
	q := NewDropTail(2*packet.MTU, packet.MSS)
	for i, c := range []struct {
		at   time.Duration
		want bool
	}{
		{0, true}, {0, true}, {0, false},
		{1500 * time.Microsecond, true}, {1500 * time.Microsecond, false},
		{2900 * time.Microsecond, false}, {3 * time.Millisecond, true},
	} {
		kept := q.Admit(Arrival{Size: full(packet.MSS), Ready: packet.MSS}, c.at, 1e6)
		if got := kept.Wire > 0; got != c.want {
			t.Errorf("packet %d, at %v, is accepted: %v; the link sends one in 1.5 ms and two may wait", i, c.at, got)
		}
	}
}

// Segments at a pace arrive bit by bit, and lose less than a burst does.
func TestPacedSegmentsLoseLessThanABurst(t *testing.T) {
	lost := func(pace time.Duration) (lost uint32) {
		q := NewDropTail(64<<10, block)
		for range 5 {
			lost += block - q.Admit(Arrival{Size: full(block), Ready: block, SendTime: pace}, 0, 10e6).Stream
		}
		return lost
	}
	if burst, paced := lost(0), lost(80*time.Millisecond); burst == 0 || paced > 0 {
		t.Errorf("of five blocks before a queue of four %d bytes are lost in a burst, %d at a pace", burst, paced)
	}
}

// A burst overfills the queue by at most two segments, as the excess is halved each time.
func TestABurstOverfillsByTwoSegments(t *testing.T) {
	q := NewDropTail(64<<10, block)
	for range 100 {
		q.Admit(Arrival{Size: full(block), Ready: block}, 0, 10e6)
	}
	if over := int64(q.bytes) - q.Limit; over < int64(packet.OnWire(block)) || over > 2*int64(packet.OnWire(block)) {
		t.Errorf("a hundred blocks overfill a queue of %d by %d bytes, want one to two blocks", q.Limit, over)
	}
}

// A queue that is full of large packets has room for small ones, where segments stand for
// several packets, until those fill it alone. Packet by packet that is a matter of bytes.
func TestAFullQueueHasRoomForSmallPackets(t *testing.T) {
	const request, link, limit = 17, 1e6, 64 << 10
	for _, segment := range []uint32{packet.MSS, block} {
		q := NewDropTail(limit, segment)
		fits := func(s packet.Size) bool { return q.Admit(Arrival{Size: s, Ready: s.Stream}, 0, link).Wire > 0 }
		for range 80 {
			q.Admit(Arrival{Size: full(segment), Ready: segment}, 0, link)
		}
		for range 20 { // packet by packet this takes the room that the last packet left
			q.AdmitWhole(full(request), 0, link)
		}
		want := segment > packet.MSS
		if got := q.AdmitWhole(packet.Size{Stream: request, Wire: request + 20*packet.Headers}, 0, link); got != want {
			t.Errorf("segments of %d: a request is accepted: %v", segment, got)
		}
		for _, s := range []packet.Size{full(request), {Wire: 6 * packet.Headers}} {
			if got := fits(s); got != want {
				t.Errorf("segments of %d: %d bytes in a packet of %d are accepted: %v", segment, s.Stream, s.Wire, got)
			}
		}
		if q.AdmitWhole(full(packet.MSS-1), 0, link) || fits(full(packet.MSS)) {
			t.Errorf("segments of %d: a full queue accepts a packet of 1,500 bytes", segment)
		}
		fill := func(now time.Duration) (bytes int) {
			for q.AdmitWhole(full(request), now, link) {
				bytes += request + packet.Headers
			}
			return bytes
		}
		if got := fill(0); got > limit || want && got < limit-3000 {
			t.Errorf("segments of %d: %d bytes of small packets are accepted; the queue holds %d", segment, got, limit)
		}
		if got := fill(10 * time.Second); got < limit-packet.Headers-request || got > limit {
			t.Errorf("segments of %d: %d bytes of small packets fit an empty queue of %d", segment, got, limit)
		}
	}
}
