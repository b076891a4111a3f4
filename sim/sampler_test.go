package sim

import (
	"math"
	"strings"
	"testing"
	"time"
)

// A complete peer whose choker never unchokes does not count as a seed.
func TestCompleteFreeRidersAreNoSeeds(t *testing.T) {
	s := load(t, small, "groups.leechers.stay=forever", "groups.leechers.client.seed_choker=never")
	_, files := play(t, s, 1)
	lines := strings.Split(strings.TrimSpace(files["timeseries.csv"].String()), "\n")
	head, last := strings.Split(lines[0], ","), strings.Split(lines[len(lines)-1], ",")
	value := map[string]string{}
	for i := range head {
		value[head[i]] = last[i]
	}
	if value["seeds"] != "2" || value["complete_not_uploading"] == "0" {
		t.Errorf("%s seeds, %s complete and not uploading", value["seeds"], value["complete_not_uploading"])
	}
}

// Utilization is taken at the first sample after the last completion.
func TestUtilization(t *testing.T) {
	w := populate(t, small, "groups.leechers.arrival={pattern: at-once}", "groups.leechers.link.up=100 kB/s")
	for _, n := range w.nodes {
		n.state, n.history.left = gone, 10*time.Second // present from 0 to 10 s
	}
	s := newSampler(w)
	s.leecherSent = []sentUntil{{5 * time.Second, 3e6}, {10 * time.Second, 9e6}, {15 * time.Second, 9e6}}
	capacity := 12 * 100e3 // bytes per second of all leechers
	for lastCompletion, want := range map[time.Duration]float64{
		4 * time.Second: 3e6 / (5 * capacity),
		9 * time.Second: 9e6 / (10 * capacity),
		0:               9e6 / (10 * capacity), // none completed
	} {
		if got := s.utilization(nil, lastCompletion, 12*time.Second); math.Abs(got-want) > 1e-9 {
			t.Errorf("last completion at %v: %v, want %v", lastCompletion, got, want)
		}
	}
}
