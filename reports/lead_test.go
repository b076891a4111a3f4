package reports

import (
	"strings"
	"testing"

	"swarmsim/sim/record"
)

func TestLeadSaysWhatHappened(t *testing.T) {
	bound := record.Seconds(40)
	group := func(name string, seed bool, peers, done int, median record.Seconds) record.Group {
		return record.Group{Name: name, Seed: seed, Peers: peers, CompletionS: record.Completion{Count: done, P50: median, Last: 2 * median}}
	}
	swarm := &record.Summary{
		ContentBytes: 32 << 20, BoundS: &bound, GaveUp: 1, PiecesGone: 3,
		CompletionS:  record.Completion{Count: 9, P50: 30, Last: 80},
		Groups:       []record.Group{group("seeds", true, 2, 0, 0), group("slow", false, 5, 4, 40), group("fast", false, 6, 5, 20)},
		Expectations: []record.ExpectationResult{{Met: true}, {}, {Met: true}},
	}
	observed := &record.Summary{
		Observer: "client", Peers: 4, VirtualS: 12,
		Groups: []record.Group{{Name: "client", Peers: 1, DownloadedBytes: 1 << 20, CompletionS: record.Completion{Count: 1, Last: 9}}, {Name: "others", Peers: 3}},
	}
	for want, s := range map[string]*record.Summary{
		"9 of 11 leechers completed their download of 32.0 MiB from 2 seeds and each other. The median download took 30.0 s and the longest " +
			"80.0 s: 2.00 times the 40.0 s below which no protocol can come with these links. The median was shortest for fast, " +
			"20.0 s, and longest for slow, 40.0 s. 1 leecher gave up. At the end 3 pieces had no copy. 2 of 3 expectations are met.": swarm,
		"The client received 1.0 MiB and sent 0 B in 12.0 s, with 3 other peers seen. It was complete after 9.0 s.": observed,
		"No leecher arrived.": {Groups: []record.Group{{Name: "seed", Seed: true, Peers: 1}, {Name: "leechers"}}},
		"0 of 1 leecher completed their download of 0 B. Its expectation is not met.": {
			Groups: []record.Group{{Name: "leechers", Peers: 1}}, Expectations: []record.ExpectationResult{{}},
		},
	} {
		if got := strings.Join(lead(s), " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestSpansOfGroups(t *testing.T) {
	r := &Record{Peers: Table{Columns: []string{"group", "arrived_s", "completed_s", "left_s"}, rows: [][]string{
		{"a", "3", "9", ""}, {"a", "1", "", ""}, {"a", "2", "7", ""}, {"unknown", "0", "", ""},
	}}}
	r.Summary.Groups = []record.Group{{Name: "a"}, {Name: "b"}}
	out := r.spans()
	a, b := out[0], out[1]
	if a.Peers != 3 || *a.Arrived != [2]float64{1, 3} || *a.Completed != [2]float64{7, 9} || a.Left != nil {
		t.Errorf("%+v: arrived %v, completed %v, left %v", a, a.Arrived, a.Completed, a.Left)
	}
	if b.Peers != 0 || b.Arrived != nil {
		t.Errorf("%+v", b)
	}
}

// The page keeps the licence of the library that it contains.
func TestAPageNamesTheLicence(t *testing.T) {
	page := pageOf(t, "name: x\n", func(*Record) {})
	for _, want := range []string{"Permission is hereby granted, free of charge", "Leon Sorokin"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
}
