package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// pairs draws correlated, skewed values of two variants, as common random numbers give;
// b is higher by a share.
func pairs(r *rand.Rand, n int, higher float64) (a, b []float64) {
	for range n {
		common := 100 * math.Exp(0.3*r.NormFloat64())
		a = append(a, common*math.Exp(0.1*r.NormFloat64()))
		b = append(b, common*(1+higher)*math.Exp(0.1*r.NormFloat64()))
	}
	return a, b
}

// Intervals of 95 % cover the true value in about 95 % of experiments: for means,
// differences and relative differences of skewed values, with as few values as sweeps
// have.
func TestIntervalCoverage(t *testing.T) {
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
			hold("mean", quick(NewSample(false, a), Mean, r), mean)
			hold("difference", quick(NewSample(true, a, b), Difference, r), 0.2*mean)
			hold("change", quick(NewSample(true, a, b), RelativeDifference, r), 0.2)
			a, b = unpaired(n)
			hold("unpaired change", quick(NewSample(false, a, b), RelativeDifference, r), 0.2)
		}
		for name, h := range held {
			// The expected number is 760 of 800, with a standard deviation of 6;
			// small samples of skewed values get some more tolerance. (With 4,000
			// trials the coverage is 93.5 to 95 %, and 98 % for 3 unpaired values.)
			if share := float64(h) / trials; share < 0.915 || share > 0.99 && n >= minBootstrap {
				t.Errorf("%s of %d values: %.3f of the 95 %% intervals hold the truth", name, n, share)
			}
		}
	}
}

// quick is Sample.Interval with fewer resamples.
func quick(s *Sample, f Statistic, r *rand.Rand) Interval { return s.bootstrap(f, r, 499) }

// The tests find a difference between equal variants in at most 5 % of cases, and a
// large difference in nearly all.
func TestErrorRate(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const trials = 1000
	// Of 1000 comparisons of equal variants 50 have p < 0.05 if p is continuous, with a
	// standard deviation of 7.
	limit := int(distuv.Binomial{N: trials, P: Alpha}.Mean() + 3*distuv.Binomial{N: trials, P: Alpha}.StdDev())
	wrong, found := 0, 0
	for range trials {
		a, b := pairs(r, 10, 0)
		if SignFlip(Differences(a, b), r) < Alpha {
			wrong++
		}
		a, b = pairs(r, 10, 0.2)
		if SignFlip(Differences(a, b), r) < Alpha {
			found++
		}
	}
	if wrong > limit || found < 900 {
		t.Errorf("of %d pairs of equal variants %d differ, at most %d should; of %[4]d that differ by 20 %% %d are found", trials, wrong, limit, trials, found)
	}
	const few = 200
	wrong = 0
	for range few {
		var a, b []float64
		for range 8 {
			a, b = append(a, r.ExpFloat64()), append(b, r.ExpFloat64())
		}
		if Permutation(a, b, r) < Alpha {
			wrong++
		}
	}
	if limit := int(few*Alpha + 3*math.Sqrt(few*Alpha*(1-Alpha))); wrong > limit {
		t.Errorf("of %d unpaired equal variants %d differ, at most %d should", few, wrong, limit)
	}
}

// With Holm's correction, at most 5 % of sweeps show any difference between equal
// variants.
func TestHolmBoundsTheErrorRateOfASweep(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const sweeps, comparisons = 300, 20
	wrong := 0
	for range sweeps {
		var ps []float64
		for range comparisons {
			a, b := pairs(r, 11, 0)
			ps = append(ps, SignFlip(Differences(a, b), r))
		}
		for _, p := range Holm(ps) {
			if p < Alpha {
				wrong++
				break
			}
		}
	}
	if limit := sweeps*Alpha + 3*math.Sqrt(sweeps*Alpha*(1-Alpha)); float64(wrong) > limit {
		t.Errorf("%d of %d sweeps show a difference where there is none; at most %.0f should", wrong, sweeps, limit)
	}
}

func TestSignFlipByHand(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range []struct {
		d []float64
		p float64
	}{
		{[]float64{1, 2, 3}, 2.0 / 8},        // only equal signs are as extreme
		{[]float64{3, -1, 2}, 4.0 / 8},       // |sum| 4: +++ (6), +-+ (4) and their negatives
		{[]float64{0, 0, 0}, 1},              // nothing differs
		{[]float64{1, 1, 1, 1, 1}, 2.0 / 32}, // five values cannot reach 5 %
		{[]float64{1, 1, 1, 1, 1, 1}, 2.0 / 64},
	} {
		if p := SignFlip(c.d, r); math.Abs(p-c.p) > 1e-12 {
			t.Errorf("%v: p = %v, want %v", c.d, p, c.p)
		}
	}
	// Random signs agree with all signs.
	var d []float64
	for range maxExact {
		d = append(d, r.NormFloat64()+0.4)
	}
	exact := SignFlip(d, r)
	sampled := SignFlip(append(d, 0, 0), r) // zeros do not change p, but exceed maxExact
	if math.Abs(exact-sampled) > 4*math.Sqrt(exact*(1-exact)/shuffles) {
		t.Errorf("exact %v, sampled %v", exact, sampled)
	}
}

func TestHolm(t *testing.T) {
	// By hand: 0.01*4, 0.02*3, 0.03*2, 0.04*1, made non-decreasing.
	got := Holm([]float64{0.04, 0.01, 0.03, 0.02})
	for i, want := range []float64{0.06, 0.04, 0.06, 0.06} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("%d: %v, want %v", i, got[i], want)
		}
	}
}

func TestFDR(t *testing.T) {
	// By hand: 0.01*4/1, 0.02*4/2, 0.03*4/3, 0.2*4/4.
	got := FDR([]float64{0.2, 0.01, 0.03, 0.02})
	for i, want := range []float64{0.2, 0.04, 0.04, 0.04} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("%d: %v, want %v", i, got[i], want)
		}
	}
}

func TestEffectSize(t *testing.T) {
	// Differences 1, 2, 3: mean 2, deviation 1, corrected by 1 - 3/7.
	if g := EffectSize([]float64{0, 0, 0}, []float64{1, 2, 3}, true); math.Abs(g-2*(1-3.0/7)) > 1e-12 {
		t.Errorf("paired: %v", g)
	}
	if g := EffectSize([]float64{1, 2, 3}, []float64{2, 3, 4}, false); math.Abs(g-1*(1-3.0/15)) > 1e-12 {
		t.Errorf("unpaired: %v", g)
	}
	if g := EffectSize([]float64{1, 2}, []float64{2, 3}, true); !math.IsNaN(g) {
		t.Errorf("nothing varies: %v", g)
	}
}

// Differences that are equal except for rounding have no effect size.
func TestEqualDifferencesHaveNoEffectSize(t *testing.T) {
	a, b := []float64{70.38, 64.69, 61.1, 66.02}, make([]float64, 4)
	for i, x := range a {
		b[i] = x + 0.1 + 0.2 // not exactly 0.3, each with another rounding error
	}
	if g := EffectSize(a, b, true); !math.IsNaN(g) {
		t.Errorf("effect size %v", g)
	}
	b[0]++
	if g := EffectSize(a, b, true); math.IsNaN(g) || g > 10 {
		t.Errorf("differences that vary: effect size %v", g)
	}
}
