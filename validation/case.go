package validation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Case is something that a simulation must agree with.
type Case struct {
	Name  string
	Kind  string // truth, theory, published, segments or links
	About string // one line for people
	// Source says where the expected numbers come from.
	Source string
	// How says what was done for the assumptions of the expected values to
	// hold; empty for measurements.
	How string
	// Run plays one seed and returns the measures by name.
	Run func(ctx context.Context, seed uint64) (map[string]float64, error)
	// Expected are the measures and their values, in the order to be shown.
	Expected []Expected
	// Fixed cases come out the same for any seed: one run is enough.
	Fixed bool
	// Seeds are enough where runs differ little or take long; 0 for no limit.
	Seeds int
}

// Expected is a measure's value, and how far from it a simulation may be.
type Expected struct {
	Measure string
	Value   float64
	// Runs are the values that Value is the mean of, where it was measured.
	Runs []float64
	// Against is another measure of the same case, whose mean over the seeds
	// takes the place of Value.
	Against string
	// Within is the tolerance as a share of Value; 0 for a measure that is
	// only shown.
	Within float64
	// Unit is s for times, or empty.
	Unit string
	// Note explains a deviation that is known.
	Note string
}

// Result is how a case came out.
type Result struct {
	Case     string    `json:"case"`
	Kind     string    `json:"kind"`
	About    string    `json:"about"`
	Source   string    `json:"source"`
	How      string    `json:"how,omitempty"`
	Seeds    int       `json:"seeds"`
	Measures []Finding `json:"measures"`
}

// Finding compares a measure with what was expected.
type Finding struct {
	Measure   string    `json:"measure"`
	Unit      string    `json:"unit,omitempty"`
	Expected  float64   `json:"expected"`
	Runs      []float64 `json:"expected_runs,omitempty"`
	Simulated float64   `json:"simulated"`
	// Low and High bound the simulated mean with 95 % confidence.
	Low       float64   `json:"ci95_low"`
	High      float64   `json:"ci95_high"`
	Deviation float64   `json:"deviation"` // simulated over expected, less one
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

// Check compares what the seeds of a case came to with what was expected.
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

func valuesOf(c *Case, measure string, runs []map[string]float64) ([]float64, error) {
	var out []float64
	for _, run := range runs {
		x, ok := run[measure]
		if !ok {
			return nil, fmt.Errorf("the case %s came to no %s", c.Name, measure)
		}
		out = append(out, x)
	}
	return out, nil
}

// interval is the mean with its 95 % confidence interval (Student's t).
func interval(x []float64) (mean, low, high float64) {
	mean, sd := stat.MeanStdDev(x, nil)
	if len(x) < 2 {
		return mean, mean, mean
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(len(x) - 1)}.Quantile(0.975)
	half := t * sd / math.Sqrt(float64(len(x)))
	return mean, mean - half, mean + half
}
