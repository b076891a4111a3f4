package tcp_test

import (
	"slices"
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
)

// A path that fails: timeouts that double, one packet each; then slow start up to the threshold,
// and all that was sent arrives in order.
func TestTimeoutAndRecovery(t *testing.T) {
	l := netemtest.NewPath(netem.TCPReno, 50*time.Millisecond)
	l.SplitHost(3*time.Second, 6*time.Second)
	to := l.AddLink(netemtest.Wide)
	from := l.Sender(1, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 64 << 10})
	n := uint32(0)
	from.OnSent = func(a *netemtest.App, c netem.ConnID) {
		n++
		a.Host.Send(c, &netem.Message{Bytes: netemtest.Block, NotifySent: true, X: n}, nil)
	}
	var backoffs []int
	l.Every(10*time.Millisecond, 12*time.Second, func(now time.Duration) {
		f := info(from)
		if now < 3*time.Second || now > 6*time.Second {
			return
		}
		if f.Backoff > 0 && (len(backoffs) == 0 || backoffs[len(backoffs)-1] != f.Backoff) {
			backoffs = append(backoffs, f.Backoff)
		}
		if f.Backoff > 0 && f.Cwnd != packet.MSS {
			t.Fatalf("at %v the window is %.0f after a timeout; want one segment", now, f.Cwnd)
		}
	})
	if !slices.Equal(backoffs, []int{1, 2, 3}) {
		t.Errorf("timeouts %v in 3 s; about 0.4, 0.7 and 1.4 s are three", backoffs)
	}
	if f := info(from); f.InRecovery || f.Cwnd < 10*packet.MSS {
		t.Errorf("6 s later the window is %.0f bytes, in recovery %v", f.Cwnd, f.InRecovery)
	}
	for i, x := range to.Order {
		if x != uint32(i) {
			t.Fatalf("message %d came in place %d", x, i)
		}
	}
	if len(to.Order) < 300 {
		t.Errorf("%d blocks in 12 s", len(to.Order))
	}
}

// A retransmission starts the timeout anew, however late the loss was detected.
func TestTimeoutCountsFromTheRetransmission(t *testing.T) {
	l := netemtest.NewPath(netem.TCPCubic, 50*time.Millisecond)
	l.AddLink(netemtest.Wide)
	from := l.Sender(1, netemtest.Wide)
	const at = 3050 * time.Millisecond
	from.Plan = []netemtest.Timed{{At: at, Do: func(a *netemtest.App) {
		a.Host.TCP().LoseFirst(0, at+time.Millisecond)
	}}}
	l.Run(at + 40*time.Millisecond)
	if f := info(from); f.RTORecovery || f.RTOAt < at+f.RTO {
		t.Errorf("40 ms after a retransmission: timed out %v, the next timeout %v after it; want %v",
			f.RTORecovery, f.RTOAt-at, f.RTO)
	}
}

// Jitter delays and never reorders: it does not look like loss.
func TestJitterKeepsOrder(t *testing.T) {
	l := netemtest.NewPath(netem.TCPCubic, 25*time.Millisecond)
	l.Net.Jitter = 30 * time.Millisecond
	l.Net.Window = 128 << 10
	to := l.AddLink(netemtest.Wide)
	from := l.Sender(1, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 1 << 20})
	l.Run(20 * time.Second)
	if again := from.Host.Traffic().StreamSent - int64(info(from).SndNxt); again > 0 || to.Bytes[1] < 17e6 {
		t.Errorf("%d bytes were sent again, %d arrived", again, to.Bytes[1])
	}
}
