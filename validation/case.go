package validation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Case is a set of expected values, and the simulation to compare with them.
type Case struct {
	Name  string
	Kind  string // truth, theory, published, segments or links
	About string // one line
	// Source is the source of the expected values.
	Source string
	// How describes how the scenario meets the assumptions of the expected values; it is
	// empty for measurements.
	How string
	// Run plays one seed and returns the measures by name.
	Run func(ctx context.Context, seed uint64) (map[string]float64, error)
	// Expected are the measures and their expected values, in the order of display.
	Expected []Expected
	// Fixed cases give the same results with any seed: one run is enough.
	Fixed bool
	// Seeds limits the number of seeds of cases that vary little or take long; 0 for no
	// limit.
	Seeds int
}

// Expected is the expected value of a measure, with its tolerance.
type Expected struct {
	Measure string
	Value   float64
	// Runs are the measured values with the mean Value, if it was measured.
	Runs []float64
	// Against is another measure of the same case, whose mean over the seeds replaces
	// Value.
	Against string
	// Within is the tolerance as a share of Value; 0 for none.
	Within float64
	// Unit is s for times, or empty.
	Unit string
	// Note explains a known deviation.
	Note string
}

// Result is the result of a case.
type Result struct {
	Case     string    `json:"case"`
	Kind     string    `json:"kind"`
	About    string    `json:"about"`
	Source   string    `json:"source"`
	How      string    `json:"how,omitempty"`
	Seeds    int       `json:"seeds"`
	Measures []Finding `json:"measures"`
}

// Finding compares a measure with its expected value.
type Finding struct {
	Measure   string    `json:"measure"`
	Unit      string    `json:"unit,omitempty"`
	Expected  float64   `json:"expected"`
	Runs      []float64 `json:"expected_runs,omitempty"`
	Simulated float64   `json:"simulated"`
	// Low and High are the 95 % confidence interval of the simulated mean.
	Low       float64   `json:"ci95_low"`
	High      float64   `json:"ci95_high"`
	Deviation float64   `json:"deviation"` // simulated / expected - 1
	Within    float64   `json:"within,omitempty"`
	Met       bool      `json:"met"`
	Note      string    `json:"note,omitempty"`
	Values    []float64 `json:"values"`
}

// Met reports whether every measure with a tolerance is within it.
func (r *Result) Met() bool {
	return !slices.ContainsFunc(r.Measures, func(f Finding) bool { return !f.Met })
}

// Cases lists all cases.
func Cases() []Case {
	return slices.Concat(truthCases(), theoryCases(), publishedCases(), segmentCases(), linkCases())
}

// Check compares the measures of all seeds of a case with the expected values.
func Check(c *Case, runs []map[string]float64) (*Result, error) {
	r := &Result{Case: c.Name, Kind: c.Kind, About: c.About, Source: c.Source, How: c.How, Seeds: len(runs)}
	for _, e := range c.Expected {
		f := Finding{Measure: e.Measure, Unit: e.Unit, Expected: e.Value, Runs: e.Runs, Within: e.Within, Note: e.Note}
		var err error
		if f.Values, err = valuesOf(c, e.Measure, runs); err != nil {
			return nil, err
		}
		if e.Against != "" {
			if f.Runs, err = valuesOf(c, e.Against, runs); err != nil {
				return nil, err
			}
			f.Expected = stat.Mean(f.Runs, nil)
		}
		f.Simulated, f.Low, f.High = interval(f.Values)
		f.Deviation = f.Simulated/f.Expected - 1
		f.Met = e.Within == 0 || math.Abs(f.Deviation) <= e.Within
		r.Measures = append(r.Measures, f)
	}
	return r, nil
}

// valuesOf returns the values of a measure.
func valuesOf(c *Case, measure string, runs []map[string]float64) ([]float64, error) {
	var out []float64
	for _, run := range runs {
		x, ok := run[measure]
		if !ok {
			return nil, fmt.Errorf("case %s has no measure %s", c.Name, measure)
		}
		out = append(out, x)
	}
	return out, nil
}

// interval returns the mean with its 95 % confidence interval (Student's t).
func interval(x []float64) (mean, low, high float64) {
	mean, sd := stat.MeanStdDev(x, nil)
	if len(x) < 2 {
		return mean, mean, mean
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(len(x) - 1)}.Quantile(0.975)
	half := t * sd / math.Sqrt(float64(len(x)))
	return mean, mean - half, mean + half
}
