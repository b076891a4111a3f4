package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Confidence is the confidence level of all intervals.
const Confidence = 0.95

// bootstrapResamples is the number of resamples of a bootstrap. It gives the ends of an
// interval to about 2 % of its width.
const bootstrapResamples = 4999

// minBootstrap is the fewest values for a bootstrap. Resamples of fewer values differ too
// little and occasionally give intervals of absurd width; Student's t is used instead.
const minBootstrap = 10

// Interval is an estimate with its confidence interval.
type Interval struct{ Estimate, Low, High float64 }

// HalfWidth returns how far the interval reaches to either side, on average.
func (i Interval) HalfWidth() float64 { return (i.High - i.Low) / 2 }

// Interval bounds a statistic of the sample.
//
// It uses the bootstrap-t method (Efron and Tibshirani 1993, section 12.5), which
// estimates the distribution of the statistic, in units of its standard error, from
// resamples. With the 10 to 30 values that sweeps have, its coverage is close to 95 %,
// as a test checks; percentile and BCa intervals are too narrow (Hesterberg 2015): of 10
// values they cover the true value in 90 % of cases only. The standard error is that of
// the delta method.
func (s *Sample) Interval(f Statistic, r *rand.Rand) Interval {
	return s.bootstrap(f, r, bootstrapResamples)
}

func (s *Sample) bootstrap(f Statistic, r *rand.Rand, resamples int) Interval {
	e := newEstimator(s, f)
	value, se := e.estimate(nil)
	n := s.Len()
	if n < 2 {
		return Interval{value, math.NaN(), math.NaN()}
	}
	if se == 0 || math.IsNaN(value) {
		return Interval{value, value, value}
	}
	if n < minBootstrap {
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1 + Confidence) / 2)
		half := float64(t * se)
		return Interval{value, value - half, value + half}
	}
	ts := make([]float64, 0, resamples)
	for range resamples {
		v, se := e.estimate(r)
		if se > 0 { // a resample of equal values has no standard error
			ts = append(ts, (v-value)/se)
		}
	}
	if len(ts) < resamples/2 {
		return Interval{value, math.NaN(), math.NaN()}
	}
	slices.Sort(ts)
	return Interval{
		Estimate: value,
		Low:      value - float64(stat.Quantile((1+Confidence)/2, stat.Empirical, ts, nil)*se),
		High:     value - float64(stat.Quantile((1-Confidence)/2, stat.Empirical, ts, nil)*se),
	}
}
