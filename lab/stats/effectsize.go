package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// EffectSize returns Hedges' g (Hedges 1981): the mean difference b - a divided by the
// standard deviation, of the differences if the samples are paired and of the pooled
// values otherwise, corrected for small samples. It is NaN if the standard deviation is 0
// except for rounding.
func EffectSize(a, b []float64, paired bool) float64 {
	size := 0.0 // of the values, whose rounding errors the differences inherit
	for _, xs := range [][]float64{a, b} {
		for _, x := range xs {
			size = max(size, math.Abs(x))
		}
	}
	var mean, sd, freedom float64
	if paired {
		d := Differences(a, b)
		mean, sd = stat.MeanStdDev(d, nil)
		freedom = float64(len(d) - 1)
	} else {
		meanA, sdA := stat.MeanStdDev(a, nil)
		meanB, sdB := stat.MeanStdDev(b, nil)
		n, m := float64(len(a)), float64(len(b))
		freedom = n + m - 2
		mean, sd = meanB-meanA, math.Sqrt((float64((n-1)*sdA*sdA)+float64((m-1)*sdB*sdB))/freedom)
	}
	if sd <= 1e-9*size || math.IsNaN(sd) || freedom < 1 {
		return math.NaN()
	}
	return mean / sd * (1 - 3/(float64(4*freedom)-1))
}

// Differences returns b[i] - a[i] for every i.
func Differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = b[i] - a[i]
	}
	return out
}
