package backlog

import (
	"slices"
	"testing"
	"time"

	"swarmsim/registry/registrytest"
)

const block = 16 << 10

func TestEntriesAreWellFormed(t *testing.T) { registrytest.Check(t, Strategies()) }

// The number of requests in flight follows the neighbour's rate and round trip.
func TestRateFollowsRateAndRoundTrip(t *testing.T) {
	rule := byRate.New(byRate.Defaults())
	for _, x := range []struct {
		rate float64
		trip time.Duration
		want int
	}{
		{0, 0, 5}, {1e4, 100 * time.Millisecond, 2},
		{block * 100, 500 * time.Millisecond, 102}, // a second of 100 blocks a second, and two
		{block * 100, 1500 * time.Millisecond, 202},
		{1e9, time.Second, 250},
	} {
		if got := rule.NewRequests(&Pace{perSec: x.rate, trip: x.trip}, Input{BlockBytes: block, Trigger: BlockReceived}); got != x.want {
			t.Errorf("%.0f B/s over %v: %d requests, want %d", x.rate, x.trip, got, x.want)
		}
	}
}

// play feeds a rule with a neighbour that sends a block each interval, as long
// as something is asked of it, and returns how many requests are out.
func play(rule Rule, interval, until time.Duration) int {
	var p Pace
	p.OnUnchoke(0)
	out := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: Unchoked})
	rule.Added(&p, out)
	for now := interval; now < until; now += interval {
		why := Timer
		if out > 0 {
			p.OnBlock(now, block)
			p.CountArrival(now, block)
			out--
			why = BlockReceived
		}
		if n := rule.NewRequests(&p, Input{BlockBytes: block, Now: now, Trigger: why, Outstanding: out, DownRate: block / interval.Seconds()}); n > 0 {
			rule.Added(&p, n)
			out += n
		}
	}
	return out
}

// A peer counts only for rules that say they look at that: who does must say so.
func TestWhoLooksAtCountsSaysSo(t *testing.T) {
	outcome := func(x Strategy, counted bool) (wants []int) {
		rule, out := x.New(x.Defaults()), 0
		var p Pace
		for now := time.Millisecond; now < time.Minute; now += 100 * time.Millisecond {
			for range min(out, 3) { // several at a moment
				p.OnBlock(now, block)
				if counted {
					p.CountArrival(now, block)
				}
				out--
			}
			n := rule.NewRequests(&p, Input{BlockBytes: block, Now: now, Trigger: BlockReceived, Outstanding: out, DownRate: 30 * block})
			if n > 0 {
				rule.Added(&p, n)
				out += n
			}
			wants = append(wants, n)
		}
		return wants
	}
	for _, x := range Strategies() {
		_, says := x.New(x.Defaults()).(NeedsArrivals)
		if looks := !slices.Equal(outcome(x, true), outcome(x, false)); looks != says {
			t.Errorf("%s: looks at what is counted: %v, says so: %v", x.Name, looks, says)
		}
	}
}

// aria2: twice as many once a quarter came in a pass or, with a choke, will not
// come; but once for each such moment, and not in the end game.
func TestBursts(t *testing.T) {
	rule := bursts.New(bursts.Defaults())
	var p Pace
	for at, x := range []struct {
		came, lost int
		end        bool
		want       int
	}{{1, 0, false, 6}, {2, 0, false, 12}, {2, 0, false, 12}, {9, 0, false, 24}, {0, 24, false, 48}, {48, 0, true, 48}} {
		now, got := time.Duration(at+1)*onePass, 0
		for range x.came {
			p.OnBlock(now, block)
			p.CountArrival(now, block)
			got = rule.NewRequests(&p, Input{BlockBytes: block, Now: now, Trigger: BlockReceived, EndGame: x.end})
		}
		if x.lost > 0 {
			p.OnRequestsLost(now, x.lost)
			got = rule.NewRequests(&p, Input{BlockBytes: block, Now: now + 1, Trigger: Unchoked, EndGame: x.end})
		}
		if got != x.want {
			t.Errorf("moment %d: %d requests, want %d", at, got, x.want)
		}
	}
}

