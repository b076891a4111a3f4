package lab

import (
	"encoding/json"
	"math"

	"gonum.org/v1/gonum/stat"

	"swarmsim/lab/stats"
	"swarmsim/lab/trial"
	"swarmsim/sim/record"
)

// SweepResult is what the runs of a sweep show: means, comparisons and what follows from them.
// comparison.json is its JSON.
type SweepResult struct {
	Sweep       string `json:"sweep"`
	About       string `json:"about,omitempty"`
	Scenario    string `json:"scenario"`
	RunsPlanned int    `json:"runs"`  // a run for each cell and seed; equal ones are played once
	Seeds       int    `json:"seeds"` // of each cell
	CRN         bool   `json:"crn"`   // common random numbers: comparisons are paired by seed
	Baseline    string `json:"baseline,omitempty"`
	Field       string `json:"field,omitempty"` // whose values the variants are; "" for variants with names

	Means       []Mean       `json:"means"`
	Comparisons []Comparison `json:"comparisons"`
	Differences int          `json:"differences"`             // significant comparisons
	Uncorrected int          `json:"differences_uncorrected"` // comparisons with a p below alpha before the correction
	Target      *Target      `json:"target,omitempty"`
	Tournament  *Tournament  `json:"tournament,omitempty"`

	Conclusion   string                     `json:"found"` // in one sentence
	Notes        []string                   `json:"notes,omitempty"`
	Expectations []record.ExpectationResult `json:"expectations,omitempty"`

	Replays []Replay `json:"-"` // runs that were played again, for the page
}

// Mean is the mean of a metric over the seeds of a cell.
type Mean struct {
	Variant string       `json:"variant"`
	At      []FieldValue `json:"at,omitempty"`
	Metric  string       `json:"metric"`
	Unit    string       `json:"unit,omitempty"`
	Seeds   int          `json:"seeds"`   // with a value
	Missing int          `json:"missing"` // seeds without a value
	Mean    Number       `json:"mean"`
	SD      Number       `json:"sd"`
	Low     Number       `json:"ci95_low"`
	High    Number       `json:"ci95_high"`
}

// Target is the result of adding seeds until intervals are narrow enough.
type Target struct {
	MaxRelHalfWidth    Number `json:"share"`
	WidestRelHalfWidth Number `json:"widest"` // largest half-width, as a share of the baseline's mean
	Reached            bool   `json:"reached"`
}

// Number is a number that may be missing: NaN and infinite values are null in JSON.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.exists() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

func (n Number) exists() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// cellID identifies a cell in the names of PRNGs.
func (p *Plan) cellID(cell int) string { return p.Cells[cell].id() }

// Result computes the result of the sweep with that number of seeds for each cell. A run without a
// row, as in a sweep that was interrupted, counts as one without a value.
func (p *Plan) Result(rows trial.Rows, seeds int) *SweepResult {
	s := p.Sweep
	o := &SweepResult{
		Sweep:       s.Name,
		About:       s.About,
		Scenario:    p.scenario,
		RunsPlanned: seeds * len(p.Cells),
		Seeds:       seeds,
		CRN:         s.CRN,
		Baseline:    s.Compare,
		Field:       s.VariantField(),
		Comparisons: []Comparison{},
	}
	v := p.values(rows, seeds)
	for _, m := range p.Metrics {
		for c := range p.compared() {
			o.Means = append(o.Means, p.mean(v, seeds, c, m))
		}
	}
	o.Comparisons = append(o.Comparisons, p.comparisons(v)...)
	o.applyHolm()
	if s.IsTournament() {
		o.Tournament = p.tournament(rows, seeds, o)
	}
	if s.TargetCI > 0 {
		widest := p.widest(rows, seeds)
		o.Target = &Target{MaxRelHalfWidth: Number(s.TargetCI), WidestRelHalfWidth: Number(widest), Reached: widest <= float64(s.TargetCI)}
	}
	o.Notes = p.notes(o, rows)
	o.Conclusion = o.sentence()
	for i := range s.Expect {
		o.Expectations = append(o.Expectations, p.evaluate(&s.Expect[i], o, v)...)
	}
	return o
}

// values returns the value of a measure for each seed of a cell; NaN if the run has no row, or its
// row has no such value.
type values func(cell int, measure string) []float64

// compared returns the number of cells that have means and are compared: all but the games of a
// tournament, which its measures summarize for each variant.
func (p *Plan) compared() int { return p.Points * len(p.Variants) }

// values returns the values of measures of the summary or, of a tournament, of its own.
func (p *Plan) values(rows trial.Rows, seeds int) values {
	if p.Sweep.IsTournament() {
		return p.tally(rows, seeds).values
	}
	return func(cell int, measure string) []float64 {
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
}

func (p *Plan) mean(v values, seeds, cell int, m Metric) Mean {
	c := &p.Cells[cell]
	s := stats.NewSample(false, v(cell, m.Full))
	_, sd := stat.MeanStdDev(s.Series[0], nil)
	i := stats.Interval{Estimate: math.NaN(), Low: math.NaN(), High: math.NaN()}
	if s.Len() > 0 {
		i = s.Interval(stats.Mean, stats.NamedRand("mean", c.id(), m.Full))
	}
	return Mean{
		Variant: p.Variants[c.Variant],
		At:      c.At,
		Metric:  m.Name,
		Unit:    m.Unit,
		Seeds:   s.Len(),
		Missing: seeds - s.Len(),
		Mean:    Number(i.Estimate),
		SD:      Number(sd),
		Low:     Number(i.Low),
		High:    Number(i.High),
	}
}
