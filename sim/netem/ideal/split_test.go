package ideal_test

import (
	"slices"
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
)

// A split stalls the connections across it, and nothing is lost: they go on where they were.
func TestSplitEnds(t *testing.T) {
	l := netemtest.New(10*time.Millisecond, 16<<10, 256<<10)
	l.SplitHost(5*time.Second, 15*time.Second)
	to := l.Add(1e6, 1e6)
	from := l.Add(1e6, 1e6)
	from.Start = netemtest.DialAll(1)
	n := uint32(0)
	next := func(a *netemtest.App, c netem.ConnID) {
		a.Host.Send(c, &netem.Message{Bytes: netemtest.Block, X: n, NotifySent: true}, nil)
		n++
	}
	from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { next(a, c) }
	from.OnSent = next
	l.Run(20 * time.Second)
	for i, x := range to.Order {
		if x != uint32(i) {
			t.Fatalf("message %d came in place %d", x, i)
		}
	}
	if want := 10e6 * 1448 / 1500; float64(to.Bytes[1]) < 0.97*want || float64(to.Bytes[1]) > want*1.03 {
		t.Errorf("%d bytes arrived; 10 of 20 s were open, for about %.0f", to.Bytes[1], want)
	}
}

// A small message waits for the uplink as a split begins. It arrives once, after the split, and
// before what is sent after it.
func TestSplitStallsMessagesInTxSchedule(t *testing.T) {
	l := netemtest.New(10*time.Millisecond, 16<<10, 256<<10)
	l.SplitHost(time.Second, 3*time.Second)
	to, other, from := l.Add(1e6, 1e6), l.Add(1e6, 1e6), l.Add(16<<10, 1e6) // a block takes a second
	from.Start = func(a *netemtest.App) {
		a.Host.Dial(0, time.Second)
		a.Host.Dial(1, time.Second)
	}
	say := func(to netem.ConnID, bytes, x uint32) func(*netemtest.App) {
		return func(a *netemtest.App) { a.Host.Send(to, &netem.Message{Bytes: bytes, X: x}, nil) }
	}
	from.Plan = []netemtest.Timed{
		{At: 900 * time.Millisecond, Do: say(1, netemtest.Block, 9)},
		{At: 950 * time.Millisecond, Do: say(0, 17, 1)}, // in TxSchedule behind the block
		{At: 2500 * time.Millisecond, Do: say(0, 17, 2)},
	}
	to.OnReceived = func(a *netemtest.App, _ netem.ConnID, m netem.Message) {
		if a.Host.Now() < 3*time.Second {
			t.Errorf("message %d crossed the split at %v", m.X, a.Host.Now())
		}
	}
	l.Run(5 * time.Second)
	if !slices.Equal(to.Order, []uint32{1, 2}) || !slices.Equal(other.Order, []uint32{9}) {
		t.Errorf("messages %v and %v came, want [1 2] and [9]", to.Order, other.Order)
	}
}
