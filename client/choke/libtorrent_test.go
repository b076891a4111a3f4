package choke

import (
	"testing"
	"time"
)

// Nine neighbours share eight slots by quota: each is served for more than half of the time.
func TestLibtorrentQuota(t *testing.T) {
	c := newChoker(t, "libtorrent")
	cs := interestedPeers(9)
	served := make([]time.Duration, len(cs))
	for round := range 400 {
		now := time.Duration(round) * 15 * time.Second
		got := c.Unchoke(Round{Now: now, Periodic: true}, cs, nil)
		apply(cs, now, got)
		for _, i := range got {
			served[i] += 15 * time.Second
			cs[i].Uploaded += 2 << 20
		}
	}
	for i, d := range served {
		if fraction := d.Seconds() / (400 * 15); fraction < 0.5 {
			t.Errorf("neighbour %d held a slot for %.0f %% of the time, want at least 50 %%", i, 100*fraction)
		}
	}
}

// With as many neighbours as slots the first regular round chokes one, because it reserves a slot
// for optimistic unchokes. The next optimistic round unchokes it.
func TestLibtorrentTimers(t *testing.T) {
	c := newChoker(t, "libtorrent")
	c.Unchoke(Round{Periodic: true}, nil, nil) // no neighbour is connected yet
	cs := interestedPeers(8)
	unchokedAt := func(now time.Duration, periodic bool) int {
		got := c.Unchoke(Round{Now: now, Periodic: periodic}, cs, nil)
		apply(cs, now, got)
		return len(got)
	}
	if n := unchokedAt(500*time.Millisecond, false); n != 8 {
		t.Errorf("%d of 8 neighbours got a free slot when they became interested", n)
	}
	for second := 1; second < 60; second++ {
		want := 7
		if second >= 30 {
			want = 8
		}
		if n := unchokedAt(time.Duration(second)*time.Second, true); n != want {
			t.Fatalf("%d neighbours are unchoked after %d s, want %d", n, second, want)
		}
	}
}
