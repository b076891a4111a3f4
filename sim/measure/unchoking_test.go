package measure

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/sim/engine"
)

// Worked by hand: hosts 1 and 2 are of group 0, hosts 3 and 4 of group 1, all present from 0 s.
// Host 1 gives host 2 a slot from 0 to 10 s, and host 3 one from 0 to 4 s, when host 3
// completes. An optimistic slot of host 4 from 2 s becomes regular at 6 s. That is 10 + 4 + 4 s
// of regular slots. The uniform distribution is over three other leechers until 4 s and over
// two from then on.
func TestUnchokingWorkedByHand(t *testing.T) {
	at := func(s int) time.Duration { return time.Duration(s) * time.Second }
	u := NewUnchoking(2, []int{0, 0, 1, 1})
	for h := range engine.HostID(4) {
		u.Arrive(h+1, 0)
	}
	u.Unchoke(1, 2, false, 0)
	u.Unchoke(1, 3, false, 0)
	u.Unchoke(1, 4, true, at(2))
	u.Stop(3, at(4))
	u.Unchoke(1, 3, false, at(5)) // host 3 is a seed by now
	u.Unchoke(1, 4, false, at(6))
	u.Choke(1, 4, at(10))
	u.Choke(1, 4, at(11)) // the slot has ended
	u.Close(at(10))
	slotTime := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v s, want %v s", what, got, want)
		}
	}
	slotTime("to its own", u.given[0][0], 10)
	slotTime("to the others", u.given[0][1], 8)
	// Two slots for 4 s, one for 2 s, two for 4 s.
	slotTime("to its own, uniformly", u.uniform[0][0], 8./3+2./2+8./2)
	slotTime("to the others, uniformly", u.uniform[0][1], 8*2./3+2./2+8./2)
	slotTime("to its own, with a choice", u.own[0].given, 10)
	slotTime("to its own, uniformly, with a choice", u.own[0].uniform, 8./3+2./2+8./2)
	slotTime("of host 1", u.edges[0].total, 18)
	slotTime("of host 1 to its own", u.edges[0].own, 10)
	slotTime("of group 1", u.given[1][0]+u.given[1][1], 0)
}

// While only one group downloads it has no choice, and its slot time is not counted as
// clustering.
func TestClusteringNeedsAChoice(t *testing.T) {
	u := NewUnchoking(2, []int{0, 0, 1})
	u.Arrive(1, 0)
	u.Arrive(2, 0)
	u.Unchoke(1, 2, false, 0)
	u.Arrive(3, 10*time.Second)
	u.Close(14 * time.Second)
	if u.given[0][0] != 14 || u.own[0].given != 4 || u.own[0].uniform != 2 {
		t.Errorf("%v s to its own; with a choice %+v", u.given[0][0], u.own[0])
	}
}

// The uniform distribution redistributes slot time and adds none: for every uploading group
// both sums are equal after any sequence of events.
func TestUnchokingConservesTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const peers, groups = 8, 3
		var groupOf []int
		for range peers {
			groupOf = append(groupOf, rapid.IntRange(0, groups-1).Draw(r, "group"))
		}
		u := NewUnchoking(groups, groupOf)
		now := time.Duration(0)
		host := rapid.Custom(func(r *rapid.T) engine.HostID { return engine.HostID(rapid.IntRange(1, peers).Draw(r, "host")) })
		for range rapid.IntRange(1, 100).Draw(r, "events") {
			now += time.Duration(rapid.Int64Range(0, 1e10).Draw(r, "pause"))
			a, b := host.Draw(r, "a"), host.Draw(r, "b")
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				if !u.edges[a-1].downloading {
					u.Arrive(a, now)
				}
			case 1:
				u.Stop(a, now)
			case 2:
				u.Choke(a, b, now)
			default:
				if a != b {
					u.Unchoke(a, b, rapid.Bool().Draw(r, "optimistic"), now)
				}
			}
		}
		u.Close(now)
		for g := range groups {
			given, uniform := 0.0, 0.0
			for h := range groups {
				given, uniform = given+u.given[g][h], uniform+u.uniform[g][h]
			}
			if math.Abs(given-uniform) > 1e-6 {
				r.Errorf("group %d: %v s given, %v s distributed uniformly", g, given, uniform)
			}
		}
	})
}
