package netem

import (
	"math"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// newPath is a lab whose connections are of a transport that can lose packets.
func newPath(t Transport, delay time.Duration) *lab {
	l := newLab(delay, packet.MaxSegment, 4<<20)
	l.net.Transport = t
	return l
}

// sender is a host that has flows to host 0, which never stop.
func (l *lab) sender(flows int, k Link) *app {
	a := l.addLink(k)
	a.start = dialAll(flows)
	a.opened = func(a *app, c ConnID, _ bool) { feed(a, c) }
	a.sent = feed
	return a
}

func (l *lab) flow(a *app) *flow { return a.host.flow(0) }

// every calls look at that interval.
func (l *lab) every(step, until time.Duration, look func(now time.Duration)) {
	next := step
	l.engine.Run(until, func(now time.Duration) bool {
		for now >= next {
			look(next)
			next += step
		}
		return true
	})
}

var wide = Link{UpBytesPerSec: 1e9, DownBytesPerSec: 1e9}

// A host that stops listening after it has answered a SYN refuses the same one
// when it is repeated. For the dialer the connection stood; it hears of its end.
func TestARefusalEndsWhatStood(t *testing.T) {
	l := newPath(Reno, 600*time.Millisecond) // a round trip takes longer than a SYN has patience
	to, from := l.addLink(wide), l.addLink(wide)
	to.start = func(a *app) {
		a.plan = []timed{{1500 * time.Millisecond, func(a *app) { a.host.Listen(false) }}}
	}
	from.start = dialAll(1)
	l.run(4 * time.Second)
	if len(from.opens) != 1 || len(from.closed) != 1 || len(from.failed) != 0 {
		t.Errorf("opened at %v, closed at %v, failed at %v", from.opens, from.closed, from.failed)
	}
}

// Slow start doubles the window each round trip, from ten segments (RFC 6928).
func TestSlowStartDoubles(t *testing.T) {
	for _, transport := range []Transport{Reno, Cubic} {
		l := newPath(transport, 50*time.Millisecond)
		l.addLink(wide)
		from := l.sender(1, wide)
		var windows []int
		l.every(100*time.Millisecond, 560*time.Millisecond, func(time.Duration) {
			windows = append(windows, int(math.Round(l.flow(from).cubic.cwnd/packet.MaxSegment)))
		})
		if want := []int{10, 10, 20, 40, 80, 160}; !slices.Equal(windows[:5], want[:5]) {
			t.Errorf("transport %d: window of %v segments after each round trip; want about %v", transport, windows, want)
		}
	}
}

// A saturated uplink: the queue fills, something is lost, Reno halves its
// window, loses no time and grows by a segment a round trip (RFC 5681).
func TestRenoSawtooth(t *testing.T) {
	l := newPath(Reno, 25*time.Millisecond)
	to := l.addLink(wide)
	from := l.sender(1, Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10})
	var before, peak, growth float64
	falls, timeouts := 0, 0
	last := time.Duration(0)
	l.every(5*time.Millisecond, 60*time.Second, func(now time.Duration) {
		if now < 5*time.Second { // slow start and what it cost are over
			return
		}
		f := l.flow(from)
		w := f.cubic.cwnd / packet.MaxSegment
		if f.rtoRecovery {
			timeouts++
		}
		switch {
		case w < 0.6*before:
			if share := w / before; share < 0.49 || share > 0.51 {
				t.Errorf("at %v the window fell from %.1f to %.1f segments", now, before, w)
			}
			falls++
			peak, last = before, now
		case falls > 0 && before < peak && w >= 0.99*peak:
			growth = (w - peak/2) / (now - last).Seconds()
		}
		before = w
	})
	// Bandwidth-delay product and queue hold 50+65 ms at 1 MB/s: 77 packets.
	if falls < 10 || timeouts > 0 || peak < 75 || peak > 80 {
		t.Errorf("%d falls from %.1f segments, %d looks in a timeout", falls, peak, timeouts)
	}
	if growth < 9 || growth > 13 { // a segment each 75 to 115 ms
		t.Errorf("it grew by %.1f segments a second", growth)
	}
	if got := float64(to.bytes[1]) / 60e6; got < 0.955 || got > 0.966 {
		t.Errorf("%.4f of the uplink carried content", got)
	}
}

