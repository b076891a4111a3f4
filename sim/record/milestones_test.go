package record

import (
	"testing"
	"time"
)

func TestMilestones(t *testing.T) {
	for _, c := range []struct{ pieces, tenth, lastTen int }{{30, 10, 20}, {11, 10, 1}, {10, 10, 0}, {3, 0, 0}} {
		var m Milestones
		for have := 1; have <= c.pieces; have++ {
			m.PieceCompleted(have, c.pieces, time.Duration(have)*time.Second)
		}
		if want := (Milestones{time.Duration(c.tenth) * time.Second, time.Duration(c.lastTen) * time.Second}); m != want {
			t.Errorf("%d pieces, one a second: %+v, want %+v", c.pieces, m, want)
		}
	}
}

// Times are from a leecher's arrival. One that lacks more than ten pieces counts for the others only.
func TestMilestoneTimes(t *testing.T) {
	var times MilestoneTimes
	times.Add(5*time.Second, 6*time.Second, 40*time.Second, Milestones{15 * time.Second, 35 * time.Second})
	times.Add(5*time.Second, 8*time.Second, 0, Milestones{25 * time.Second, 45 * time.Second})
	times.Add(5*time.Second, 0, 0, Milestones{})
	var s Summary
	times.Summarize(&s)
	for i, got := range []Completion{s.FirstPieceS, s.FirstTenS, s.UntilLastTenS, s.LastTenS} {
		want := []Completion{{Count: 2, Mean: 2}, {Count: 2, Mean: 15}, {Count: 2, Mean: 35}, {Count: 1, Mean: 5}}[i]
		if got.Count != want.Count || got.Mean != want.Mean {
			t.Errorf("%d: %d with a mean of %v s, want %d of %v s", i, got.Count, got.Mean, want.Count, want.Mean)
		}
	}
}
