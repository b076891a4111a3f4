package sim

import (
	"strings"
	"testing"
)

// Each kind of event has its effect: a link changes, the tracker has an outage, a group is
// partitioned and returns, a share of a group departs.
func TestEvents(t *testing.T) {
	base := strings.Replace(small, "poisson, rate: 1 /s", "at-once", 1)
	base = strings.Replace(base, "stay: exponential 10 s", "stay: forever", 1)
	mean := func(events string) float64 {
		out, _ := play(t, load(t, base, "events="+events), 1)
		if out.Summary.CompletionS.Count != 12 {
			t.Errorf("%s: %d of 12 completed", events, out.Summary.CompletionS.Count)
		}
		return float64(out.Summary.CompletionS.Mean)
	}
	calm := mean("[]")
	if slow := mean("[{at: 1 s, action: link, group: seed, up: 20 kB/s, down: 1 MB/s}]"); slow < 1.5*calm {
		t.Errorf("with slow seeds %.1f s, else %.1f s", slow, calm)
	}
	if split := mean("[{at: 2 s, action: partition, group: seed, for: 60 s}]"); split < calm+20 {
		t.Errorf("cut off for a minute %.1f s, else %.1f s", split, calm)
	}
	mean("[{at: 0.5 s, action: tracker-outage, for: 60 s}]")
	mean("[{at: 1 s, action: crash, group: seed, share: 0.5}]")
	out, _ := play(t, load(t, base, "events=[{at: 3 s, action: leave, group: leechers, share: 0.5}]"), 1)
	if out.Summary.GaveUp != 6 || out.Summary.CompletionS.Count != 6 {
		t.Errorf("half of 12 left: %d gave up, %d completed", out.Summary.GaveUp, out.Summary.CompletionS.Count)
	}
}

// The library's seed-loss: when the seed crashes, every piece is on some leecher and no leecher
// is complete; all complete nevertheless.
func TestSeedLossIsSurvived(t *testing.T) {
	out, files := play(t, library(t, "seed-loss"), 2)
	events := out.Summary.Events
	if out.Summary.Unfinished != 0 || len(events) != 1 || events[0].AtS != 100 || events[0].Event != "seed: crash" {
		t.Errorf("%d unfinished, events %v", out.Summary.Unfinished, events)
	}
	for line := range strings.Lines(files["timeseries.csv"].String()) {
		cells := strings.Split(line, ",")
		at, leechers, seeds, missing := cells[0], cells[1], cells[2], cells[10]
		if at == "100" && (leechers != "60" || seeds != "1" && seeds != "0" || missing != "0") {
			t.Errorf("when the seed crashes there are %s leechers, %s seeds and %s missing pieces", leechers, seeds, missing)
		}
	}
}

// A seed that departs too early leaves pieces without a copy: the summary lists them, and the run
// ends by itself.
func TestSeedLostTooSoon(t *testing.T) {
	out, _ := play(t, library(t, "seed-loss", "events[0].at=20 s"), 2)
	sum := out.Summary
	if sum.Ended != "starved" || sum.PiecesGone == 0 || sum.PiecesGoneList == "" || sum.CompletionS.Count != 0 {
		t.Errorf("ended %s with %d pieces gone (%s), %d completed",
			sum.Ended, sum.PiecesGone, sum.PiecesGoneList, sum.CompletionS.Count)
	}
}
