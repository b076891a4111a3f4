package tcp_test

import (
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
)

// Fifty flows through a full queue: none starves, over any half minute.
func TestFiftyFlowsShareAFullQueue(t *testing.T) {
	for _, segment := range []uint32{packet.MSS, 16 << 10} {
		l := newCrowd(segment, 50)
		got := make([]int64, 51)
		l.Every(30*time.Second, 301*time.Second, func(now time.Duration) {
			for i, a := range l.Apps[1:] {
				if a.Bytes[0] == got[i] {
					t.Errorf("segments of %d: flow %d got nothing in the 30 s before %v", segment, i, now)
				}
				got[i] = a.Bytes[0]
			}
		})
	}
}

// The queue of a saturated uplink of 1 MB/s with 64 KiB adds about 65 ms when
// it is full.
func TestQueueingDelay(t *testing.T) {
	l := netemtest.NewPath(netem.TCPCubic, 25*time.Millisecond)
	l.AddLink(netemtest.Wide)
	from := l.Sender(4, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10})
	longest := time.Duration(0)
	l.Every(10*time.Millisecond, 30*time.Second, func(time.Duration) {
		longest = max(longest, from.Host.TCP().UpFree-from.Host.Now())
	})
	if longest < 62*time.Millisecond || longest > 67*time.Millisecond {
		t.Errorf("the queue grew to %v; 64 KiB at 1 MB/s are 65.5 ms", longest)
	}
}

// FQ-CoDel keeps the queue short, and sends the small messages of one flow at once while others
// fill the queue.
func TestFairQueue(t *testing.T) {
	trip := func(fair bool) time.Duration {
		l := netemtest.NewPath(netem.TCPCubic, 25*time.Millisecond)
		l.AddLink(netemtest.Wide)
		from := l.Sender(4, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 512 << 10, FairQueue: fair})
		light := l.AddLink(netemtest.Wide)
		var asked, worst time.Duration
		light.OnReceived = func(a *netemtest.App, _ netem.ConnID, _ netem.Message) { worst = max(worst, a.Host.Now()-asked) }
		from.OnReceived = func(a *netemtest.App, c netem.ConnID, m netem.Message) {
			a.Host.Send(c, &netem.Message{Bytes: 100}, nil)
		}
		var toSender netem.ConnID
		light.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { toSender = c }
		light.Start = func(a *netemtest.App) { a.Host.Dial(1, 10*time.Second) }
		for at := 5 * time.Second; at < 20*time.Second; at += 500 * time.Millisecond {
			light.Plan = append(light.Plan, netemtest.Timed{At: at, Do: func(a *netemtest.App) {
				asked = a.Host.Now()
				a.Host.Send(toSender, &netem.Message{Bytes: 100}, nil)
			}})
		}
		opened := from.OnOpened
		from.OnOpened = func(a *netemtest.App, c netem.ConnID, dialed bool) {
			if dialed {
				opened(a, c, dialed)
			}
		}
		l.Run(20 * time.Second)
		return worst
	}
	plain, fair := trip(false), trip(true)
	t.Logf("a question took at most %v behind a plain queue, %v with FQ-CoDel", plain, fair)
	if plain < 300*time.Millisecond || fair > 80*time.Millisecond {
		t.Errorf("a question took at most %v behind a plain queue, %v with FQ-CoDel", plain, fair)
	}
}
