package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Timing estimates the CPU time of runs by that of a few.
type Timing struct {
	Runs []TimedRun // by cost, the cheapest first; no two have the same cost
}

// TimedRun is a run that was played, and the CPU time that it took.
type TimedRun struct {
	Run Run
	CPU time.Duration
}

// Sample plays a cheap run, one of median cost and a dear one, after each other, and returns what
// they took. cpu is the CPU time of the process. The rows are passed to keep, so that no run is
// wasted; keep may be nil.
func Sample(
	ctx context.Context, w Work, runs []Run, cpu func() time.Duration, keep func(r Run, row []byte) error,
) (Timing, error) {
	var t Timing
	if len(runs) == 0 {
		return t, nil
	}
	sorted := slices.SortedStableFunc(slices.Values(runs), func(a, b Run) int { return cmp.Compare(a.Cost, b.Cost) })
	for _, r := range []Run{sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]} {
		if n := len(t.Runs); n > 0 && t.Runs[n-1].Run.Cost == r.Cost {
			continue
		}
		before := cpu()
		row, err := w.Play(ctx, r)
		if err == nil && keep != nil {
			err = keep(r, row)
		}
		if err != nil {
			return t, fmt.Errorf("timing a run: %w", err)
		}
		t.Runs = append(t.Runs, TimedRun{r, max(cpu()-before, time.Microsecond)})
	}
	return t, nil
}

// Of estimates the CPU time of a run. Between two runs that were timed it interpolates; beyond them
// time is proportional to cost.
func (t Timing) Of(r Run) time.Duration {
	if len(t.Runs) == 0 {
		return 0
	}
	cost := float64(max(1, r.Cost))
	for i, above := range t.Runs {
		high := float64(max(1, above.Run.Cost))
		if cost > high && i < len(t.Runs)-1 {
			continue
		}
		if i == 0 || cost > high {
			return time.Duration(float64(above.CPU) * cost / high)
		}
		below := t.Runs[i-1]
		low := float64(max(1, below.Run.Cost))
		return below.CPU + time.Duration(float64(above.CPU-below.CPU)*(cost-low)/(high-low))
	}
	return 0
}

// Total estimates the CPU time of runs.
func (t Timing) Total(runs []Run) time.Duration {
	var sum time.Duration
	for _, r := range runs {
		sum += t.Of(r)
	}
	return sum
}
