package sim

import (
	"bytes"
	"testing"
)

// Measures on request change no other part of the record, and are the same with any number of
// workers.
func TestMeasuresOnRequest(t *testing.T) {
	out, asked := play(t, load(t, mixed, "record.interest=true", "record.graph=samples"), 1)
	_, again := play(t, load(t, mixed, "record.interest=true", "record.graph=samples"), 3)
	same(t, again, asked, "with 3 workers", "")
	_, plain := play(t, load(t, mixed), 1)
	for _, name := range []string{"peers.csv", "timeseries.csv", "availability.csv"} {
		if !bytes.Equal(plain[name].Bytes(), asked[name].Bytes()) {
			t.Errorf("measuring changed %s", name)
		}
	}
	s := &out.Summary
	// Each of 12 leechers is connected to all others; some reconnect.
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
	// All peers are connected, except that two complete peers disconnect.
	if g := s.Graph; g == nil || g.Diameter != 2 || g.Clustering <= 0.5 || g.Peers < 7 || g.Components != 1 || g.DegreeMax != g.Peers-1 {
		t.Errorf("graph %+v", g)
	}
	if lines := bytes.Count(asked["graph.csv"].Bytes(), []byte("\n")); lines < 20 {
		t.Errorf("graph.csv has %d lines", lines)
	}
}
