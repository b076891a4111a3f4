package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"swarmsim/lab/stats"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// evaluate evaluates an expectation at each of its points.
func (p *Plan) evaluate(e *Expectation, o *Outcome, rows Rows) []record.ExpectationMet {
	if e.hasCounts() || len(e.refs()) == 0 {
		return []record.ExpectationMet{e.evaluateCounts(o)}
	}
	var out []record.ExpectationMet
	for point := range p.Points {
		at := p.Cells[p.cellAt(point, 0)].At
		if !e.appliesTo(at) {
			continue
		}
		m := p.evaluateAt(e, rows, o.Seeds, point)
		m.Expect = e.That
		if len(at) > 0 {
			m.Expect += " at " + pointText(at)
		}
		out = append(out, m)
	}
	return out
}

// evaluateCounts evaluates a statement about counts of the outcome.
func (e *Expectation) evaluateCounts(o *Outcome) record.ExpectationMet {
	counts := map[string]int{
		"comparisons":             len(o.Comparisons),
		"differences":             o.Differences,
		"differences_uncorrected": o.Uncorrected,
	}
	value := func(r *ref) float64 { return float64(counts[r.measure]) }
	var actual []string
	for _, r := range e.refs() {
		actual = append(actual, fmt.Sprintf("%s = %g", r.measure, value(r)))
	}
	met := holds(e.left.value(value), e.op, e.right.value(value))
	return record.ExpectationMet{Expect: e.String(), Met: met, Actual: strings.Join(actual, ", ")}
}

// appliesTo reports whether the expectation is about a point.
func (e *Expectation) appliesTo(at []Setting) bool {
	for _, c := range e.At {
		wanted := scenario.OneLine(c.Value)
		if !slices.ContainsFunc(at, func(s Setting) bool { return s.Field == c.Path && sameValue(s.Value, wanted) }) {
			return false
		}
	}
	return true
}

// evaluateAt evaluates a statement about means at one point.
func (p *Plan) evaluateAt(e *Expectation, rows Rows, seeds, point int) record.ExpectationMet {
	refs := e.refs()
	var series [][]float64
	for _, r := range refs {
		variant := max(0, slices.Index(p.Variants, r.variant))
		series = append(series, p.values(rows, seeds, p.cellAt(point, variant), r.measure))
	}
	s := stats.NewSample(p.Sweep.CRN, series...)
	if s.Len() == 0 {
		return record.ExpectationMet{Actual: "has no value with any seed"}
	}
	means := make([]float64, len(refs))
	var actual []string
	for i, r := range refs {
		means[i] = stat.Mean(s.Series[i], nil)
		name := strings.TrimPrefix(r.variant+"."+r.measure, ".")
		actual = append(actual, fmt.Sprintf("%s = %s", name, withUnit(means[i], unitOf(r.measure))))
	}
	value := func(r *ref) float64 { return means[slices.Index(refs, r)] }
	left, right := e.left.value(value), e.right.value(value)
	m := record.ExpectationMet{Met: holds(left, e.op, right)}
	if e.left.over != nil {
		actual = append(actual, fmt.Sprintf("left side = %.4g", left))
	}
	if e.clear {
		difference := func(means, slopes []float64) float64 {
			clear(slopes[:len(refs)])
			return e.left.addSlopes(1, refs, means, slopes) - e.right.addSlopes(-1, refs, means, slopes)
		}
		d := s.Interval(difference, stream("expect", e.That, p.cellID(p.cellAt(point, 0))))
		m.Met = m.Met && holds(d.Low, e.op, 0) && holds(d.High, e.op, 0)
		actual = append(actual, fmt.Sprintf("left minus right %.4g, 95 %% interval %.4g to %.4g", d.Estimate, d.Low, d.High))
	}
	m.Actual = strings.Join(actual, ", ")
	return m
}

func holds(a float64, op string, b float64) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return a == b || math.Abs(a-b) <= 1e-12*math.Abs(b)
}

// value computes a side from the values of its refs.
func (s side) value(valueOf func(*ref) float64) float64 {
	v := s.factor
	if s.ref != nil {
		v *= valueOf(s.ref)
	}
	if s.over != nil {
		v /= valueOf(s.over)
	}
	return v
}

// addSlopes computes a side from means, and adds its derivatives, times sign, to slopes.
func (s side) addSlopes(sign float64, refs []*ref, means, slopes []float64) float64 {
	if s.ref == nil {
		return s.factor
	}
	i := slices.Index(refs, s.ref)
	v, slope := s.factor*means[i], s.factor
	if s.over != nil {
		k := slices.Index(refs, s.over)
		v /= means[k]
		slope /= means[k]
		slopes[k] -= sign * v / means[k]
	}
	slopes[i] += float64(sign * slope)
	return v
}
