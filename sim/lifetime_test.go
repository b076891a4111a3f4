package sim

import (
	"strings"
	"testing"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/record"
)

// Leechers that give up depart without the content.
func TestGiveUp(t *testing.T) {
	out, files := play(t, load(t, small, "groups.leechers.give_up=500 ms"), 1)
	if out.Summary.GaveUp != 12 || !strings.Contains(files["peers.csv"].String(), "gave-up") {
		t.Errorf("%d of 12 gave up", out.Summary.GaveUp)
	}
}

// A seed with a seed ratio departs when it has sent that much, not when that much has only
// entered its send buffers.
func TestQuotaIsSentBeforeDeparture(t *testing.T) {
	for _, transport := range []string{"ideal", "tcp", "utp"} {
		s := load(t, closed, "network.transport="+transport, "content.size=8 MiB", "groups.leechers.count=10",
			"groups.seed.seed_ratio=1.15", "groups.seed.link.up=1 MB/s")
		out, _ := play(t, s, 1)
		if c := float64(out.Summary.SeedCopies); c < 1.15 || c > 1.25 {
			t.Errorf("%s: it departs with %v copies sent", transport, c)
		}
	}
}

func TestLifetime(t *testing.T) {
	l := lifetime{arriveAt: time.Second, stay: 5 * time.Second, giveUp: engine.Never}
	if at := l.departure(true, time.Second); at != 6*time.Second {
		t.Errorf("a seed departs at %v", at)
	}
	if at := l.departure(false, time.Second); at != engine.Never {
		t.Errorf("a leecher that does not give up departs at %v", at)
	}
	crashing := lifetime{crash: true}
	for _, c := range []struct {
		l        lifetime
		complete bool
		want     record.Outcome
	}{{l, true, record.Left}, {l, false, record.GaveUp}, {crashing, true, record.Crashed}, {crashing, false, record.Crashed}} {
		if got := c.l.outcome(c.complete); got != c.want {
			t.Errorf("%+v, complete %v: %s, want %s", c.l, c.complete, got, c.want)
		}
	}
}
