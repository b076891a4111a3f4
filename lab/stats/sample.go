package stats

import (
	"math"
	"math/rand/v2"
)

// Sample is a series of values for each variant.
type Sample struct {
	Series [][]float64
	Paired bool // the ith values of all series belong together
}

// NewSample makes a sample without the values that are NaN. In a paired sample, the ith
// values of all series are left out if one of them is NaN.
func NewSample(paired bool, series ...[]float64) *Sample {
	s := &Sample{Paired: paired, Series: make([][]float64, len(series))}
	for j, xs := range series {
		for i, x := range xs {
			complete := !math.IsNaN(x)
			for k := 0; paired && k < len(series); k++ {
				complete = complete && !math.IsNaN(series[k][i])
			}
			if complete {
				s.Series[j] = append(s.Series[j], x)
			}
		}
	}
	return s
}

// Len returns the length of the shortest series.
func (s *Sample) Len() int {
	n := math.MaxInt
	for _, xs := range s.Series {
		n = min(n, len(xs))
	}
	return n
}

// Statistic computes a number from the means of a sample's series, and stores in slopes
// its derivative by each of them.
type Statistic func(means, slopes []float64) float64

// Mean is the mean of the first series.
func Mean(means, slopes []float64) float64 {
	slopes[0] = 1
	return means[0]
}

// Difference is the mean of the second series minus that of the first.
func Difference(means, slopes []float64) float64 {
	slopes[0], slopes[1] = -1, 1
	return means[1] - means[0]
}

// RelativeDifference is the difference divided by the mean of the first series.
func RelativeDifference(means, slopes []float64) float64 {
	slopes[0], slopes[1] = -means[1]/means[0]/means[0], 1/means[0]
	return means[1]/means[0] - 1
}

// estimator computes a statistic and its standard error, for a sample or for resamples
// of it, without allocating.
type estimator struct {
	*Sample
	f             Statistic
	picks         [][]int // indices of the values in the resample
	means, slopes []float64
}

func newEstimator(s *Sample, f Statistic) *estimator {
	e := &estimator{Sample: s, f: f, means: make([]float64, len(s.Series)), slopes: make([]float64, len(s.Series))}
	for _, xs := range s.Series {
		e.picks = append(e.picks, make([]int, len(xs)))
	}
	return e
}

// estimate computes the statistic of a random resample, or of the sample if r is nil.
func (e *estimator) estimate(r *rand.Rand) (value, standardError float64) {
	for j, xs := range e.Series {
		sum := 0.0
		for i := range xs {
			switch {
			case r == nil:
				e.picks[j][i] = i
			case e.Paired && j > 0:
				e.picks[j][i] = e.picks[0][i]
			default:
				e.picks[j][i] = r.IntN(len(xs))
			}
			sum += xs[e.picks[j][i]]
		}
		e.means[j] = sum / float64(len(xs))
	}
	value = e.f(e.means, e.slopes)
	if e.Paired {
		return value, math.Sqrt(e.variance(0, len(e.Series)))
	}
	sum := 0.0
	for j := range e.Series {
		sum += e.variance(j, j+1)
	}
	return value, math.Sqrt(sum)
}

// variance returns the variance of the statistic that is due to the series from
// (inclusive) to (exclusive), by the delta method.
func (e *estimator) variance(from, to int) float64 {
	n := len(e.Series[from])
	sum, size := 0.0, 0.0
	for i := range n {
		x := 0.0
		for j := from; j < to; j++ {
			v := e.Series[j][e.picks[j][i]]
			x += float64(e.slopes[j] * (v - e.means[j]))
			size = max(size, math.Abs(e.slopes[j]*v))
		}
		sum += float64(x * x)
	}
	v := sum / float64(n-1) / float64(n)
	if v < 1e-24*size*size { // rounding errors only
		return 0
	}
	return v
}
