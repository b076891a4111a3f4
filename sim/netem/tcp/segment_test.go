package tcp_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/queue"
)

// grainCase is a few flows over home links whose queues overflow, which are played by
// blocks and packet by packet.
type grainCase struct {
	name       string
	from       netem.Link
	to         int  // hosts that a flow goes to
	both       bool // flows go both ways
	window     uint32
	rate, trip float64 // how near goodput and round trips must be, as shares
}

var (
	homeLink = netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10, DownQueueBytes: 256 << 10}
	fastLink = netem.Link{UpBytesPerSec: 10e6, DownBytesPerSec: 10e6, UpQueueBytes: 64 << 10, DownQueueBytes: 256 << 10}

	grainCases = []grainCase{
		{"one flow fills an uplink", homeLink, 1, false, 4 << 20, 0.01, 0.10},
		{"four share an uplink", homeLink, 4, false, 4 << 20, 0.01, 0.10},
		{"ten share an uplink", homeLink, 10, false, 4 << 20, 0.02, 0.15},
		{"four both ways", homeLink, 4, true, 4 << 20, 0.03, 0.15},
		{"a server's short queue", fastLink, 4, false, 4 << 20, 0.10, 0.15},
		{"a small receive window", fastLink, 4, false, 60_000, 0.05, 0.05},
	}
)

// grainResult is what the flows come to: bytes that arrive, mean round trip in seconds, and bytes
// that queues drop.
type grainResult struct {
	bytes, trip, dropped float64
}

// play plays the flows for two minutes, after set has changed the hosts.
func (c *grainCase) play(segment uint32, set func(*netem.Host)) (r grainResult) {
	l := netemtest.NewPath(netem.TCPCubic, 40*time.Millisecond)
	l.Net.Segment, l.Net.Window = segment, c.window
	from := l.AddLink(c.from)
	serve := func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c); netemtest.Feed(a, c) }
	from.OnOpened, from.OnSent = serve, netemtest.Feed
	for range c.to {
		to := l.AddLink(homeLink)
		to.Start = netemtest.DialAll(1)
		if c.both {
			to.OnOpened, to.OnSent = serve, netemtest.Feed
		}
	}
	for _, a := range l.Apps {
		set(a.Host)
	}
	samples := 0
	l.Every(10*time.Millisecond, 120*time.Second, func(now time.Duration) {
		if now < 5*time.Second {
			return
		}
		for i := range from.Host.TCP().Conns {
			r.trip += from.Host.TCP().Info(uint32(i)).SRTT.Seconds()
			samples++
		}
	})
	for _, a := range l.Apps[1:] {
		r.bytes += float64(a.Bytes[0])
	}
	r.trip /= float64(samples)
	r.dropped = float64(from.Host.Traffic().StreamDropped)
	return r
}

// What segments of a block come to must be what single packets come to: the same
// goodput, the same queues, losses of the same order.
func TestSegmentsBehaveLikePackets(t *testing.T) {
	asIs := func(*netem.Host) {}
	for _, c := range grainCases {
		p, b := c.play(packet.MSS, asIs), c.play(16<<10, asIs)
		t.Logf("%-26s goodput %+5.1f %%, round trip %.1f to %.1f ms, lost %.2f %% and %.2f %%", c.name,
			100*(b.bytes/p.bytes-1), p.trip*1e3, b.trip*1e3, 100*p.dropped/p.bytes, 100*b.dropped/p.bytes)
		if math.Abs(b.bytes/p.bytes-1) > c.rate || math.Abs(b.trip/p.trip-1) > c.trip ||
			b.dropped > 2*p.dropped+p.bytes/1000 || p.dropped > 2*b.dropped+p.bytes/1000 {
			t.Errorf("%s: packet by packet %+v; by blocks %+v", c.name, p, b)
		}
	}
}

var fit = flag.Bool("fit", false, "fit the parameters of the drop-tail queue")

// TestFitDropTail prints how far flows by blocks are from flows packet by packet with
// each pair of the drop-tail queue's parameters.
func TestFitDropTail(t *testing.T) {
	if !*fit {
		t.Skip("fits the parameters of queue.DropTail: run with -v -fit")
	}
	var byPacket []grainResult
	for _, c := range grainCases {
		byPacket = append(byPacket, c.play(packet.MSS, func(*netem.Host) {}))
	}
	t.Log("at once   cut  goodput  round trip  losses of each case by blocks, as multiples of packet by packet")
	for _, atOnce := range []uint8{40, 50, 60, 70, 80, 100} {
		for _, cut := range []uint8{25, 50, 75, 100} {
			var rate, trip float64
			losses := ""
			for i, c := range grainCases {
				p, b := byPacket[i], c.play(16<<10, func(h *netem.Host) { h.TCP().FitDropTail(atOnce, cut) })
				rate += math.Abs(b.bytes/p.bytes - 1)
				trip += math.Abs(b.trip/p.trip - 1)
				losses += fmt.Sprintf(" %5.2f", b.dropped/p.dropped)
			}
			n := float64(len(grainCases)) / 100
			mark := ""
			if atOnce == queue.AtOncePercent && cut == queue.CutPercent {
				mark = "  in use"
			}
			t.Logf("%5d %% %3d %% %6.2f %% %9.2f %% %s%s", atOnce, cut, rate/n, trip/n, losses, mark)
		}
	}
}

// What a download's acknowledgements need of a narrow uplink decides its rate, by
// blocks as packet by packet.
func TestAcknowledgementsFillANarrowUplink(t *testing.T) {
	for _, flows := range []int{10, 40} {
		rate := func(segment uint32) (bytes float64, queued time.Duration) {
			l := netemtest.NewPath(netem.TCPCubic, 25*time.Millisecond)
			l.Net.Segment, l.Net.Window = segment, 256<<10
			to := l.AddLink(netem.Link{
				UpBytesPerSec: 20e3, DownBytesPerSec: 4e6, UpQueueBytes: 16 << 10, DownQueueBytes: 256 << 10,
			})
			for range flows {
				l.Sender(1, netemtest.Wide)
			}
			l.Every(100*time.Millisecond, 60*time.Second, func(now time.Duration) {
				queued = max(queued, to.Host.TCP().UpFree-now)
			})
			for _, n := range to.Bytes {
				bytes += float64(n)
			}
			return bytes, queued
		}
		b1, q1 := rate(packet.MSS)
		b2, q2 := rate(16 << 10)
		t.Logf("%d flows: goodput %+.1f %%, the uplink queue at most %v and %v", flows, 100*(b2/b1-1), q1, q2)
		if math.Abs(b2/b1-1) > 0.15 || q2 > q1*5/4 {
			t.Errorf("%d flows: packet by packet %.0f bytes and a queue of %v, by blocks %.0f and %v", flows, b1, q1, b2, q2)
		}
	}
}

// Flows whose windows are a few packets share a full queue as evenly by blocks as
// packet by packet.
func TestACrowdSharesAFullQueue(t *testing.T) {
	for _, segment := range []uint32{packet.MSS, 16 << 10} {
		l := newCrowd(segment, 30)
		l.Run(900 * time.Second)
		var got []float64
		for _, a := range l.Apps[1:] {
			got = append(got, float64(a.Bytes[0]))
		}
		slices.Sort(got)
		least, most := got[0]/got[15], got[29]/got[15]
		t.Logf("segments of %d: from %.3f to %.3f of the median", segment, least, most)
		if least < 0.88 || most > 1.12 {
			t.Errorf("segments of %d: one of 30 flows gets %.3f of what the median gets, another %.3f", segment, least, most)
		}
	}
}