// A path that goes dark: timeouts that double, one packet each; then slow start
// up to the threshold, and all that was sent arrives in order.
func TestTimeoutAndRecovery(t *testing.T) {
	l := newPath(Reno, 50*time.Millisecond)
	l.net.Splits = []Split{{3 * time.Second, 6 * time.Second, func(id engine.HostID) bool { return id == 0 }}}
	to := l.addLink(wide)
	from := l.sender(1, Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 64 << 10})
	n := uint32(0)
	from.sent = func(a *app, c ConnID) {
		n++
		a.host.Send(c, &Message{Bytes: block, Notify: true, X: n}, nil)
	}
	var backoffs []uint8
	l.every(10*time.Millisecond, 12*time.Second, func(now time.Duration) {
		f := l.flow(from)
		if now < 3*time.Second || now > 6*time.Second {
			return
		}
		if f.backoff > 0 && (len(backoffs) == 0 || backoffs[len(backoffs)-1] != f.backoff) {
			backoffs = append(backoffs, f.backoff)
		}
		if f.backoff > 0 && f.cubic.cwnd != packet.MaxSegment {
			t.Fatalf("at %v the window is %.0f after a timeout; want one segment", now, f.cubic.cwnd)
		}
	})
	if !slices.Equal(backoffs, []uint8{1, 2, 3}) {
		t.Errorf("timeouts %v in 3 s; about 0.4, 0.7 and 1.4 s are three", backoffs)
	}
	if f := l.flow(from); f.inRecovery || f.cubic.cwnd < 10*packet.MaxSegment {
		t.Errorf("6 s later the window is %.0f bytes, in recovery %v", f.cubic.cwnd, f.inRecovery)
	}
	for i, x := range to.order {
		if x != uint32(i) {
			t.Fatalf("message %d came in place %d", x, i)
		}
	}
	if len(to.order) < 300 {
		t.Errorf("%d blocks in 12 s", len(to.order))
	}
}

// The timeout leaves what has just been repeated the time of a round trip,
// however long its loss went unnoticed.
func TestTimeoutCountsFromTheRepetition(t *testing.T) {
	l := newPath(Cubic, 50*time.Millisecond)
	l.addLink(wide)
	from := l.sender(1, wide)
	const at = 3050 * time.Millisecond
	from.plan = []timed{{at, func(a *app) {
		f := l.flow(a)
		f.rtoAt, f.inRecovery, f.recoveryPoint = at+time.Millisecond, true, f.sndNxt
		f.markLost(&f.unacked[f.firstUnacked])
		a.host.enqueue(&a.host.Conns[0], 0)
	}}}
	l.run(at + 40*time.Millisecond)
	if f := l.flow(from); f.rtoRecovery || f.rtoAt < at+f.rto() {
		t.Errorf("40 ms after a repetition: timed out %v, the next timeout %v after it; want %v", f.rtoRecovery, f.rtoAt-at, f.rto())
	}
}

// HyStart leaves slow start before the queue overflows, also where segments are
// so coarse that a round trip has few acknowledgements.
func TestHyStartEndsSlowStart(t *testing.T) {
	for _, segment := range []uint32{packet.MaxSegment, 16 << 10} {
		l := newPath(Cubic, 50*time.Millisecond)
		l.net.Segment = segment
		l.addLink(wide)
		from := l.sender(1, Link{UpBytesPerSec: 500e3, DownBytesPerSec: 1e6, UpQueueBytes: 112 << 10})
		l.run(2 * time.Second)
		f := l.flow(from)
		if f.cubic.ssthresh == unlimited || from.host.Traffic.StreamDropped > 0 {
			t.Errorf("segments of %d: threshold %.0f, %d bytes lost after 2 s", segment, f.cubic.ssthresh, from.host.Traffic.StreamDropped)
		}
	}
}

// Where there is room in the queue slow start goes on until the path is full, however
// fine segments are: bursts of its own are no queue.
func TestHyStartWaitsForTheQueue(t *testing.T) {
	for _, segment := range []uint32{packet.MaxSegment, 16 << 10} {
		l := newPath(Cubic, 100*time.Millisecond)
		l.net.Segment, l.net.Window = segment, 8<<20
		l.addLink(Link{UpBytesPerSec: 12.5e6, DownBytesPerSec: 12.5e6})
		from := l.sender(1, Link{UpBytesPerSec: 12.5e6, DownBytesPerSec: 12.5e6, UpQueueBytes: 2.5e6})
		l.run(3 * time.Second)
		if f := l.flow(from); f.cubic.ssthresh < 2.5e6 {
			t.Errorf("segments of %d: slow start ended at %.0f bytes, less than the path holds", segment, f.cubic.ssthresh)
		}
	}
}

