package bench

import (
	"math"

	"swarmsim/lab/stats"
)

// decidePaired decides a metric with a tolerance, whose seeds are paired.
func (x *MetricComparison) decidePaired(before, after []float64, name string) {
	s := stats.NewSample(true, before, after)
	x.setInterval(s, name)
	x.Outcome = Same
	if !x.beyond() {
		x.setNeeded(s.Len(), s.Len())
		return
	}
	switch {
	case math.IsNaN(x.Relative): // from 0 to something else
		x.Outcome = x.direct(x.After - x.Before)
	case s.Len() < 2 || x.excludesZero():
		x.Outcome = x.direct(x.After - x.Before)
	default:
		x.setNeeded(s.Len(), s.Len())
	}
}

// setInterval computes the interval of the relative change.
func (x *MetricComparison) setInterval(s *stats.Sample, name string) {
	if s.Len() > 0 && x.Before != 0 {
		x.Interval = s.Interval(stats.RelativeDifference, stats.NamedRand(name, "change"))
	}
}

// beyond reports whether the change is larger than the tolerance.
func (x *MetricComparison) beyond() bool {
	if math.IsNaN(x.Relative) {
		return x.Before != x.After
	}
	return math.Abs(x.Relative) > x.Tolerance
}

// excludesZero reports whether the interval of the change excludes no change.
func (x *MetricComparison) excludesZero() bool { return x.Interval.Low > 0 || x.Interval.High < 0 }

// maxNeeded bounds how many runs are recommended.
const maxNeeded = 1_000_000

// setNeeded computes how many runs tell a difference of the tolerance, or without one of what was
// measured: the width of an interval falls with the square root of their number.
func (x *MetricComparison) setNeeded(n, least int) {
	difference := x.Tolerance
	if difference == 0 {
		difference = math.Abs(x.Relative)
	}
	half := x.Interval.HalfWidth()
	if math.IsNaN(half) || difference == 0 || math.IsNaN(difference) {
		x.Needed = max(0, least)
		if x.Needed <= n {
			x.Needed = 0
		}
		return
	}
	ratio := half / difference
	needed := math.Ceil(float64(float64(n) * float64(ratio*ratio)))
	x.Needed = int(min(max(needed, float64(least)), maxNeeded))
	if x.Needed <= n {
		x.Needed = 0
	}
}

// compareUnpaired computes the interval of a metric whose runs are not repeatable. The p-value is
// kept in p until decideUnpaired.
func (x *MetricComparison) compareUnpaired(before, after []float64, name string) {
	s := stats.NewSample(false, before, after)
	x.p, x.runs = 1, s.Len()
	if s.Len() == 0 {
		return
	}
	x.setInterval(s, name)
	x.p = stats.Permutation(s.Series[0], s.Series[1], stats.NamedRand(name, "p"))
	if x.Before != x.After {
		x.Moved = s.Len()
	}
}

// decideUnpaired decides the metrics of a subject that is not repeatable.
func (p *pairing) decideUnpaired(metrics []MetricComparison) {
	var ps []float64
	for i := range metrics {
		if metrics[i].runs > 0 {
			ps = append(ps, metrics[i].p)
		}
	}
	corrected := stats.Holm(ps)
	least := 1 // runs of each, with which a difference can be significant at all
	for stats.MinP(least, false)*float64(len(ps)) >= stats.Alpha && least < maxNeeded {
		least++
	}
	for i := range metrics {
		x := &metrics[i]
		if x.runs == 0 {
			if x.Outcome == Same && !math.IsNaN(x.Before) && math.IsNaN(x.After) && x.Direction != NoDirection {
				x.Outcome = Worse // no run has a value any more
			}
			continue
		}
		significant := corrected[0] < stats.Alpha && (x.excludesZero() || x.Before == 0)
		corrected = corrected[1:]
		if x.beyond() && significant {
			x.Outcome = x.direct(x.After - x.Before)
			continue
		}
		x.Outcome = Same
		x.setNeeded(x.runs, least)
	}
}