// libtorrent: two requests follow each block at first; 3 s of the rate in the
// end, which is smoothed.
func TestSlowStart(t *testing.T) {
	rule := slowStart.New(slowStart.Defaults())
	if out := play(rule, 100*time.Millisecond, 650*time.Millisecond); out != 4+6 {
		t.Errorf("%d requests are out after 6 blocks, want 10", out)
	}
	if out := play(rule, 100*time.Millisecond, time.Minute); out < 28 || out > 30 {
		t.Errorf("%d requests are out at 10 blocks a second, want 3 s of that", out)
	}
}

// Mainline: two, and four seconds of the rate.
func TestMainline(t *testing.T) {
	if out := play(mainline.New(mainline.Defaults()), 100*time.Millisecond, time.Minute); out != 42 {
		t.Errorf("%d requests are out at 10 blocks a second, want 42", out)
	}
}

// Transmission: ten seconds of the rate, filled up when a third is gone.
func TestRefill(t *testing.T) {
	if out := play(refill.New(refill.Defaults()), 100*time.Millisecond, time.Minute); out < 60 || out > 100 {
		t.Errorf("%d requests are out at 10 blocks a second, want 66 to 100", out)
	}
}

// anacrolix: batches of 1, 2, 4 and so on, each once the one before is drained.
func TestDoubling(t *testing.T) {
	rule := doubling.New(doubling.Defaults())
	var p Pace
	for batch := 1; batch <= 512; batch *= 2 {
		n := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: BlockReceived})
		if n != batch {
			t.Fatalf("a batch of %d, want %d", n, batch)
		}
		rule.Added(&p, n)
		if more := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: BlockReceived, Outstanding: 1}); more > 0 {
			t.Fatalf("%d more while one is out", more)
		}
	}
	if n := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: BlockReceived}); n != 963 {
		t.Errorf("a batch of %d, want at most 963", n)
	}
	rule.Added(&p, 8)
	rule.(WithdrawalObserver).Withdrawn(&p)
	if n := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: BlockReceived}); n != 14 {
		t.Errorf("a batch of %d after 8, of which one was taken back", n)
	}
	if n := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: LastRejected}); n != 0 {
		t.Errorf("%d after a reject", n)
	}
	if n := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: PieceAvailable}); n != 1 {
		t.Errorf("a batch of %d after none", n)
	}
}

// On a fast and long path requests double each round trip, as blocks come, until a
// second brings little more than the one before; then they are what the rate calls for.
func TestRateGrows(t *testing.T) {
	set := byRate.Defaults()
	ScaleDefaults(set, 2000, func(string) bool { return false })
	rule := byRate.New(set)
	const trip = 100 * time.Millisecond
	var p Pace
	p.OnUnchoke(0)
	out := rule.NewRequests(&p, Input{BlockBytes: block, Trigger: Unchoked})
	for round, want := 1, 2*out; round <= 6; round, want = round+1, 2*want {
		now := time.Duration(round) * trip
		for n := out; n > 0; n-- { // all that was out comes
			p.OnBlock(now, block)
			out--
			out += max(0, rule.NewRequests(&p, Input{Now: now, BlockBytes: block, Trigger: BlockReceived, Outstanding: out}))
		}
		if out != want {
			t.Errorf("round trip %d: %d requests are out, want %d", round, out, want)
		}
	}
	if out := play(rule, 10*time.Millisecond, time.Minute); out != 2+50 { // half a second of that, the round trip is not known
		t.Errorf("%d requests are out at 100 blocks a second", out)
	}
	kept := byRate.Defaults()
	ScaleDefaults(kept, 2000, func(string) bool { return true })
	if *kept.(*ByRate) != *byRate.Defaults().(*ByRate) {
		t.Errorf("what is given becomes %+v", kept)
	}
}

// A rule never lets more be out than it says.
func TestMostIsKept(t *testing.T) {
	for _, x := range Strategies() {
		most := MaxOutstanding(x.Defaults(), time.Second)
		if out := play(x.New(x.Defaults()), 100*time.Microsecond, 10*time.Second); most == 0 || out > most && x.Name != "mainline" {
			t.Errorf("%s: %d requests are out, %d may be", x.Name, out, most)
		}
	}
}
