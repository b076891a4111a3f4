package lab

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// pairs draws values of two variants that share most of what varies, as common
// random numbers make them: skewed, and b higher by a share.
func pairs(r *rand.Rand, n int, higher float64) (a, b []float64) {
	for range n {
		common := 100 * math.Exp(0.3*r.NormFloat64())
		a = append(a, common*math.Exp(0.1*r.NormFloat64()))
		b = append(b, common*(1+higher)*math.Exp(0.1*r.NormFloat64()))
	}
	return a, b
}

// An interval of 95 % holds the truth in 95 of 100 experiments: for means,
// differences and changes of skewed values, with as few seeds as sweeps have.
func TestIntervalsKeepTheirPromise(t *testing.T) {
	const trials = 800
	r := rand.New(rand.NewPCG(1, 2))
	unpaired := func(n int) (a, b []float64) {
		for range n {
			a, b = append(a, 100*math.Exp(0.3*r.NormFloat64())), append(b, 120*math.Exp(0.3*r.NormFloat64()))
		}
		return a, b
	}
	for _, n := range []int{3, 6, 10, 20} {
		held := map[string]int{}
		for range trials {
			hold := func(name string, i Interval, truth float64) {
				if i.Low <= truth && truth <= i.High {
					held[name]++
				}
			}
			a, b := pairs(r, n, 0.2)
			mean := 100 * math.Exp(0.05) // of the lognormal factors 0.3 and 0.1
			hold("mean", quick(sampleOf(false, a), theMean, r), mean)
			hold("difference", quick(sampleOf(true, a, b), theDifference, r), 0.2*mean)
			hold("change", quick(sampleOf(true, a, b), theChange, r), 0.2)
			a, b = unpaired(n)
			hold("unpaired change", quick(sampleOf(false, a, b), theChange, r), 0.2)
		}
		for name, h := range held {
			// Of 800 trials 95 % are 760, give or take 6; a little is allowed
			// for few and skewed values. (With 4,000 trials all are between
			// 93.5 and 95 %, but for unpaired threes: 98 %.)
			if share := float64(h) / trials; share < 0.915 || share > 0.99 && n >= fewest {
				t.Errorf("%s of %d values: %.3f of the 95 %% intervals hold the truth", name, n, share)
			}
		}
	}
}

// quick is interval with fewer resamples, for many trials.
func quick(s *sample, f statistic, r *rand.Rand) Interval { return s.bootstrap(f, r, 499) }

// Where there is no difference, a test says so in all but the stated share of
// cases; a clear difference is found.
func TestErrorRate(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const trials = 1000
	// Of 1000 comparisons of equals 50 would come out below 5 %, if p were
	// continuous, give or take 7.
	limit := int(distuv.Binomial{N: trials, P: alpha}.Mean() + 3*distuv.Binomial{N: trials, P: alpha}.StdDev())
	false1, found := 0, 0
	for range trials {
		a, b := pairs(r, 10, 0)
		if signFlip(differences(a, b), r) < alpha {
			false1++
		}
		a, b = pairs(r, 10, 0.2)
		if signFlip(differences(a, b), r) < alpha {
			found++
		}
	}
	if false1 > limit || found < 900 {
		t.Errorf("of %d pairs of equals %d differ, at most %d should; of as many that differ by 20 %% %d are found", trials, false1, limit, found)
	}
	const few = 200
	false1 = 0
	for range few {
		var a, b []float64
		for range 8 {
			a, b = append(a, r.ExpFloat64()), append(b, r.ExpFloat64())
		}
		if permuted(a, b, r) < alpha {
			false1++
		}
	}
	if limit := int(few*alpha + 3*math.Sqrt(few*alpha*(1-alpha))); false1 > limit {
		t.Errorf("of %d unpaired equals %d differ, at most %d should", few, false1, limit)
	}
}

// With Holm's correction the chance of any false difference in a whole sweep is
// at most 5 %.
func TestHolmKeepsTheErrorRateOfASweep(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const sweeps, comparisons = 300, 20
	wrong := 0
	for range sweeps {
		var ps []float64
		for range comparisons {
			a, b := pairs(r, 11, 0)
			ps = append(ps, signFlip(differences(a, b), r))
		}
		for _, p := range holm(ps) {
			if p < alpha {
				wrong++
				break
			}
		}
	}
	if limit := sweeps*alpha + 3*math.Sqrt(sweeps*alpha*(1-alpha)); float64(wrong) > limit {
		t.Errorf("%d of %d sweeps show a difference where there is none; at most %.0f should", wrong, sweeps, limit)
	}
}

func TestSignFlipAgainstPencilAndPaper(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range []struct {
		d []float64
		p float64
	}{
		{[]float64{1, 2, 3}, 2.0 / 8},        // only all of one sign are as far out
		{[]float64{3, -1, 2}, 4.0 / 8},       // |sum| 4: +++ (6), +-+ (4) and their mirrors
		{[]float64{0, 0, 0}, 1},              // nothing differs
		{[]float64{1, 1, 1, 1, 1}, 2.0 / 32}, // five seeds cannot reach 5 %
		{[]float64{1, 1, 1, 1, 1, 1}, 2.0 / 64},
	} {
		if p := signFlip(c.d, r); math.Abs(p-c.p) > 1e-12 {
			t.Errorf("%v: p = %v, want %v", c.d, p, c.p)
		}
	}
	// A sample of the ways agrees with all of them.
	var d []float64
	for range exactFlips {
		d = append(d, r.NormFloat64()+0.4)
	}
	exact := signFlip(d, r)
	sampled := signFlip(append(d, 0, 0), r) // zeros change nothing, but are too many
	if math.Abs(exact-sampled) > 4*math.Sqrt(exact*(1-exact)/shuffles) {
		t.Errorf("exact %v, sampled %v", exact, sampled)
	}
}

func TestHolm(t *testing.T) {
	// Holm's own way: 0.01*4, 0.02*3, 0.03*2, 0.04*1, never falling.
	got := holm([]float64{0.04, 0.01, 0.03, 0.02})
	for i, want := range []float64{0.06, 0.04, 0.06, 0.06} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("%d: %v, want %v", i, got[i], want)
		}
	}
}

func TestEffectSize(t *testing.T) {
	// Differences 1, 2, 3: mean 2, deviation 1, corrected by 1 - 3/7.
	if g := effectSize([]float64{0, 0, 0}, []float64{1, 2, 3}, true); math.Abs(g-2*(1-3.0/7)) > 1e-12 {
		t.Errorf("paired: %v", g)
	}
	if g := effectSize([]float64{1, 2, 3}, []float64{2, 3, 4}, false); math.Abs(g-1*(1-3.0/15)) > 1e-12 {
		t.Errorf("unpaired: %v", g)
	}
	if g := effectSize([]float64{1, 2}, []float64{2, 3}, true); !math.IsNaN(g) {
		t.Errorf("nothing varies: %v", g)
	}
}

// A difference that is the same with every seed, but for rounding, has no size
// against how it varies.
func TestEqualDifferencesHaveNoEffectSize(t *testing.T) {
	a, b := []float64{70.38, 64.69, 61.1, 66.02}, make([]float64, 4)
	for i, x := range a {
		b[i] = x + 0.1 + 0.2 // not quite 0.3, by another bit each
	}
	if g := effectSize(a, b, true); !math.IsNaN(g) {
		t.Errorf("effect size %v", g)
	}
	b[0]++
	if g := effectSize(a, b, true); math.IsNaN(g) || g > 10 {
		t.Errorf("differences that vary: effect size %v", g)
	}
}
