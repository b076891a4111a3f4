package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// expectation holds one against the outcome, at every point it is about.
func (p *Plan) expectation(e *Expectation, o *Outcome, rows Rows) []record.ExpectationMet {
	if e.counts() || len(e.refs()) == 0 {
		value := func(r *ref) float64 {
			return float64(map[string]int{"comparisons": len(o.Comparisons), "differences": o.Differences, "differences_uncorrected": o.Uncorrected}[r.measure])
		}
		left, right := e.left.of(value), e.right.of(value)
		var said []string
		for _, r := range e.refs() {
			said = append(said, fmt.Sprintf("%s = %g", r.measure, value(r)))
		}
		return []record.ExpectationMet{{Expect: e.String(), Met: holds(left, e.op, right), Actual: strings.Join(said, ", ")}}
	}
	var out []record.ExpectationMet
	for point := range p.Points {
		at := p.Cells[p.cellOf(point, 0)].At
		if !e.isAt(at) {
			continue
		}
		m := p.holdsAt(e, rows, o.Seeds, point)
		m.Expect = e.That
		if len(at) > 0 {
			m.Expect += " at " + place(at)
		}
		out = append(out, m)
	}
	return out
}

func (e *Expectation) isAt(at []Setting) bool {
	for _, c := range e.At {
		if !slices.ContainsFunc(at, func(s Setting) bool { return s.Field == c.Path && sameValue(s.Value, scenario.OneLine(c.Value)) }) {
			return false
		}
	}
	return true
}

// holdsAt judges a statement about means at one point.
func (p *Plan) holdsAt(e *Expectation, rows Rows, seeds, point int) record.ExpectationMet {
	refs := e.refs()
	var series [][]float64
	for _, r := range refs {
		variant := max(0, slices.Index(p.Variants, r.variant))
		series = append(series, p.values(rows, seeds, p.cellOf(point, variant), r.measure))
	}
	s := sampleOf(p.Sweep.CRN, series...)
	if s.least() == 0 {
		return record.ExpectationMet{Actual: "has no value with any seed"}
	}
	means := make([]float64, len(refs))
	var said []string
	for i, r := range refs {
		means[i] = stat.Mean(s.series[i], nil)
		said = append(said, fmt.Sprintf("%s = %s", strings.TrimPrefix(r.variant+"."+r.measure, "."), amount(means[i], unitOf(r.measure))))
	}
	value := func(means []float64) func(*ref) float64 {
		return func(r *ref) float64 { return means[slices.Index(refs, r)] }
	}
	left, right := e.left.of(value(means)), e.right.of(value(means))
	m := record.ExpectationMet{Met: holds(left, e.op, right)}
	if e.left.over != nil {
		said = append(said, fmt.Sprintf("left side = %.4g", left))
	}
	if e.clear {
		gap := s.interval(func(means, slopes []float64) float64 {
			clear := slopes[:len(refs)]
			for i := range clear {
				clear[i] = 0
			}
			return e.left.add(1, refs, means, slopes) - e.right.add(-1, refs, means, slopes)
		}, random("expect", e.That, p.said(p.cellOf(point, 0))))
		m.Met = m.Met && holds(gap.Low, e.op, 0) && holds(gap.High, e.op, 0)
		said = append(said, fmt.Sprintf("left less right %.4g, 95 %% interval %.4g to %.4g", gap.At, gap.Low, gap.High))
	}
	m.Actual = strings.Join(said, ", ")
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

// of computes a side.
func (s side) of(value func(*ref) float64) float64 {
	v := s.factor
	if s.ref != nil {
		v *= value(s.ref)
	}
	if s.over != nil {
		v /= value(s.over)
	}
	return v
}

// add computes a side from means and adds its slopes, with a sign.
func (s side) add(sign float64, refs []*ref, means, slopes []float64) float64 {
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
