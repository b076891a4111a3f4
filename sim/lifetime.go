package sim

import (
	"math/rand/v2"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// lifetime is when a peer arrives and how it departs, as drawn from its group's distributions.
type lifetime struct {
	arriveAt time.Duration // engine.Never if it does not
	stay     time.Duration // after completion; engine.Never if it does not depart by itself
	giveUp   time.Duration // after arrival without completion; engine.Never if it does not give up
	crash    bool          // departs without closing connections or telling the tracker
}

// drawLifetime draws the lifetime of a peer, and whether it is behind a NAT.
func drawLifetime(g *scenario.Group, arrive time.Duration, r *rand.Rand) (l lifetime, nat bool) {
	l.arriveAt = arrive
	l.stay, l.giveUp = orNever(g.Stay.Draw(r)), orNever(g.GiveUp.Draw(r))
	l.crash = r.Float64() < g.Crash
	return l, r.Float64() < g.NAT
}

func orNever(d time.Duration, ends bool) time.Duration {
	if !ends {
		return engine.Never
	}
	return d
}

// departure is when a peer departs that has arrived now, unless it completes before.
func (l *lifetime) departure(seed bool, now time.Duration) time.Duration {
	if seed {
		return after(now, l.stay)
	}
	return after(now, l.giveUp)
}

// outcome is how the peer's departure at its own time is recorded.
func (l *lifetime) outcome(complete bool) record.Outcome {
	switch {
	case l.crash:
		return record.Crashed
	case !complete:
		return record.GaveUp
	}
	return record.Left
}

// after is now plus d, or engine.Never if d is.
func after(now, d time.Duration) time.Duration {
	if d == engine.Never {
		return d
	}
	return now + d
}
