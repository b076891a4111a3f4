package lab

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"swarmsim/lab/stats"
	"swarmsim/lab/sweep"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// evaluate evaluates an expectation at each of its points.
func (p *Plan) evaluate(e *sweep.Expectation, o *SweepResult, of values) []record.ExpectationResult {
	if e.HasCounts() || len(e.Refs()) == 0 {
		return []record.ExpectationResult{evaluateCounts(e, o)}
	}
	var out []record.ExpectationResult
	for point := range p.Points {
		at := p.Cells[p.cellAt(point, 0)].At
		if !appliesTo(e, at) {
			continue
		}
		m := p.evaluateAt(e, of, point)
		m.Expect = e.That
		if len(at) > 0 {
			m.Expect += " at " + pointText(at)
		}
		out = append(out, m)
	}
	return out
}

// evaluateCounts evaluates a statement about counts of the result.
func evaluateCounts(e *sweep.Expectation, o *SweepResult) record.ExpectationResult {
	counts := map[string]int{
		"comparisons":             len(o.Comparisons),
		"differences":             o.Differences,
		"differences_uncorrected": o.Uncorrected,
	}
	value := func(r *sweep.Ref) float64 { return float64(counts[r.Measure]) }
	var actual []string
	for _, r := range e.Refs() {
		actual = append(actual, fmt.Sprintf("%s = %g", r.Measure, value(r)))
	}
	return record.ExpectationResult{Expect: e.String(), Met: e.Holds(e.Sides(value)), Actual: strings.Join(actual, ", ")}
}

// appliesTo reports whether the expectation is about a point.
func appliesTo(e *sweep.Expectation, at []FieldValue) bool {
	for _, c := range e.At {
		wanted := scenario.OneLine(c.Value)
		if !slices.ContainsFunc(at, func(s FieldValue) bool { return s.Field == c.Path && sweep.SameValue(s.Value, wanted) }) {
			return false
		}
	}
	return true
}

// evaluateAt evaluates a statement about means at one point.
func (p *Plan) evaluateAt(e *sweep.Expectation, of values, point int) record.ExpectationResult {
	refs := e.Refs()
	var series [][]float64
	for _, r := range refs {
		variant := max(0, slices.Index(p.Variants, r.Variant))
		series = append(series, of(p.cellAt(point, variant), r.Measure))
	}
	s := stats.NewSample(p.Sweep.CRN, series...)
	if s.Len() == 0 {
		return record.ExpectationResult{Actual: "has no value with any seed"}
	}
	means := make([]float64, len(refs))
	var actual []string
	for i, r := range refs {
		means[i] = stat.Mean(s.Series[i], nil)
		name := strings.TrimPrefix(r.Variant+"."+r.Measure, ".")
		actual = append(actual, fmt.Sprintf("%s = %s", name, withUnit(means[i], sweep.UnitOf(r.Measure))))
	}
	value := func(r *sweep.Ref) float64 { return means[slices.Index(refs, r)] }
	left, right := e.Sides(value)
	m := record.ExpectationResult{Met: e.Holds(left, right)}
	if e.IsRatio() {
		actual = append(actual, fmt.Sprintf("left side = %.4g", left))
	}
	if e.Clear {
		d := s.Interval(e.Gap, stats.NamedRand("expect", e.That, p.cellID(p.cellAt(point, 0))))
		m.Met = m.Met && e.Holds(d.Low, 0) && e.Holds(d.High, 0)
		actual = append(actual, fmt.Sprintf("left minus right %.4g, 95 %% interval %.4g to %.4g", d.Estimate, d.Low, d.High))
	}
	m.Actual = strings.Join(actual, ", ")
	return m
}
