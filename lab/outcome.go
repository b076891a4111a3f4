package lab

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"swarmsim/sim/record"
)

// Outcome is what a sweep came to.
type Outcome struct {
	Sweep    string `json:"sweep"`
	About    string `json:"about,omitempty"`
	Scenario string `json:"scenario"`
	Runs     int    `json:"runs"`
	Seeds    int    `json:"seeds"` // each combination was played with
	CRN      bool   `json:"crn"`   // differences are between runs with the same random numbers
	Baseline string `json:"baseline,omitempty"`
	Field    string `json:"field,omitempty"` // that variants are values of, where they have no names

	Means       []Mean       `json:"means"`
	Comparisons []Comparison `json:"comparisons"`
	Differences int          `json:"differences"`             // comparisons that show one
	Uncorrected int          `json:"differences_uncorrected"` // that would without the correction for their number
	Target      *Target      `json:"target,omitempty"`

	Found        string                  `json:"found"` // in one sentence
	Notes        []string                `json:"notes,omitempty"`
	Expectations []record.ExpectationMet `json:"expectations,omitempty"`
}

// Mean is a metric of a combination over its seeds.
type Mean struct {
	Variant string    `json:"variant"`
	At      []Setting `json:"at,omitempty"`
	Metric  string    `json:"metric"`
	Unit    string    `json:"unit,omitempty"`
	Seeds   int       `json:"seeds"`   // that came to a value
	Missing int       `json:"missing"` // that did not
	Mean    Number    `json:"mean"`
	SD      Number    `json:"sd"`
	Low     Number    `json:"ci95_low"`
	High    Number    `json:"ci95_high"`
}

// Comparison is a variant against the one it is compared with, at a point.
type Comparison struct {
	Metric   string    `json:"metric"`
	Unit     string    `json:"unit,omitempty"`
	At       []Setting `json:"at,omitempty"`
	Variant  string    `json:"variant"`
	Baseline string    `json:"baseline"`
	Seeds    int       `json:"seeds"` // that came to values on both sides

	Mean           Number `json:"mean"`
	BaselineMean   Number `json:"baseline_mean"`
	Difference     Number `json:"difference"` // variant less baseline
	DifferenceLow  Number `json:"difference_ci95_low"`
	DifferenceHigh Number `json:"difference_ci95_high"`
	Change         Number `json:"change"` // the difference as a share of the baseline's mean
	ChangeLow      Number `json:"change_ci95_low"`
	ChangeHigh     Number `json:"change_ci95_high"`
	EffectSize     Number `json:"effect_size"` // Hedges' g, of paired differences with common random numbers
	P              Number `json:"p"`
	PHolm          Number `json:"p_holm"`
	Shown          bool   `json:"shown"`
	TooFew         bool   `json:"too_few_seeds"` // to show any difference, however large
	Identical      bool   `json:"identical"`     // equal with every seed

	field string
}

// Target tells how adding seeds went.
type Target struct {
	Share   Number `json:"share"`
	Widest  Number `json:"widest"` // share that the widest interval reaches to either side
	Reached bool   `json:"reached"`
}

// Number is written as null where it has no value.
type Number float64

// MarshalJSON leaves out what is no number.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.is() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

func (n Number) is() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// random is the stream of a computation, by what it is for: the same rows give
// the same bytes.
func random(what ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range what {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(h.Sum64(), 0x9e3779b97f4a7c15))
}

// said is what a cell is, in the names of streams: nothing of the program, of which
// another build shall come to the same intervals.
func (p *Plan) said(cell int) string {
	return p.Cells[cell].played.Name + "\n" + strings.Join(p.Cells[cell].Sets, "\n")
}

