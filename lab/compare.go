package lab

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"swarmsim/lab/stats"
	"swarmsim/lab/trial"
)

// Comparison compares a variant with the baseline, at one point.
type Comparison struct {
	Metric   string       `json:"metric"`
	Unit     string       `json:"unit,omitempty"`
	At       []FieldValue `json:"at,omitempty"`
	Variant  string       `json:"variant"`
	Baseline string       `json:"baseline"`
	Seeds    int          `json:"seeds"` // with a value of both variants

	Mean           Number `json:"mean"`
	BaselineMean   Number `json:"baseline_mean"`
	Difference     Number `json:"difference"` // variant minus baseline
	DifferenceLow  Number `json:"difference_ci95_low"`
	DifferenceHigh Number `json:"difference_ci95_high"`
	Change         Number `json:"change"` // the difference divided by the baseline's mean
	ChangeLow      Number `json:"change_ci95_low"`
	ChangeHigh     Number `json:"change_ci95_high"`
	EffectSize     Number `json:"effect_size"` // Hedges' g; of paired differences with common random numbers
	P              Number `json:"p"`
	PHolm          Number `json:"p_holm"`
	Shown          bool   `json:"shown"`         // the difference is significant
	TooFew         bool   `json:"too_few_seeds"` // for any difference to be significant, however large
	Identical      bool   `json:"identical"`     // equal with every seed

	field string // whose values the variants are; "" for variants with names
}

// comparisons compares all variants with the baseline, at every point.
func (p *Plan) comparisons(of values) []Comparison {
	var out []Comparison
	for _, m := range p.Metrics {
		for point := range p.Points {
			for v := range p.Variants {
				if v != p.baseline() {
					out = append(out, p.compare(of, m, point, v))
				}
			}
		}
	}
	return out
}

func (p *Plan) compare(of values, m Metric, point, variant int) Comparison {
	base, cell := p.cellAt(point, p.baseline()), p.cellAt(point, variant)
	s := stats.NewSample(p.Sweep.CRN, of(base, m.Full), of(cell, m.Full))
	c := newComparison()
	c.Metric, c.Unit, c.At = m.Name, m.Unit, p.Cells[cell].At
	c.Variant, c.Baseline, c.field = p.Variants[variant], p.Sweep.Compare, p.Sweep.VariantField()
	c.Seeds = s.Len()
	if c.Seeds == 0 {
		return c
	}
	a, b := s.Series[0], s.Series[1]
	name := []string{p.cellID(base), p.cellID(cell), m.Full}
	d := s.Interval(stats.Difference, stats.NamedRand(append(name, "difference")...))
	c.BaselineMean, c.Mean = Number(stat.Mean(a, nil)), Number(stat.Mean(b, nil))
	c.Difference, c.DifferenceLow, c.DifferenceHigh = Number(d.Estimate), Number(d.Low), Number(d.High)
	if c.BaselineMean != 0 {
		r := s.Interval(stats.RelativeDifference, stats.NamedRand(append(name, "change")...))
		c.Change, c.ChangeLow, c.ChangeHigh = Number(r.Estimate), Number(r.Low), Number(r.High)
	}
	c.EffectSize = Number(stats.EffectSize(a, b, s.Paired))
	if s.Paired {
		differences := stats.Differences(a, b)
		c.P = Number(stats.SignFlip(differences, stats.NamedRand(append(name, "p")...)))
		c.Identical = stat.StdDev(append(differences, 0), nil) == 0
	} else {
		c.P = Number(stats.Permutation(a, b, stats.NamedRand(append(name, "p")...)))
	}
	return c
}

// newComparison returns a comparison without values.
func newComparison() Comparison {
	missing := Number(math.NaN())
	return Comparison{
		Mean:           missing,
		BaselineMean:   missing,
		Difference:     missing,
		DifferenceLow:  missing,
		DifferenceHigh: missing,
		Change:         missing,
		ChangeLow:      missing,
		ChangeHigh:     missing,
		EffectSize:     missing,
		P:              1,
		PHolm:          1,
	}
}

// intervalsExcludeZero reports whether the intervals that exist exclude zero. A
// difference is significant if both they and the test say so.
func (c *Comparison) intervalsExcludeZero() bool {
	excludes := func(low, high Number) bool { return !low.exists() || !high.exists() || low > 0 || high < 0 }
	return excludes(c.DifferenceLow, c.DifferenceHigh) && excludes(c.ChangeLow, c.ChangeHigh)
}

// applyHolm corrects the p-values for the number of comparisons by the Holm-Bonferroni method, and
// decides which differences are significant.
func (o *SweepResult) applyHolm() {
	ps := make([]float64, len(o.Comparisons))
	for i := range ps {
		ps[i] = float64(o.Comparisons[i].P)
	}
	for i, p := range stats.Holm(ps) {
		c := &o.Comparisons[i]
		c.PHolm, c.Shown = Number(p), p < stats.Alpha && c.intervalsExcludeZero()
		c.TooFew = !c.Shown && !c.Identical && !canShow(c.Seeds, len(o.Comparisons), o.CRN)
		if c.Shown {
			o.Differences++
		}
		if ps[i] < stats.Alpha {
			o.Uncorrected++
		}
	}
}

// canShow reports whether a corrected test with this number of seeds and comparisons can
// be significant at all.
func canShow(seeds, comparisons int, paired bool) bool {
	return stats.MinP(seeds, paired)*float64(comparisons) < stats.Alpha
}

// canShow reports whether there are enough seeds for any comparison to be significant.
func (o *SweepResult) canShow() bool {
	return slices.ContainsFunc(o.Comparisons, func(c Comparison) bool { return !c.TooFew })
}

// widest returns the largest half-width of the intervals of all differences, or of the
// means if nothing is compared, as a share of the baseline's mean.
func (p *Plan) widest(rows trial.Rows, seeds int) float64 {
	widest := 0.0
	add := func(half, mean float64) {
		switch {
		case half == 0:
		case mean == 0 || math.IsNaN(half):
			widest = math.Inf(1)
		default:
			widest = max(widest, half/math.Abs(mean))
		}
	}
	of := p.values(rows, seeds)
	for _, m := range p.Metrics {
		for point := range p.Points {
			base := p.cellAt(point, p.baseline())
			values := of(base, m.Full)
			if len(p.Variants) == 1 {
				i := stats.NewSample(false, values).Interval(stats.Mean, stats.NamedRand("width", m.Full))
				add(i.HalfWidth(), i.Estimate)
			}
			for v := range p.Variants {
				if v == p.baseline() {
					continue
				}
				cell := p.cellAt(point, v)
				s := stats.NewSample(p.Sweep.CRN, values, of(cell, m.Full))
				name := stats.NamedRand(p.cellID(base), p.cellID(cell), m.Full, "difference")
				add(s.Interval(stats.Difference, name).HalfWidth(), stat.Mean(s.Series[0], nil))
			}
		}
	}
	return widest
}
