package sim

import (
	"bytes"
	"math"
	"testing"
	"time"

	"swarmsim/sim/record"
)

// Worked by hand: hosts 1 and 2, of groups 0 and 1, are connected from 0 to 40
// s, when host 2 completes. Host 1 wants something from 10 to 20 s and from 25 s
// on, 25 of 40 s; host 2 from 0 to 4 s. Host 3, of group 1, meets host 1 at 5 s
// for too short a time.
func TestInterestWorkedByHand(t *testing.T) {
	at := func(s int) time.Duration { return time.Duration(s) * time.Second }
	in := newInterest(2, []int{0, 1, 1})
	in.meet(1, 2, 0)
	in.meet(2, 1, 0)
	in.want(2, 1, true, 0)
	in.want(2, 1, false, at(4))
	in.meet(1, 3, at(5))
	in.want(1, 3, true, at(5))
	in.want(1, 2, true, at(10))
	in.part(1, 3, at(14))
	in.want(1, 2, false, at(20))
	in.want(1, 2, true, at(25))
	in.end(2, at(40))
	in.want(1, 2, false, at(50)) // it is a seed by now
	sum := &record.Summary{Groups: []record.Group{{Name: "a"}, {Name: "b"}}}
	in.addTo(sum, at(60))
	one := func(x record.Ratio) record.Spread {
		return record.Spread{Count: 1, Mean: x, P20: x, P50: x, P80: x, Max: x}
	}
	a, b := &sum.Groups[0], &sum.Groups[1]
	if *a.Interested != one(0.625) || *b.Wanted != one(0.625) || *b.Interested != one(0.1) || *a.Wanted != one(0.1) {
		t.Errorf("%+v %+v %+v %+v", a.Interested, b.Wanted, b.Interested, a.Wanted)
	}
	if all := sum.Interest; all.Count != 2 || math.Abs(float64(all.Mean)-0.3625) > 1e-9 || math.Abs(float64(all.P50)-0.3625) > 1e-9 || math.Abs(float64(all.P80)-0.52) > 1e-9 {
		t.Errorf("all: %+v", all)
	}
}

// What is measured on request changes nothing else, and is the same with any
// number of workers.
func TestMeasuresOnRequest(t *testing.T) {
	out, asked := play(t, load(t, mixed, "record.pairs=true", "record.graph=samples"), 1)
	_, again := play(t, load(t, mixed, "record.pairs=true", "record.graph=samples"), 3)
	same(t, again, asked, "with 3 workers", "")
	_, plain := play(t, load(t, mixed), 1)
	for _, name := range []string{"peers.csv", "timeseries.csv", "availability.csv"} {
		if !bytes.Equal(plain[name].Bytes(), asked[name].Bytes()) {
			t.Errorf("measuring changed %s", name)
		}
	}
	s := &out.Summary
	// 12 leechers know all the others; some reconnect.
	if s.Interest.Count < 100 || s.Interest.P80 < s.Interest.P20 || s.Interest.Max > 1 || s.Interest.Mean <= 0 {
		t.Errorf("interest %+v", s.Interest)
	}
	pairs := 0
	for _, g := range s.Groups {
		if !g.Seed {
			pairs += g.Interested.Count
		}
	}
	if pairs != s.Interest.Count {
		t.Errorf("%d pairs in groups, %d in all", pairs, s.Interest.Count)
	}
	// Everybody knows everybody, but those who are complete part.
	if g := s.Graph; g == nil || g.Diameter != 2 || g.Clustering <= 0.5 || g.Peers < 7 || g.Components != 1 || g.DegreeMax != g.Peers-1 {
		t.Errorf("graph %+v", g)
	}
	if lines := bytes.Count(asked["graph.csv"].Bytes(), []byte("\n")); lines < 20 {
		t.Errorf("graph.csv has %d lines", lines)
	}
}
