package measure

import (
	"math"
	"testing"
	"time"

	"swarmsim/sim/record"
)

// Worked by hand: hosts 1 and 2, of groups 0 and 1, are connected from 0 s to 40 s, when host 2
// completes. Host 1 is interested from 10 to 20 s and from 25 s on, 25 of 40 s; host 2 from 0 to
// 4 s. Host 3, of group 1, is connected to host 1 at 5 s for too short a time to count.
func TestInterestWorkedByHand(t *testing.T) {
	at := func(s int) time.Duration { return time.Duration(s) * time.Second }
	in := NewInterest(2, []int{0, 1, 1})
	in.Connect(1, 2, 0)
	in.Connect(2, 1, 0)
	in.SetInterested(2, 1, true, 0)
	in.SetInterested(2, 1, false, at(4))
	in.Connect(1, 3, at(5))
	in.SetInterested(1, 3, true, at(5))
	in.SetInterested(1, 2, true, at(10))
	in.Disconnect(1, 3, at(14))
	in.SetInterested(1, 2, false, at(20))
	in.SetInterested(1, 2, true, at(25))
	in.Stop(2, at(40))
	in.SetInterested(1, 2, false, at(50)) // host 2 is a seed by now
	sum := &record.Summary{Groups: []record.Group{{Name: "a"}, {Name: "b"}}}
	in.AddTo(sum, at(60))
	single := func(x record.Ratio) record.Spread {
		return record.Spread{Count: 1, Mean: x, P20: x, P50: x, P80: x, Max: x}
	}
	a, b := &sum.Groups[0], &sum.Groups[1]
	if *a.Interested != single(0.625) || *b.Wanted != single(0.625) || *b.Interested != single(0.1) || *a.Wanted != single(0.1) {
		t.Errorf("%+v %+v %+v %+v", a.Interested, b.Wanted, b.Interested, a.Wanted)
	}
	equal := func(got record.Ratio, want float64) bool { return math.Abs(float64(got)-want) < 1e-9 }
	if all := sum.Interest; all.Count != 2 || !equal(all.Mean, 0.3625) || !equal(all.P50, 0.3625) || !equal(all.P80, 0.52) {
		t.Errorf("all: %+v", all)
	}
}
