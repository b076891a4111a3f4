package backlog

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/registry/registrytest"
)

// TestConformance is what every request rule must fulfil, with its default settings and with any
// settings a scenario could give it. A rule is tested as soon as it is in the list of
// registry.go; nothing is added here for it. The requirements are:
//
//   - the entry is well-formed (registrytest.Check);
//   - after an unchoke, with nothing outstanding, the rule requests at least one block: otherwise
//     the connection would stay idle for ever;
//   - if its settings are Bounded, no more than that is ever outstanding;
//   - the same events lead to the same requests, and two neighbours do not influence each other;
//   - a rule that reads the block arrivals or the download rate says so by NeedsArrivals or
//     NeedsDownRate, and one that says so reads them: the client measures nothing else;
//   - in the long run no call allocates.
func TestConformance(t *testing.T) {
	registrytest.Check(t, Strategies())
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) {
			t.Run("requests after an unchoke", rapid.MakeCheck(func(r *rapid.T) { requestsAfterUnchoke(r, s) }))
			t.Run("stays within its limit", rapid.MakeCheck(func(r *rapid.T) { staysWithinLimit(r, s) }))
			t.Run("is repeatable", rapid.MakeCheck(func(r *rapid.T) { isRepeatable(r, s) }))
			t.Run("declares what it reads", func(t *testing.T) { declaresWhatItReads(t, s) })
			t.Run("allocations", func(t *testing.T) { allocatesNothing(t, s) })
		})
	}
}

const block = 16 << 10

// neighbour is the other end of a connection: it answers some of the requests that a rule sends.
type neighbour struct {
	rule        Rule
	pace        Pace
	now         time.Duration
	outstanding int
}

// update asks the rule for requests and sends them.
func (n *neighbour) update(trigger Trigger, downRate float64) {
	in := Input{Now: n.now, Trigger: trigger, Outstanding: n.outstanding, DownRate: downRate, BlockBytes: block}
	if want := n.rule.NewRequests(&n.pace, in); want > 0 {
		n.rule.Added(&n.pace, want)
		n.outstanding += want
	}
}

// step draws an event and lets it happen: a block, a choke and unchoke, a reject, an announced
// piece, or nothing but time.
func (n *neighbour) step(r *rapid.T) {
	n.now += time.Duration(rapid.IntRange(0, 2000).Draw(r, "milliseconds")) * time.Millisecond
	rate := rapid.Float64Range(0, 1e8).Draw(r, "download rate")
	switch trigger := rapid.SampledFrom([]Trigger{Unchoked, BlockReceived, BlockReceived, BlockReceived, PieceAvailable,
		BecameInteresting, PieceCompleted, Timer, LastRejected}).Draw(r, "trigger"); trigger {
	case Unchoked:
		n.pace.OnRequestsLost(n.now, n.outstanding)
		n.outstanding = 0
		n.pace.OnUnchoke(n.now)
		n.update(trigger, rate)
	case BlockReceived:
		if n.outstanding > 0 {
			n.pace.OnBlock(n.now, block)
			n.pace.CountArrival(n.now, block)
			n.outstanding--
			n.update(trigger, rate)
		}
	case LastRejected:
		if o, ok := n.rule.(WithdrawalObserver); ok {
			o.Withdrawn(&n.pace)
		}
		n.outstanding = max(0, n.outstanding-1)
		if n.outstanding == 0 {
			n.update(trigger, rate)
		}
	default:
		n.update(trigger, rate)
	}
}

func requestsAfterUnchoke(r *rapid.T, s Strategy) {
	n := &neighbour{rule: s.New(registrytest.Settings(r, s))}
	for range rapid.IntRange(0, 20).Draw(r, "events") {
		n.step(r)
	}
	n.outstanding = 0
	n.pace.OnUnchoke(n.now)
	if n.update(Unchoked, 0); n.outstanding == 0 {
		r.Fatalf("no request follows an unchoke")
	}
}

func staysWithinLimit(r *rapid.T, s Strategy) {
	settings := registrytest.Settings(r, s)
	limit := MaxOutstanding(settings, 0)
	n := &neighbour{rule: s.New(settings)}
	for range rapid.IntRange(0, 50).Draw(r, "events") {
		if n.step(r); limit > 0 && n.outstanding > limit {
			r.Fatalf("%d requests are outstanding, at most %d are promised", n.outstanding, limit)
		}
	}
}

func isRepeatable(r *rapid.T, s Strategy) {
	settings := registrytest.Settings(r, s)
	type event struct {
		pause   time.Duration
		trigger Trigger
	}
	events := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) event {
		return event{time.Duration(rapid.IntRange(0, 3000).Draw(r, "milliseconds")) * time.Millisecond,
			Trigger(rapid.IntRange(int(Unchoked), int(LastRejected)).Draw(r, "trigger"))}
	}), 1, 30).Draw(r, "events")
	play := func(others bool) (out []int) {
		rule := s.New(settings)
		n, other := &neighbour{rule: rule}, &neighbour{rule: rule}
		for _, e := range events {
			n.now += e.pause
			if e.trigger == BlockReceived {
				n.pace.OnBlock(n.now, block)
				n.pace.CountArrival(n.now, block)
				n.outstanding = max(0, n.outstanding-1)
			}
			n.update(e.trigger, 1e6)
			out = append(out, n.outstanding)
			if others {
				other.update(Unchoked, 1e6)
				other.outstanding = 0
			}
		}
		return out
	}
	first := play(false)
	if again := play(false); !slices.Equal(first, again) {
		r.Fatalf("outstanding requests: %v, and %v at the second attempt", first, again)
	}
	if beside := play(true); !slices.Equal(first, beside) {
		r.Fatalf("outstanding requests: %v, and %v beside another neighbour", first, beside)
	}
}

// declaresWhatItReads compares a rule's requests with and without the measurement in question.
// Three blocks arrive every 100 ms.
func declaresWhatItReads(t *testing.T, s Strategy) {
	play := func(arrivals bool, downRate float64) (out []int) {
		n := &neighbour{rule: s.NewDefault(), now: time.Millisecond}
		for ; n.now < time.Minute; n.now += 100 * time.Millisecond {
			for range min(n.outstanding, 3) {
				n.pace.OnBlock(n.now, block)
				if arrivals {
					n.pace.CountArrival(n.now, block)
				}
				n.outstanding--
			}
			n.update(BlockReceived, downRate)
			out = append(out, n.outstanding)
		}
		return out
	}
	all := play(true, 30*block)
	_, declared := s.NewDefault().(NeedsArrivals)
	if read := !slices.Equal(all, play(false, 30*block)); read != declared {
		t.Errorf("reads the block arrivals: %v; has NeedsArrivals: %v", read, declared)
	}
	_, declared = s.NewDefault().(NeedsDownRate)
	if read := !slices.Equal(all, play(true, 0)); read != declared {
		t.Errorf("reads the download rate: %v; has NeedsDownRate: %v", read, declared)
	}
}

func allocatesNothing(t *testing.T, s Strategy) {
	n := &neighbour{rule: s.NewDefault()}
	if allocations := testing.AllocsPerRun(100, func() {
		n.now += 10 * time.Millisecond
		n.pace.OnBlock(n.now, block)
		n.pace.CountArrival(n.now, block)
		n.outstanding = max(0, n.outstanding-1)
		n.update(BlockReceived, 100*block)
	}); allocations > 0 {
		t.Errorf("%v allocations for each block", allocations)
	}
}
