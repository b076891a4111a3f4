package tcp_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/tcp"
)

// twoHosts is a path on which host 1 sends host 0 messages at the given times.
func twoHosts(segment uint32, k netem.Link, at []time.Duration, messages []netem.Message) *netemtest.Lab {
	l := netemtest.NewPath(netem.TCPCubic, 50*time.Millisecond)
	l.Net.Segment = segment
	l.AddLink(k)
	from := l.AddLink(k)
	from.Start = func(a *netemtest.App) {
		c := a.Host.Dial(0, 10*time.Second)
		for i := range at {
			a.Plan = append(a.Plan, netemtest.Timed{At: at[i], Do: func(a *netemtest.App) { a.Host.Send(c, &messages[i], nil) }})
		}
	}
	return l
}

// Small messages take fewer events, and that is all: they arrive when packets do that are
// acknowledged one by one, and take as much of the links, acknowledgements included.
func TestSmallMessagesBehaveLikePackets(t *testing.T) {
	const n = 1000
	var at []time.Duration
	var messages []netem.Message
	for i := range n {
		at = append(at, time.Second+time.Duration(i)*70*time.Millisecond)
		messages = append(messages, netem.Message{Bytes: 17})
	}
	at, messages = append(at, 100*time.Second), append(messages, netem.Message{Bytes: 17})
	type result struct {
		arrived   []time.Duration
		sent, got int64
		events    int64
	}
	play := func(segment uint32) (r result) {
		l := twoHosts(segment, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6}, at, messages)
		to, from := l.Apps[0], l.Apps[1]
		to.OnReceived = func(a *netemtest.App, c netem.ConnID, _ netem.Message) {
			r.arrived = append(r.arrived, a.Host.Now())
			if len(r.arrived) == n+1 { // it carries the delayed acknowledgements
				a.Host.Send(c, &netem.Message{Bytes: 17}, nil)
			}
		}
		l.Run(102 * time.Second)
		r.sent, r.got, r.events = from.Host.Traffic().WireSent, from.Host.Traffic().WireReceived, l.Engine.Events()
		return r
	}
	packets, small := play(packet.MSS), play(16<<10)
	if !slices.Equal(packets.arrived, small.arrived) || len(small.arrived) != n+1 {
		t.Errorf("%d packets and %d small messages arrive, or at other times", len(packets.arrived), len(small.arrived))
	}
	if packets.sent != small.sent+packet.Headers { // the last acknowledgement is delayed
		t.Errorf("%d bytes went as packets, %d as small messages", packets.sent, small.sent)
	}
	// At most maxAcks acknowledgements are delayed.
	if want := float64(packets.got) * tcp.MaxAcks / n; math.Abs(float64(small.got)/want-1) > 0.02 {
		t.Errorf("%d bytes came back to packets, %d to small messages, want %.0f", packets.got, small.got, want)
	}
	if small.events > packets.events*6/10 {
		t.Errorf("%d events for packets, %d for small messages", packets.events, small.events)
	}
}

// A small message beyond a hole shows the loss, as any packet does.
func TestASmallMessageShowsALoss(t *testing.T) {
	const at = 3 * time.Second
	full := netemtest.Wide
	full.DownQueueBytes = 1
	play := func(times ...time.Duration) (took time.Duration) {
		messages := []netem.Message{{Bytes: 80_000}, {Bytes: netemtest.Block, X: 1}, {Bytes: 17}, {Bytes: 17}}
		l := twoHosts(16<<10, netemtest.Wide, append([]time.Duration{at - 400*time.Millisecond}, times...), messages)
		to := l.Apps[0]
		to.OnReceived = func(a *netemtest.App, _ netem.ConnID, m netem.Message) {
			if m.X == 1 {
				took = a.Host.Now() - at
			}
		}
		to.Plan = []netemtest.Timed{
			{At: at, Do: func(a *netemtest.App) { a.Host.SetLink(full) }}, // when the block arrives
			{At: at + 60*time.Millisecond, Do: func(a *netemtest.App) { a.Host.SetLink(netemtest.Wide) }},
		}
		l.Run(10 * time.Second)
		return took
	}
	// It arrives 80 ms after the block went, and its acknowledgement 50 ms later. A probe
	// would go after two round trips, 200 ms, and its acknowledgement be there after 300.
	alone, followed := play(at), play(at, at+30*time.Millisecond)
	if sooner := alone - followed; sooner < 165*time.Millisecond || sooner > 175*time.Millisecond {
		t.Errorf("the block took %v, with a message behind it %v, want 170 ms less", alone, followed)
	}
}
