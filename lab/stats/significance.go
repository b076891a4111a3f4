package stats

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Alpha is the family-wise error rate of a sweep: the highest acceptable probability
// that any of its comparisons shows a difference where there is none.
const Alpha = 0.05

// maxExact is the largest number of pairs for which SignFlip tries all 2^n signs.
const maxExact = 18

// shuffles is the number of random permutations of a test that does not try all.
const shuffles = 19_999

// SignFlip is the paired permutation test (Fisher 1935). If the variants are equal, each
// pair's difference could as well have the other sign: the p-value is the share of all
// choices of signs for which the mean is at least as far from zero as observed.
func SignFlip(differences []float64, r *rand.Rand) float64 {
	sum, size := 0.0, 0.0
	for _, x := range differences {
		sum += x
		size += math.Abs(x)
	}
	if size == 0 {
		return 1
	}
	observed := math.Abs(sum) - float64(1e-9*size) // ties count in spite of rounding
	if len(differences) > maxExact {
		return sampledSignFlip(differences, observed, r)
	}
	// A Gray code visits all choices of signs and flips one sign at a time.
	signed := slices.Clone(differences)
	extreme, total := 0, 1<<len(differences)
	for k := 1; ; k++ {
		if math.Abs(sum) >= observed {
			extreme++
		}
		if k == total {
			return float64(extreme) / float64(total)
		}
		i := bits.TrailingZeros(uint(k))
		sum -= 2 * signed[i]
		signed[i] = -signed[i]
	}
}

// sampledSignFlip estimates the p-value from random signs.
func sampledSignFlip(differences []float64, observed float64, r *rand.Rand) float64 {
	extreme := 1
	for range shuffles {
		sum := 0.0
		for _, x := range differences {
			if r.Uint64()&1 == 0 {
				x = -x
			}
			sum += x
		}
		if math.Abs(sum) >= observed {
			extreme++
		}
	}
	return float64(extreme) / (shuffles + 1)
}

// Permutation is the permutation test of two unpaired samples. If the variants are
// equal, every split of all values into two samples of these sizes is equally likely:
// the p-value is the share of random splits whose means differ at least as much as
// observed.
func Permutation(a, b []float64, r *rand.Rand) float64 {
	all := slices.Concat(a, b)
	total, size := 0.0, 0.0
	for _, x := range all {
		total += x
		size += math.Abs(x)
	}
	n, m := float64(len(a)), float64(len(b))
	distance := func(sumA float64) float64 { return math.Abs((total-sumA)/m - sumA/n) }
	sum := func(xs []float64) (s float64) {
		for _, x := range xs {
			s += x
		}
		return s
	}
	observed := distance(sum(a)) - float64(1e-12*size)
	extreme := 1
	for range shuffles {
		for i := range a { // the first len(a) steps of a Fisher-Yates shuffle
			k := i + r.IntN(len(all)-i)
			all[i], all[k] = all[k], all[i]
		}
		if distance(sum(all[:len(a)])) >= observed {
			extreme++
		}
	}
	return float64(extreme) / (shuffles + 1)
}

// MinP returns the smallest p-value that a test with n values per variant can give.
func MinP(n int, paired bool) float64 {
	if paired && n <= maxExact {
		return 2 / float64(int(1)<<n)
	}
	if !paired && n < 10 {
		return 2 * math.Exp(2*logGamma(n+1)-logGamma(2*n+1)) // 2 of the binomial(2n, n) splits
	}
	return 1.0 / (shuffles + 1)
}

func logGamma(n int) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}

// Holm corrects p-values for multiple comparisons (Holm 1979). If all variants are
// equal, the probability that any corrected value is below Alpha is at most Alpha.
func Holm(ps []float64) []float64 {
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

// FDR corrects p-values for a search among many comparisons (Benjamini and Hochberg 1995): of those
// whose corrected value is below Alpha, the expected share without a difference is at most Alpha. It
// finds more than Holm, which keeps out every false one.
func FDR(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[b], ps[a]) })
	out := make([]float64, len(ps))
	lowest := 1.0
	for k, i := range order { // the highest first
		lowest = min(lowest, ps[i]*float64(len(ps))/float64(len(ps)-k))
		out[i] = lowest
	}
	return out
}