// Outcome sums up the rows of all runs with so many seeds.
func (p *Plan) Outcome(rows Rows, seeds int) *Outcome {
	s := p.Sweep
	o := &Outcome{Sweep: s.Name, About: s.About, Scenario: p.scenario, Runs: seeds * len(p.Cells), Seeds: seeds, CRN: s.CRN, Baseline: s.Compare,
		Field: p.field(), Comparisons: []Comparison{}}
	for _, m := range p.Metrics {
		for c := range p.Cells {
			o.Means = append(o.Means, p.mean(rows, seeds, c, m))
		}
	}
	o.Comparisons = append(o.Comparisons, p.comparisons(rows, seeds)...)
	o.correct()
	if s.TargetCI > 0 {
		widest := p.widest(rows, seeds)
		o.Target = &Target{Share: Number(s.TargetCI), Widest: Number(widest), Reached: widest <= float64(s.TargetCI)}
	}
	o.Notes = p.notes(o, rows)
	o.Found = o.sentence()
	for i := range s.Expect {
		o.Expectations = append(o.Expectations, p.expectation(&s.Expect[i], o, rows)...)
	}
	return o
}

// values of a measure in a cell, by seed; NaN where a run came to none.
func (p *Plan) values(rows Rows, seeds, cell int, measure string) []float64 {
	out := make([]float64, seeds)
	for nth := range out {
		out[nth] = math.NaN()
		if row := rows[p.run(cell, nth).Key]; row != nil {
			if v, ok := row.Values[measure]; ok {
				out[nth] = v
			}
		}
	}
	return out
}

// sampleOf is a sample of series by seed, without the seeds of which something
// is missing: of all series if they are paired.
func sampleOf(paired bool, series ...[]float64) *sample {
	s := &sample{paired: paired, series: make([][]float64, len(series))}
	for j, xs := range series {
		for i, x := range xs {
			whole := !math.IsNaN(x)
			for k := 0; paired && k < len(series); k++ {
				whole = whole && !math.IsNaN(series[k][i])
			}
			if whole {
				s.series[j] = append(s.series[j], x)
			}
		}
	}
	return s
}

func (p *Plan) mean(rows Rows, seeds, cell int, m Metric) Mean {
	c := &p.Cells[cell]
	s := sampleOf(false, p.values(rows, seeds, cell, m.Full))
	out := Mean{Variant: p.Variants[c.Variant], At: c.At, Metric: m.Name, Unit: m.Unit, Seeds: s.least(), Missing: seeds - s.least()}
	_, sd := stat.MeanStdDev(s.series[0], nil)
	i := Interval{math.NaN(), math.NaN(), math.NaN()}
	if out.Seeds > 0 {
		i = s.interval(theMean, random("mean", p.said(cell), m.Full))
	}
	out.Mean, out.Low, out.High, out.SD = Number(i.At), Number(i.Low), Number(i.High), Number(sd)
	return out
}

// baseline is the number of the variant that others are compared with.
func (p *Plan) baseline() int {
	for i, name := range p.Variants {
		if name == p.Sweep.Compare {
			return i
		}
	}
	return 0
}

// cell is the number of the cell of a point and a variant.
func (p *Plan) cellOf(point, variant int) int { return point*len(p.Variants) + variant }

// comparisons are all variants against the baseline, at every point.
func (p *Plan) comparisons(rows Rows, seeds int) []Comparison {
	var out []Comparison
	for _, m := range p.Metrics {
		for point := range p.Points {
			for v := range p.Variants {
				if v != p.baseline() {
					out = append(out, p.compare(rows, seeds, m, point, v))
				}
			}
		}
	}
	return out
}

// field is what variants are values of, where they have no names.
func (p *Plan) field() string {
	if len(p.Sweep.Variants) > 0 || len(p.Sweep.Vary) == 0 {
		return ""
	}
	return p.Sweep.Vary[0].Path
}

