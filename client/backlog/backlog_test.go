package backlog

import (
	"testing"
	"time"
)

func TestRateFollowsRateAndRoundTrip(t *testing.T) {
	rule := byRate.NewDefault()
	for _, x := range []struct {
		rate      float64 // bytes per second
		roundTrip time.Duration
		want      int
	}{
		{0, 0, 5}, // the rate is unknown: Min
		{1e4, 100 * time.Millisecond, 2},
		{block * 100, 500 * time.Millisecond, 102}, // 100 blocks arrive in 0.5 + 0.5 s, and two
		{block * 100, 1500 * time.Millisecond, 202},
		{1e9, time.Second, 250}, // Max
	} {
		pace := Pace{rate: x.rate, roundTrip: x.roundTrip}
		if got := rule.NewRequests(&pace, Input{BlockBytes: block, Trigger: BlockReceived}); got != x.want {
			t.Errorf("%.0f B/s with a round trip of %v: %d requests, want %d", x.rate, x.roundTrip, got, x.want)
		}
	}
}

// play runs a rule with a neighbour that sends one block in each interval while requests are
// outstanding. It returns the number of outstanding requests at the end.
func play(rule Rule, interval, until time.Duration) int {
	n := &neighbour{rule: rule}
	n.pace.OnUnchoke(0)
	n.update(Unchoked, 0)
	for n.now = interval; n.now < until; n.now += interval {
		trigger := Timer
		if n.outstanding > 0 {
			n.pace.OnBlock(n.now, block)
			n.pace.CountArrival(n.now, block)
			n.outstanding--
			trigger = BlockReceived
		}
		n.update(trigger, block/interval.Seconds())
	}
	return n.outstanding
}

// aria2 doubles its number once a quarter of it arrives in one pass, or is lost in a choke. It
// does so at most once in a pass, and not in the end game.
func TestBurstsDoubleOncePerPass(t *testing.T) {
	rule := bursts.NewDefault()
	var p Pace
	for at, x := range []struct {
		blocks, lost int
		endGame      bool
		want         int
	}{
		{blocks: 1, want: 6},
		{blocks: 2, want: 12},
		{blocks: 2, want: 12},
		{blocks: 9, want: 24},
		{lost: 24, want: 48},
		{blocks: 48, endGame: true, want: 48},
	} {
		now, got := time.Duration(at+1)*passTime, 0
		for range x.blocks {
			p.OnBlock(now, block)
			p.CountArrival(now, block)
			got = rule.NewRequests(&p, Input{BlockBytes: block, Now: now, Trigger: BlockReceived, EndGame: x.endGame})
		}
		if x.lost > 0 {
			p.OnRequestsLost(now, x.lost)
			got = rule.NewRequests(&p, Input{BlockBytes: block, Now: now + 1, Trigger: Unchoked, EndGame: x.endGame})
		}
		if got != x.want {
			t.Errorf("pass %d: %d requests, want %d", at, got, x.want)
		}
	}
}

// libtorrent: in slow start two requests follow each block; afterwards 3 s of the smoothed rate
// are outstanding.
func TestSlowStart(t *testing.T) {
	rule := slowStart.NewDefault()
	if n := play(rule, 100*time.Millisecond, 650*time.Millisecond); n != 4+6 {
		t.Errorf("%d requests are outstanding after 6 blocks, want 10", n)
	}
	if n := play(rule, 100*time.Millisecond, time.Minute); n < 28 || n > 30 {
		t.Errorf("%d requests are outstanding at 10 blocks per second, want 3 s of that", n)
	}
}

// Mainline: two, and four seconds of the rate.
func TestMainline(t *testing.T) {
	if n := play(mainline.NewDefault(), 100*time.Millisecond, time.Minute); n != 42 {
		t.Errorf("%d requests are outstanding at 10 blocks per second, want 42", n)
	}
}

// Transmission: ten seconds of the rate, refilled when a third of it has arrived.
func TestRefill(t *testing.T) {
	if n := play(refill.NewDefault(), 100*time.Millisecond, time.Minute); n < 60 || n > 100 {
		t.Errorf("%d requests are outstanding at 10 blocks per second, want 66 to 100", n)
	}
}

// anacrolix: batches of 1, 2, 4 and so on, each sent when the one before has drained.
func TestDoubling(t *testing.T) {
	rule := doubling.NewDefault()
	var p Pace
	request := func(trigger Trigger, outstanding int) int {
		return rule.NewRequests(&p, Input{BlockBytes: block, Trigger: trigger, Outstanding: outstanding})
	}
	for batch := 1; batch <= 512; batch *= 2 {
		n := request(BlockReceived, 0)
		if n != batch {
			t.Fatalf("a batch of %d, want %d", n, batch)
		}
		rule.Added(&p, n)
		if n := request(BlockReceived, 1); n > 0 {
			t.Fatalf("%d requests while one is outstanding", n)
		}
	}
	if n := request(BlockReceived, 0); n != 963 {
		t.Errorf("a batch of %d, want Max, 963", n)
	}
	rule.Added(&p, 8)
	rule.(WithdrawalObserver).Withdrawn(&p)
	if n := request(BlockReceived, 0); n != 14 {
		t.Errorf("a batch of %d, want 14 after a batch of 8 of which one was withdrawn", n)
	}
	if n := request(LastRejected, 0); n != 0 {
		t.Errorf("a batch of %d after the last request was rejected, want none", n)
	}
	if n := request(PieceAvailable, 0); n != 1 {
		t.Errorf("a batch of %d after an empty one, want 1", n)
	}
}

// On a path with a large bandwidth-delay product the backlog doubles in each round trip until a
// second brings less than a quarter more than the one before. Then it follows the rate.
func TestRateGrowsOnLongFatPaths(t *testing.T) {
	settings := byRate.Defaults()
	ScaleDefaults(settings, 2000, func(string) bool { return false })
	const roundTrip = 100 * time.Millisecond
	n := &neighbour{rule: byRate.New(settings)}
	n.pace.OnUnchoke(0)
	n.update(Unchoked, 0)
	for round, want := 1, 2*n.outstanding; round <= 6; round, want = round+1, 2*want {
		n.now = time.Duration(round) * roundTrip
		for range n.outstanding {
			n.pace.OnBlock(n.now, block)
			n.outstanding--
			n.update(BlockReceived, 0)
		}
		if n.outstanding != want {
			t.Errorf("round trip %d: %d requests are outstanding, want %d", round, n.outstanding, want)
		}
	}
	// The round trip is unknown to play: half a second of the rate, and two.
	if got := play(n.rule, 10*time.Millisecond, time.Minute); got != 2+50 {
		t.Errorf("%d requests are outstanding at 100 blocks per second, want 52", got)
	}
}

func TestScaleDefaultsKeepsWhatTheUserHasSet(t *testing.T) {
	settings := byRate.Defaults()
	ScaleDefaults(settings, 2000, func(string) bool { return true })
	if *settings.(*ByRate) != *byRate.Defaults().(*ByRate) {
		t.Errorf("the settings become %+v", settings)
	}
}