// Long-run throughput of Reno under random loss follows Mathis' formula. Bytes
// are counted when acknowledged, so delayed acknowledgements do not slow growth:
// b is 1.
func TestRandomLossFollowsMathis(t *testing.T) {
	for _, p := range []float64{0.0001, 0.0003, 0.001, 0.003, 0.01} {
		l := newPath(Reno, 50*time.Millisecond)
		l.net.Loss = p
		l.net.Seed = 7
		to := l.addLink(wide)
		from := l.sender(1, wide)
		from.host.Start(from.host.Self) // the loss was not known before
		seconds := 3 / p / 10
		seconds = min(max(seconds, 600), 6000)
		l.run(time.Duration(seconds * 1e9))
		got := float64(to.bytes[1]) / seconds
		want := packet.MaxSegment / 0.1 * math.Sqrt(3/(2*p))
		t.Logf("p=%.4f: %.0f B/s, Mathis %.0f, ratio %.3f", p, got, want, got/want)
		if got < 0.85*want || got > 1.15*want {
			t.Errorf("p=%.4f: %.0f bytes a second, Mathis says %.0f", p, got, want)
		}
	}
}

// Two flows share a line, one with four times the other's round trip. Under Reno
// the far one gets much less than a quarter of the near one's share; CUBIC
// softens that.
func TestRoundTripUnfairness(t *testing.T) {
	ratio := func(transport Transport) float64 {
		l := newPath(transport, 10*time.Millisecond)
		l.net.Delay = func(a, b engine.HostID) time.Duration {
			if a == 2 || b == 2 {
				return 80 * time.Millisecond
			}
			return 20 * time.Millisecond
		}
		to := l.addLink(Link{UpBytesPerSec: 1e9, DownBytesPerSec: 5e6, DownQueueBytes: 64 << 10})
		l.sender(1, wide)
		l.sender(1, wide)
		l.run(600 * time.Second)
		return float64(to.bytes[1]) / float64(to.bytes[2])
	}
	reno, cubic := ratio(Reno), ratio(Cubic)
	t.Logf("near to far: Reno %.2f, CUBIC %.2f", reno, cubic)
	// Between the ratio of the round trips (about 3.5 with the queue) and its
	// square (Lakshman and Madhow 1997).
	if reno < 3 || reno > 16 {
		t.Errorf("Reno: the near flow gets %.1f times as much", reno)
	}
	if cubic < 1 || cubic > 0.7*reno {
		t.Errorf("CUBIC: the near flow gets %.1f times as much, Reno %.1f", cubic, reno)
	}
}

// LEDBAT flows share a line, keep its queue at their target, and leave it to a
// TCP flow that comes.
func TestLedbatSharesAndYields(t *testing.T) {
	bottleneck := Link{UpBytesPerSec: 1e9, DownBytesPerSec: 1e6, DownQueueBytes: 256 << 10}
	l := newPath(Ledbat, 25*time.Millisecond)
	to := l.addLink(bottleneck)
	a, b := l.sender(1, wide), l.sender(1, wide)
	l.run(300 * time.Second)
	x, y := float64(to.bytes[1]), float64(to.bytes[2])
	if share := x / (x + y); share < 0.4 || share > 0.6 || x+y < 0.93*300e6 {
		t.Errorf("two LEDBAT flows got %.0f and %.0f bytes in 300 s", x, y)
	}
	for _, s := range []*app{a, b} {
		if rtt := l.flow(s).srtt; rtt > 50*time.Millisecond+130*time.Millisecond {
			t.Errorf("round trip %v; 50 ms and the target of 100 ms are the aim", rtt)
		}
	}

	rate := func(ledbats int) float64 {
		l := newPath(Cubic, 25*time.Millisecond)
		to := l.addLink(bottleneck)
		l.sender(1, wide)
		for range ledbats {
			l.sender(1, wide).host.DialWith(Ledbat)
		}
		l.run(300 * time.Second)
		return float64(to.bytes[1]) / 300
	}
	solo, beside := rate(0), rate(1)
	t.Logf("CUBIC alone %.0f B/s, beside LEDBAT %.0f B/s", solo, beside)
	if beside < 0.95*solo {
		t.Errorf("a TCP flow gets %.0f bytes a second beside LEDBAT, %.0f alone", beside, solo)
	}
}

// newCrowd is a lab whose first host sends to so many others, through a queue that is
// always full.
func newCrowd(segment uint32, flows int) *lab {
	l := newPath(Cubic, 25*time.Millisecond)
	l.net.Segment = segment
	from := l.addLink(Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 200_000})
	from.opened = func(a *app, c ConnID, _ bool) { feed(a, c) }
	from.sent = feed
	for range flows {
		l.addLink(wide).start = dialAll(1)
	}
	return l
}

