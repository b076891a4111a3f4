package lab

import (
	"fmt"
	"strings"

	"swarmsim/sim/scenario"
)

// resolveMeasures finds the measures that metrics and expectations name.
func (p *Plan) resolveMeasures(catalogue scenario.Catalogue) scenario.Problems {
	var problems scenario.Problems
	known := catalogue.MeasuresOf(p.Cells[0].scenario)
	find := func(field, name string) string {
		full, ok := scenario.Measure(name, known)
		if !ok {
			hint := scenario.Nearest(name, known)
			if hint == "" {
				hint = "; the summary has " + strings.Join(catalogue.Measures, ", ")
			}
			problems = append(problems, p.Sweep.problem(field, "there is no measure %q%s", name, hint))
		}
		return full
	}
	for _, m := range p.Sweep.Metrics {
		full := find("metrics", m)
		p.Metrics = append(p.Metrics, Metric{Name: m, Full: full, Unit: unitOf(full)})
	}
	for i := range p.Sweep.Expect {
		field := fmt.Sprintf("expect[%d]", i)
		for _, r := range p.Sweep.Expect[i].refs() {
			if !r.isCount {
				r.measure = find(field, r.measure)
			}
		}
		if err := p.Sweep.Expect[i].checkDimensions(); err != nil && len(problems) == 0 {
			problems = append(problems, p.Sweep.problem(field, "%v", err))
		}
	}
	return problems
}

// unitOf returns the unit in the name of a measure.
func unitOf(measure string) string {
	if strings.HasSuffix(measure, ".count") {
		return ""
	}
	for _, part := range strings.Split(measure, ".") {
		switch {
		case strings.HasSuffix(part, "_s"):
			return "s"
		case strings.HasSuffix(part, "_bytes"):
			return "B"
		}
	}
	return ""
}
