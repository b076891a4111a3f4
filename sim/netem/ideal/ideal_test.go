package ideal_test

import (
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
)

// A saturated uplink carries its rate within 0.5 %, headers included.
func TestUplinkCarriesItsRate(t *testing.T) {
	for _, segment := range []uint32{packet.MSS, 4096, 16 << 10} {
		l := netemtest.New(25*time.Millisecond, segment, 256<<10)
		to := l.Add(100e6, 100e6)
		from := l.Add(1e6, 1e6)
		from.Start = netemtest.DialAll(3)
		from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c) }
		from.OnSent = netemtest.Feed
		l.Run(100 * time.Second)
		wire := float64(from.Host.Traffic().WireSent)
		if wire < 0.995*100e6 || wire > 1.005*100e6 {
			t.Errorf("segments of %d: %.0f bytes in 100 s on a link of 1 MB/s", segment, wire)
		}
		// Of 1,500 bytes, 1,448 are payload: what real clients' traffic shows.
		payload := float64(to.Bytes[1])
		if share := payload / wire; share < 0.955 || share > 1448.0/1500 {
			t.Errorf("segments of %d: %.4f of the link is stream, at most %.4f can be", segment, share, 1448.0/1500)
		}
	}
}

// A slow downlink is used in full too, and never carries more than its rate.
func TestDownlinkCarriesItsRate(t *testing.T) {
	l := netemtest.New(25*time.Millisecond, 16<<10, 256<<10)
	to := l.Add(1e6, 1e6)
	from := l.Add(10e6, 10e6)
	from.Start = netemtest.DialAll(2)
	from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c) }
	from.OnSent = netemtest.Feed
	l.Run(100 * time.Second)
	if got := float64(to.Host.Traffic().WireReceived); got < 0.995*100e6 || got > 1.0001*100e6 {
		t.Errorf("%.0f bytes in 100 s on a link of 1 MB/s", got)
	}
}

// Fifty connections share an uplink for 300 s: each gets within 10 % of a fair
// share, and none starves.
func TestFiftyConnectionsShareFairly(t *testing.T) {
	l := netemtest.New(25*time.Millisecond, 16<<10, 256<<10)
	from := l.Add(1e6, 1e6)
	from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c) }
	from.OnSent = netemtest.Feed
	for range 50 {
		l.Add(1e6, 4e6).Start = netemtest.DialAll(1)
	}
	l.Run(300 * time.Second)
	fair := 300e6 * 1448 / 1500 / 50
	for _, a := range l.Apps[1:] {
		if got := float64(a.Bytes[0]); got < 0.9*fair || got > 1.1*fair {
			t.Errorf("host %d got %.0f bytes; %.0f would be fair", a.Host.ID(), got, fair)
		}
	}
}

// The window limits what is in flight: on a long path the rate is a window per round trip.
func TestWindowLimitsRate(t *testing.T) {
	l := netemtest.New(500*time.Millisecond, 16<<10, 64<<10)
	l.Add(100e6, 100e6)
	from := l.Add(100e6, 100e6)
	from.Start = netemtest.DialAll(1)
	from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c) }
	from.OnSent = netemtest.Feed
	l.Run(101 * time.Second)
	got := float64(l.Apps[0].Bytes[1]) / 100
	if want := float64(64 << 10); got < 0.9*want || got > 1.3*want { // a segment may overshoot the window
		t.Errorf("%.0f bytes a round trip of 1 s, window %.0f", got, want)
	}
}
