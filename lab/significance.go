package lab

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// alpha is the error rate that comparisons are held to: how often a difference
// may be said to be shown, in any comparison of a sweep, where there is none.
const alpha = 0.05

// exactFlips is how many pairs are looked at in all 2^n ways; with more of them
// a sample of the ways is as good.
const exactFlips = 18

// shuffles of a permutation test that does not try all.
const shuffles = 19_999

// signFlip is the exact paired permutation test: if variants make no difference,
// each pair's difference could as well have the other sign (Fisher 1935). It
// returns in what share of all ways to choose signs the mean is at least as far
// from zero.
func signFlip(d []float64, r *rand.Rand) float64 {
	sum, size := 0.0, 0.0
	for _, x := range d {
		sum += x
		size += math.Abs(x)
	}
	least := math.Abs(sum) - float64(1e-9*size) // ties count, whatever rounding does
	if size == 0 {
		return 1
	}
	if len(d) > exactFlips {
		asFar := 1
		for range shuffles {
			s := 0.0
			for _, x := range d {
				if r.Uint64()&1 == 0 {
					x = -x
				}
				s += x
			}
			if math.Abs(s) >= least {
				asFar++
			}
		}
		return float64(asFar) / (shuffles + 1)
	}
	// A Gray code goes through all ways by flipping one sign at a time.
	signs := slices.Clone(d)
	asFar, ways := 0, 1<<len(d)
	for k := 1; ; k++ {
		if math.Abs(sum) >= least {
			asFar++
		}
		if k == ways {
			return float64(asFar) / float64(ways)
		}
		bit := trailingZeros(k)
		sum -= 2 * signs[bit]
		signs[bit] = -signs[bit]
	}
}

func trailingZeros(k int) int {
	n := 0
	for k&1 == 0 {
		k >>= 1
		n++
	}
	return n
}

// permuted is the permutation test of two samples that are not paired: if
// variants make no difference, any values could be any variant's.
func permuted(a, b []float64, r *rand.Rand) float64 {
	all := slices.Concat(a, b)
	total, size := 0.0, 0.0
	for _, x := range all {
		total += x
		size += math.Abs(x)
	}
	n, m := float64(len(a)), float64(len(b))
	apart := func(sum float64) float64 { return math.Abs((total-sum)/m - sum/n) }
	sumOf := func(xs []float64) (s float64) {
		for _, x := range xs {
			s += x
		}
		return s
	}
	least := apart(sumOf(a)) - float64(1e-12*size)
	asFar := 1
	for range shuffles {
		for i := range a { // a random choice of len(a) values comes to the front
			k := i + r.IntN(len(all)-i)
			all[i], all[k] = all[k], all[i]
		}
		if apart(sumOf(all[:len(a)])) >= least {
			asFar++
		}
	}
	return float64(asFar) / (shuffles + 1)
}

// leastP is the smallest p that a test of so many seeds can come to.
func leastP(n int, paired bool) float64 {
	if paired && n <= exactFlips {
		return 2 / float64(int(1)<<n)
	}
	if !paired && n < 10 {
		return 2 * math.Exp(2*lgamma(n+1)-lgamma(2*n+1)) // one of the ways to part 2n values
	}
	return 1.0 / (shuffles + 1)
}

func lgamma(n int) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}

// holm corrects p-values for their number (Holm 1979): with what it returns the
// chance that any of them is below alpha by chance alone is at most alpha.
func holm(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ps[a] < ps[b]:
			return -1
		case ps[a] > ps[b]:
			return 1
		}
		return 0
	})
	out := make([]float64, len(ps))
	highest := 0.0
	for rank, i := range order {
		highest = max(highest, min(1, ps[i]*float64(len(ps)-rank)))
		out[i] = highest
	}
	return out
}

// effectSize is how large a difference is against how values vary: Cohen's d,
// of the paired differences or of two samples, with Hedges' correction for few
// values (Hedges 1981). NaN where the differences are equal but for rounding: a
// difference that never varies has no size against how it varies.
func effectSize(a, b []float64, paired bool) float64 {
	var mean, sd, freedom float64
	size := 0.0 // of the values, whose rounding the differences inherit
	for _, xs := range [][]float64{a, b} {
		for _, x := range xs {
			size = max(size, math.Abs(x))
		}
	}
	if paired {
		d := differences(a, b)
		mean, sd = stat.MeanStdDev(d, nil)
		freedom = float64(len(d) - 1)
	} else {
		ma, sa := stat.MeanStdDev(a, nil)
		mb, sb := stat.MeanStdDev(b, nil)
		n, m := float64(len(a)), float64(len(b))
		freedom = n + m - 2
		mean, sd = mb-ma, math.Sqrt((float64((n-1)*sa*sa)+float64((m-1)*sb*sb))/freedom)
	}
	if sd <= 1e-9*size || math.IsNaN(sd) || freedom < 1 {
		return math.NaN()
	}
	return mean / sd * (1 - 3/(float64(4*freedom)-1))
}

func differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = b[i] - a[i]
	}
	return out
}