func (p *Plan) compare(rows Rows, seeds int, m Metric, point, variant int) Comparison {
	base, cell := p.cellOf(point, p.baseline()), p.cellOf(point, variant)
	s := sampleOf(p.Sweep.CRN, p.values(rows, seeds, base, m.Full), p.values(rows, seeds, cell, m.Full))
	nan := Number(math.NaN())
	c := Comparison{Metric: m.Name, Unit: m.Unit, At: p.Cells[cell].At, Variant: p.Variants[variant], Baseline: p.Sweep.Compare, Seeds: s.least(), field: p.field(),
		Mean: nan, BaselineMean: nan, Difference: nan, DifferenceLow: nan, DifferenceHigh: nan, Change: nan, ChangeLow: nan, ChangeHigh: nan, EffectSize: nan, P: 1, PHolm: 1}
	if c.Seeds == 0 {
		return c
	}
	a, b := s.series[0], s.series[1]
	name := []string{p.said(base), p.said(cell), m.Full}
	d := s.interval(theDifference, random(append(name, "difference")...))
	c.BaselineMean, c.Mean = Number(stat.Mean(a, nil)), Number(stat.Mean(b, nil))
	c.Difference, c.DifferenceLow, c.DifferenceHigh = Number(d.At), Number(d.Low), Number(d.High)
	if c.BaselineMean != 0 {
		r := s.interval(theChange, random(append(name, "change")...))
		c.Change, c.ChangeLow, c.ChangeHigh = Number(r.At), Number(r.Low), Number(r.High)
	}
	c.EffectSize = Number(effectSize(a, b, s.paired))
	if s.paired {
		diffs := differences(a, b)
		c.P = Number(signFlip(diffs, random(append(name, "p")...)))
		c.Identical = stat.StdDev(append(diffs, 0), nil) == 0
	} else {
		c.P = Number(permuted(a, b, random(append(name, "p")...)))
	}
	return c
}

// clear reports whether the intervals, as far as there are any, leave out zero. A
// difference is shown if they and the test agree.
func (c *Comparison) clear() bool {
	beside := func(low, high Number) bool { return !low.is() || !high.is() || low > 0 || high < 0 }
	return beside(c.DifferenceLow, c.DifferenceHigh) && beside(c.ChangeLow, c.ChangeHigh)
}

// correct adds what is known once all comparisons are there.
func (o *Outcome) correct() {
	ps := make([]float64, len(o.Comparisons))
	for i := range ps {
		ps[i] = float64(o.Comparisons[i].P)
	}
	for i, p := range holm(ps) {
		c := &o.Comparisons[i]
		c.PHolm, c.Shown = Number(p), p < alpha && c.clear()
		c.TooFew = !c.Shown && !c.Identical && !canShow(c.Seeds, len(o.Comparisons), o.CRN)
		if c.Shown {
			o.Differences++
		}
		if ps[i] < alpha {
			o.Uncorrected++
		}
	}
}

// canShow reports whether any comparison could have shown a difference.
func (o *Outcome) canShow() bool {
	return slices.ContainsFunc(o.Comparisons, func(c Comparison) bool { return !c.TooFew })
}

// widest is how far the widest interval of what is compared, or of a mean where
// nothing is, reaches to either side, as a share of the mean compared with.
func (p *Plan) widest(rows Rows, seeds int) float64 {
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
	for _, m := range p.Metrics {
		for point := range p.Points {
			base := p.values(rows, seeds, p.cellOf(point, p.baseline()), m.Full)
			if len(p.Variants) == 1 {
				i := sampleOf(false, base).interval(theMean, random("width", m.Full))
				add(i.half(), i.At)
			}
			for v := range p.Variants {
				if v == p.baseline() {
					continue
				}
				s := sampleOf(p.Sweep.CRN, base, p.values(rows, seeds, p.cellOf(point, v), m.Full))
				name := []string{p.said(p.cellOf(point, p.baseline())), p.said(p.cellOf(point, v)), m.Full, "difference"}
				add(s.interval(theDifference, random(name...)).half(), stat.Mean(s.series[0], nil))
			}
		}
	}
	return widest
}

// Next tells which runs to play next, given those that are there, and with how
// many seeds. With a target for intervals seeds are added, half as many again
// each time, until all are narrow enough. No runs: the sweep is done.
func (p *Plan) Next(rows Rows) (missing []Run, seeds int) {
	s := p.Sweep
	for n := s.Seeds.Count; ; n = min(s.MaxSeeds, n+(n+1)/2) {
		asked := map[string]bool{}
		for _, r := range p.Runs(n) {
			if rows[r.Key] == nil && !asked[r.Key] { // equal runs are played once
				missing = append(missing, r)
				asked[r.Key] = true
			}
		}
		if len(missing) > 0 || s.TargetCI == 0 || n >= s.MaxSeeds || p.widest(rows, n) <= float64(s.TargetCI) {
			return missing, n
		}
	}
}
