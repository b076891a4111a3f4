package record

import (
	"slices"
	"testing"
)

func TestValuesAndMeasures(t *testing.T) {
	three := Seconds(3)
	s := Summary{BoundS: &three, Groups: []Group{{Name: "x", CompletionS: Completion{Count: 1, Mean: 5}}}}
	v := s.Values()
	if v["bound_s"] != 3 || v["groups.x.completion_s.mean"] != 5 {
		t.Errorf("%v", v)
	}
	if _, ok := v["seed_copies_at_union"]; ok {
		t.Error("a number that is null has a value")
	}
	if _, ok := (&Summary{}).Values()["completion_s.mean"]; ok {
		t.Error("there is a mean although no leecher completed")
	}
	for _, c := range []struct {
		names []string
		has   []string
	}{
		{Measures(), []string{"seed_copies_at_union", "completion_s.mean", "fairness.share_ratio.p80", "redundancy.total", "graph.path"}},
		{GroupMeasures(), []string{"completion_s.p95", "unchoked.*", "received_from_bytes.*", "wanted.p20", "clustering"}},
		{AreaMeasures(), []string{"in_bytes", "received_from_bytes.*"}},
	} {
		for _, want := range c.has {
			if !slices.Contains(c.names, want) {
				t.Errorf("no %s in %v", want, c.names)
			}
		}
	}
	if slices.Contains(Measures(), "seed") || slices.Contains(Measures(), "groups.g.peers") {
		t.Errorf("%v", Measures())
	}
}