// Fifty flows through one full queue: all live, over any half minute.
func TestFiftyFlowsLive(t *testing.T) {
	for _, segment := range []uint32{packet.MaxSegment, 16 << 10} {
		l := newCrowd(segment, 50)
		got := make([]int64, 51)
		l.every(30*time.Second, 301*time.Second, func(now time.Duration) {
			for i, a := range l.apps[1:] {
				if a.bytes[0] == got[i] {
					t.Errorf("segments of %d: flow %d got nothing in the 30 s before %v", segment, i, now)
				}
				got[i] = a.bytes[0]
			}
		})
	}
}

// The queue of a saturated uplink of 1 MB/s with 64 KiB adds about 65 ms when
// it is full.
func TestQueueingDelay(t *testing.T) {
	l := newPath(Cubic, 25*time.Millisecond)
	l.addLink(wide)
	from := l.sender(4, Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10})
	longest := time.Duration(0)
	l.every(10*time.Millisecond, 30*time.Second, func(time.Duration) {
		longest = max(longest, from.host.UpFree-from.host.Clock)
	})
	if longest < 62*time.Millisecond || longest > 67*time.Millisecond {
		t.Errorf("the queue grew to %v; 64 KiB at 1 MB/s are 65.5 ms", longest)
	}
}

// FQ-CoDel keeps the queue short and lets a flow of small messages through at
// once while others fill the line.
func TestFairQueue(t *testing.T) {
	trip := func(fair bool) time.Duration {
		l := newPath(Cubic, 25*time.Millisecond)
		l.addLink(wide)
		from := l.sender(4, Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 512 << 10, FairQueue: fair})
		light := l.addLink(wide)
		var asked, worst time.Duration
		light.received = func(a *app, _ ConnID, _ Message) { worst = max(worst, a.host.Now()-asked) }
		from.received = func(a *app, c ConnID, m Message) { a.host.Send(c, &Message{Bytes: 100}, nil) }
		var line ConnID
		light.opened = func(a *app, c ConnID, _ bool) { line = c }
		light.start = func(a *app) { a.host.Dial(1, 10*time.Second) }
		for at := 5 * time.Second; at < 20*time.Second; at += 500 * time.Millisecond {
			light.plan = append(light.plan, timed{at, func(a *app) {
				asked = a.host.Now()
				a.host.Send(line, &Message{Bytes: 100}, nil)
			}})
		}
		opened := from.opened
		from.opened = func(a *app, c ConnID, dialed bool) {
			if dialed {
				opened(a, c, dialed)
			}
		}
		l.run(20 * time.Second)
		return worst
	}
	plain, fair := trip(false), trip(true)
	t.Logf("a question took at most %v behind a plain queue, %v with FQ-CoDel", plain, fair)
	if plain < 300*time.Millisecond || fair > 80*time.Millisecond {
		t.Errorf("a question took at most %v behind a plain queue, %v with FQ-CoDel", plain, fair)
	}
}

// What a router lets through is its rate, shared by those behind it.
func TestRouterIsABottleneck(t *testing.T) {
	l := newPath(Cubic, 20*time.Millisecond)
	to := l.addLink(wide)
	for range 4 {
		l.sender(1, wide)
	}
	r := NewRouter(l.net, 20*time.Millisecond, Lane{BytesPerSec: 1e6, QueueBytes: 64 << 10}, Lane{BytesPerSec: 1e6, QueueBytes: 64 << 10})
	r.Start(l.engine.Add(r, engine.Never))
	l.net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return r.id, h >= 1 && h <= 4 }
	l.run(100 * time.Second)
	total := int64(0)
	for h, n := range to.bytes {
		if n < 10e6 {
			t.Errorf("host %d got %d bytes through in 100 s", h, n)
		}
		total += n
	}
	if total < 94e6 || total > 96.6e6 {
		t.Errorf("%d bytes came through a router of 1 MB/s in 100 s", total)
	}
}

// Jitter delays and never reorders: it does not look like loss.
func TestJitterKeepsOrder(t *testing.T) {
	l := newPath(Cubic, 25*time.Millisecond)
	l.net.Jitter = 30 * time.Millisecond
	l.net.Window = 128 << 10
	to := l.addLink(wide)
	from := l.sender(1, Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 1 << 20})
	l.run(20 * time.Second)
	if again := from.host.Traffic.StreamSent - int64(l.flow(from).sndNxt); again > 0 || to.bytes[1] < 17e6 {
		t.Errorf("%d bytes were sent again, %d arrived", again, to.bytes[1])
	}
}
