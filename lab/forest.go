package lab

import (
	"fmt"
	"slices"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/reports"
)

// maxForest is the largest number of comparisons in a forest plot.
const maxForest = 40

// forest plots the comparisons of a metric with their intervals: all, or of many those with the largest
// changes. It returns nil if there are none.
func (p *Plan) forest(o *SweepResult, metric int) chart {
	m := p.Metrics[metric]
	f := &reports.Forest{
		File:    fileName("change", m.Name),
		Title:   m.Name + " relative to " + o.Baseline,
		X:       "change of the mean, with its 95 % interval",
		Plain:   "no difference shown",
		Red:     "difference shown",
		Caption: "Significant differences are red (corrected for multiple comparisons).",
	}
	for i := range o.Comparisons {
		c := &o.Comparisons[i]
		if c.Metric != m.Name || !c.Change.exists() || !c.ChangeLow.exists() {
			continue
		}
		name := c.Variant
		for _, s := range c.At {
			name += ", " + p.shortName(s.Field) + " " + s.Value
		}
		f.Rows = append(f.Rows, reports.ForestRow{
			Name:  name,
			Value: 100 * float64(c.Change),
			Low:   100 * float64(c.ChangeLow),
			High:  100 * float64(c.ChangeHigh),
			Red:   c.Shown,
		})
	}
	if !o.canShow() {
		f.Plain, f.Caption = "too few seeds to tell", "There are too few seeds for any difference to be significant, "+
			"however large."
	}
	if len(f.Rows) == 0 {
		return nil
	}
	if n := len(f.Rows); n > maxForest {
		f.Rows = largestChanges(f.Rows, maxForest)
		f.Caption += fmt.Sprintf(" Of %d comparisons those with the largest changes.", n)
	}
	return f
}

// shortName returns the shortest end of a field's path that no other varied field has.
func (p *Plan) shortName(field string) string {
	for cut := strings.LastIndexByte(field, '.'); cut >= 0; cut = strings.LastIndexByte(field[:cut], '.') {
		sameEnd := func(a sweep.Axis) bool { return a.Path != field && strings.HasSuffix(a.Path, field[cut:]) }
		if !slices.ContainsFunc(p.Axes, sameEnd) {
			return field[cut+1:]
		}
	}
	return field
}
