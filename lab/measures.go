package lab

import (
	"fmt"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// resolveMeasures finds the measures that metrics and expectations name.
func (p *Plan) resolveMeasures(catalogue scenario.Catalogue) scenario.Problems {
	var problems scenario.Problems
	known := catalogue.MeasuresOf(p.Cells[0].trial.Scenario)
	if p.Sweep.IsTournament() {
		known = p.Sweep.TournamentMeasures()
	}
	find := func(field, name string) string {
		full, ok := scenario.Measure(name, known)
		if !ok {
			hint := scenario.Nearest(name, known)
			if hint == "" {
				hint = "; the summary has " + strings.Join(catalogue.Measures, ", ")
				if p.Sweep.IsTournament() {
					hint = "; a tournament has " + strings.Join(known, ", ")
				}
			}
			problems = append(problems, p.Sweep.Problem(field, "there is no measure %q%s", name, hint))
		}
		return full
	}
	for _, m := range p.Sweep.Metrics {
		full := find("metrics", m)
		p.Metrics = append(p.Metrics, Metric{Name: m, Full: full, Unit: sweep.UnitOf(full)})
	}
	for i := range p.Sweep.Expect {
		field := fmt.Sprintf("expect[%d]", i)
		for _, r := range p.Sweep.Expect[i].Refs() {
			if !r.IsCount {
				r.Measure = find(field, r.Measure)
			}
		}
		if err := p.Sweep.Expect[i].CheckDimensions(); err != nil && len(problems) == 0 {
			problems = append(problems, p.Sweep.Problem(field, "%v", err))
		}
	}
	return problems
}
