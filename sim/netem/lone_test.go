package netem

import (
	"math"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/netem/packet"
)

// twoHosts is a path on which host 1 sends host 0 messages at those times.
func twoHosts(segment uint32, k Link, at []time.Duration, messages []Message) *lab {
	l := newPath(Cubic, 50*time.Millisecond)
	l.net.Segment = segment
	l.addLink(k)
	from := l.addLink(k)
	from.start = func(a *app) {
		c := a.host.Dial(0, 10*time.Second)
		for i := range at {
			a.plan = append(a.plan, timed{at[i], func(a *app) { a.host.Send(c, &messages[i], nil) }})
		}
	}
	return l
}

// Lone messages are spared events, and nothing else: they arrive when packets do that
// are acknowledged one by one, and take as much of the links, acknowledgements included.
func TestLoneMessagesComeToWhatPacketsDo(t *testing.T) {
	const n = 1000
	var at []time.Duration
	var messages []Message
	for i := range n {
		at = append(at, time.Second+time.Duration(i)*70*time.Millisecond)
		messages = append(messages, Message{Bytes: 17})
	}
	at, messages = append(at, 100*time.Second), append(messages, Message{Bytes: 17})
	type result struct {
		arrived   []time.Duration
		sent, got int64
		events    int64
	}
	play := func(segment uint32) (r result) {
		l := twoHosts(segment, Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6}, at, messages)
		to, from := l.apps[0], l.apps[1]
		to.received = func(a *app, c ConnID, _ Message) {
			r.arrived = append(r.arrived, a.host.Now())
			if len(r.arrived) == n+1 { // what rested goes along
				a.host.Send(c, &Message{Bytes: 17}, nil)
			}
		}
		l.run(102 * time.Second)
		r.sent, r.got, r.events = from.host.Traffic.WireSent, from.host.Traffic.WireReceived, l.engine.Events()
		return r
	}
	packets, lone := play(packet.MaxSegment), play(16<<10)
	if !slices.Equal(packets.arrived, lone.arrived) || len(lone.arrived) != n+1 {
		t.Errorf("%d packets and %d lone messages arrive, or at other times", len(packets.arrived), len(lone.arrived))
	}
	if packets.sent != lone.sent+packet.Headers { // the last acknowledgement rests
		t.Errorf("%d bytes went as packets, %d as lone messages", packets.sent, lone.sent)
	}
	// Only so many acknowledgements may rest.
	if want := float64(packets.got) * MaxAcks / n; math.Abs(float64(lone.got)/want-1) > 0.02 {
		t.Errorf("%d bytes came back to packets, %d to lone messages, want %.0f", packets.got, lone.got, want)
	}
	if lone.events > packets.events*6/10 {
		t.Errorf("%d events for packets, %d for lone messages", packets.events, lone.events)
	}
}

// A lone message that comes past something shows that it was lost, as any packet does.
func TestALoneMessageShowsWhatWasLost(t *testing.T) {
	const at = 3 * time.Second
	play := func(times ...time.Duration) (took time.Duration) {
		messages := []Message{{Bytes: 80_000}, {Bytes: block, X: 1}, {Bytes: 17}, {Bytes: 17}}
		l := twoHosts(16<<10, wide, append([]time.Duration{at - 400*time.Millisecond}, times...), messages)
		to := l.apps[0]
		to.received = func(a *app, _ ConnID, m Message) {
			if m.X == 1 {
				took = a.host.Now() - at
			}
		}
		to.plan = []timed{
			{at, func(a *app) { a.host.downQueueLimit = 1 }}, // the block will find it full
			{at + 60*time.Millisecond, func(a *app) { a.host.downQueueLimit = 0 }},
		}
		l.run(10 * time.Second)
		return took
	}
	// It arrives 80 ms after the block went, and its acknowledgement 50 ms later. A probe
	// would go after two round trips, 200 ms, and its acknowledgement be there after 300.
	alone, followed := play(at), play(at, at+30*time.Millisecond)
	if sooner := alone - followed; sooner < 165*time.Millisecond || sooner > 175*time.Millisecond {
		t.Errorf("the block took %v, with a message behind it %v, want 170 ms less", alone, followed)
	}
}
