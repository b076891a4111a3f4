package tcp_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/tcp"
)

// Slow start doubles the window each round trip, from ten segments (RFC 6928).
func TestSlowStartDoubles(t *testing.T) {
	for _, transport := range []netem.Transport{netem.TCPReno, netem.TCPCubic} {
		l := netemtest.NewPath(transport, 50*time.Millisecond)
		l.AddLink(netemtest.Wide)
		from := l.Sender(1, netemtest.Wide)
		var windows []int
		l.Every(100*time.Millisecond, 560*time.Millisecond, func(time.Duration) {
			windows = append(windows, int(math.Round(info(from).Cwnd/packet.MSS)))
		})
		if want := []int{10, 10, 20, 40, 80, 160}; !slices.Equal(windows[:5], want[:5]) {
			t.Errorf("transport %d: window of %v segments after each round trip; want about %v", transport, windows, want)
		}
	}
}

// A saturated uplink: the queue fills, something is lost, Reno halves its
// window, loses no time and grows by a segment a round trip (RFC 5681).
func TestRenoSawtooth(t *testing.T) {
	l := netemtest.NewPath(netem.TCPReno, 25*time.Millisecond)
	to := l.AddLink(netemtest.Wide)
	from := l.Sender(1, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10})
	var before, peak, growth float64
	falls, timeouts := 0, 0
	last := time.Duration(0)
	l.Every(5*time.Millisecond, 60*time.Second, func(now time.Duration) {
		if now < 5*time.Second { // slow start and what it cost are over
			return
		}
		f := info(from)
		w := f.Cwnd / packet.MSS
		if f.RTORecovery {
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
	if got := float64(to.Bytes[1]) / 60e6; got < 0.955 || got > 0.966 {
		t.Errorf("%.4f of the uplink carried content", got)
	}
}

// HyStart leaves slow start before the queue overflows, also where segments are
// so coarse that a round trip has few acknowledgements.
func TestHyStartEndsSlowStart(t *testing.T) {
	for _, segment := range []uint32{packet.MSS, 16 << 10} {
		l := netemtest.NewPath(netem.TCPCubic, 50*time.Millisecond)
		l.Net.Segment = segment
		l.AddLink(netemtest.Wide)
		from := l.Sender(1, netem.Link{UpBytesPerSec: 500e3, DownBytesPerSec: 1e6, UpQueueBytes: 112 << 10})
		l.Run(2 * time.Second)
		f := info(from)
		if dropped := from.Host.Traffic().StreamDropped; f.Ssthresh == tcp.Unlimited || dropped > 0 {
			t.Errorf("segments of %d: threshold %.0f, %d bytes lost after 2 s", segment, f.Ssthresh, dropped)
		}
	}
}

// Where the queue has room slow start goes on until the path is full, for any segment size: HyStart
// does not take its own bursts for a queue.
func TestHyStartWaitsForTheQueue(t *testing.T) {
	for _, segment := range []uint32{packet.MSS, 16 << 10} {
		l := netemtest.NewPath(netem.TCPCubic, 100*time.Millisecond)
		l.Net.Segment, l.Net.Window = segment, 8<<20
		l.AddLink(netem.Link{UpBytesPerSec: 12.5e6, DownBytesPerSec: 12.5e6})
		from := l.Sender(1, netem.Link{UpBytesPerSec: 12.5e6, DownBytesPerSec: 12.5e6, UpQueueBytes: 2.5e6})
		l.Run(3 * time.Second)
		if f := info(from); f.Ssthresh < 2.5e6 {
			t.Errorf("segments of %d: slow start ended at %.0f bytes, less than the path holds", segment, f.Ssthresh)
		}
	}
}

// Long-run throughput of Reno under random loss follows Mathis' formula. Bytes
// are counted when acknowledged, so delayed acknowledgements do not slow growth:
// b is 1.
func TestRandomLossFollowsMathis(t *testing.T) {
	for _, p := range []float64{0.0001, 0.0003, 0.001, 0.003, 0.01} {
		l := netemtest.NewPath(netem.TCPReno, 50*time.Millisecond)
		l.Net.Loss = p
		l.Net.Seed = 7
		to := l.AddLink(netemtest.Wide)
		from := l.Sender(1, netemtest.Wide)
		from.Host.Start(from.Host.ID()) // again, as it draws the first loss
		seconds := 3 / p / 10
		seconds = min(max(seconds, 600), 6000)
		l.Run(time.Duration(seconds * 1e9))
		got := float64(to.Bytes[1]) / seconds
		want := packet.MSS / 0.1 * math.Sqrt(3/(2*p))
		t.Logf("p=%.4f: %.0f B/s, Mathis %.0f, ratio %.3f", p, got, want, got/want)
		if got < 0.85*want || got > 1.15*want {
			t.Errorf("p=%.4f: %.0f bytes a second, Mathis says %.0f", p, got, want)
		}
	}
}

// Two flows share a link, one with four times the other's round trip. Under Reno it gets much less
// than a quarter of the other's share; CUBIC reduces the difference.
func TestRoundTripUnfairness(t *testing.T) {
	ratio := func(transport netem.Transport) float64 {
		l := netemtest.NewPath(transport, 10*time.Millisecond)
		l.Net.Delay = func(a, b engine.HostID) time.Duration {
			if a == 2 || b == 2 {
				return 80 * time.Millisecond
			}
			return 20 * time.Millisecond
		}
		to := l.AddLink(netem.Link{UpBytesPerSec: 1e9, DownBytesPerSec: 5e6, DownQueueBytes: 64 << 10})
		l.Sender(1, netemtest.Wide)
		l.Sender(1, netemtest.Wide)
		l.Run(600 * time.Second)
		return float64(to.Bytes[1]) / float64(to.Bytes[2])
	}
	reno, cubic := ratio(netem.TCPReno), ratio(netem.TCPCubic)
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

// LEDBAT flows share a link, keep its queue at their target, and leave it to a TCP flow.
func TestLedbatSharesAndYields(t *testing.T) {
	bottleneck := netem.Link{UpBytesPerSec: 1e9, DownBytesPerSec: 1e6, DownQueueBytes: 256 << 10}
	l := netemtest.NewPath(netem.UTP, 25*time.Millisecond)
	to := l.AddLink(bottleneck)
	a, b := l.Sender(1, netemtest.Wide), l.Sender(1, netemtest.Wide)
	l.Run(300 * time.Second)
	x, y := float64(to.Bytes[1]), float64(to.Bytes[2])
	if share := x / (x + y); share < 0.4 || share > 0.6 || x+y < 0.93*300e6 {
		t.Errorf("two LEDBAT flows got %.0f and %.0f bytes in 300 s", x, y)
	}
	for _, s := range []*netemtest.App{a, b} {
		if rtt := info(s).SRTT; rtt > 50*time.Millisecond+130*time.Millisecond {
			t.Errorf("round trip %v; 50 ms and the target of 100 ms are the aim", rtt)
		}
	}

	rate := func(ledbats int) float64 {
		l := netemtest.NewPath(netem.TCPCubic, 25*time.Millisecond)
		to := l.AddLink(bottleneck)
		l.Sender(1, netemtest.Wide)
		for range ledbats {
			l.Sender(1, netemtest.Wide).Host.DialWith(netem.UTP)
		}
		l.Run(300 * time.Second)
		return float64(to.Bytes[1]) / 300
	}
	solo, beside := rate(0), rate(1)
	t.Logf("CUBIC alone %.0f B/s, beside LEDBAT %.0f B/s", solo, beside)
	if beside < 0.95*solo {
		t.Errorf("a TCP flow gets %.0f bytes a second beside LEDBAT, %.0f alone", beside, solo)
	}
}
