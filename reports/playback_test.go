package reports

import (
	"strings"
	"testing"
	"time"

	"swarmsim/sim/record"
)

// The table has a line about playback if the run has viewers.
func TestPlaybackFact(t *testing.T) {
	var out strings.Builder
	s := record.Summary{Playback: record.NewPlayback([]record.PeerPlayback{
		{Began: true, StartUp: 10 * time.Second, Watched: time.Minute},
		{Began: true, StartUp: 30 * time.Second, Stalls: 3, Stalled: 20 * time.Second, Watched: time.Minute}, {}})}
	if err := Print(&out, &s, false); err != nil {
		t.Fatal(err)
	}
	want := "begins after 20.0 s on average (95th percentile 29.0 s), stalls 1.5 times for 10.0 s in total; continuity 87.5 %, 50 % never stalled; it never began for 1 leechers"
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwithout\n%s", out.String(), want)
	}
	if s.Playback = nil; Print(&out, &s, false) == nil && strings.Count(out.String(), "playback") != 1 {
		t.Error("playback in a run without viewers")
	}
}
