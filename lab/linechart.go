package lab

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/reports"
)

// horizontal returns the field on the horizontal axis of line charts, and the variants
// that get a line. The field is the last that is varied beside the variants or, if there
// is none, the one whose values are the variants.
func (p *Plan) horizontal() (field *sweep.Axis, lines []string) {
	switch n := len(p.Axes); {
	case n > 0:
		return &p.Axes[n-1], p.Variants
	case p.Sweep.ValuesAreVariants():
		return &p.Sweep.Vary[0], []string{""}
	}
	return nil, p.Variants
}

// lineCharts plot a metric against a field, with a line for each variant, in a chart for
// each point of the other fields.
func (p *Plan) lineCharts(o *SweepResult, metric int) []chart {
	field, lines := p.horizontal()
	if field == nil && len(lines) == 1 {
		return nil
	}
	m := p.Metrics[metric]
	means := o.Means[metric*p.compared() : (metric+1)*p.compared()]
	template := reports.Chart{
		File:    fileName("mean", m.Name),
		Y:       "mean and 95 % interval" + unitSuffix(m.Unit),
		Fit:     true,
		Caption: "Means over the seeds with their 95 % intervals.",
	}
	if o.CRN && len(o.Comparisons) > 0 {
		template.Caption += " Differences are computed seed by seed, and are more precise than the means: " +
			"they can be significant although intervals overlap."
	}
	if field == nil && len(p.Variants) > maxRanked {
		return nil // the chart by rank has them
	}
	if field == nil {
		c := template
		c.Title, c.X, c.Names = m.Name+" by variant", "variant", p.Variants
		for i, mean := range means {
			c.Lines = appendMean(c.Lines, i, "", float64(i), mean) // the axis has the names
		}
		return withoutEmpty(&c)
	}
	steps := len(field.Values)
	shown := []int{0}
	if len(lines) > 1 {
		shown = p.lines(o, metric)
		template.Caption += p.sampleNote()
	}
	var out []chart
	for _, n := range sampledPoints(p.compared() / steps / len(lines)) {
		c := template
		c.Title = m.Name + " against " + field.Path
		at := positions(*field, &c)
		for k, l := range shown {
			for i := range steps {
				cell := (n*steps+i)*len(lines) + l
				c.Lines = appendMean(c.Lines, k, p.legendName(lines[l]), at[i], means[cell])
			}
		}
		if steps > maxBars {
			withoutBars(&c)
		}
		if first := p.Cells[n*steps*len(lines)]; len(first.At) > 1 {
			c.File += fmt.Sprintf("-%d", n+1)
			c.Title += ", " + pointText(first.At[:len(first.At)-1])
		}
		out = append(out, withoutEmpty(&c)...)
	}
	return withSameScale(out)
}

// withSameScale gives charts of one metric the same vertical axis, so that they can be
// compared.
func withSameScale(charts []chart) []chart {
	low, high := math.Inf(1), math.Inf(-1)
	for _, d := range charts {
		a, b := d.(*reports.Chart).Span()
		low, high = min(low, a), max(high, b)
	}
	for _, d := range charts {
		c := d.(*reports.Chart)
		c.Low, c.High = low, high
	}
	return charts
}

// withoutBars leaves of a chart with many points the lines alone.
func withoutBars(c *reports.Chart) {
	for i := range c.Lines {
		l := &c.Lines[i]
		l.Lows, l.Highs, l.Steps = nil, nil, true
	}
	c.Y = strings.Replace(c.Y, " and 95 % interval", "", 1)
	c.Caption = strings.Replace(c.Caption, " with their 95 % intervals", "", 1)
}

// appendMean adds a mean to a line, if it has a value.
func appendMean(lines []reports.ChartLine, line int, name string, x float64, m Mean) []reports.ChartLine {
	for len(lines) <= line {
		lines = append(lines, reports.ChartLine{Name: name})
	}
	if !m.Mean.exists() {
		return lines
	}
	l := &lines[line]
	low, high := m.Low, m.High
	if !low.exists() || !high.exists() {
		low, high = m.Mean, m.Mean
	}
	l.Xs, l.Ys = append(l.Xs, x), append(l.Ys, float64(m.Mean))
	l.Lows, l.Highs = append(l.Lows, float64(low)), append(l.Highs, float64(high))
	return lines
}

// completionCharts plot the distribution of the completion times of all leechers of all
// seeds, with a line for each variant, in a chart for each point.
func (p *Plan) completionCharts(rows trial.Rows, o *SweepResult) []chart {
	var out []chart
	variants := p.lines(o, 0)
	for _, point := range sampledPoints(p.Points) {
		c := &reports.Chart{
			File:  "completion-times",
			Title: "Completion times",
			X:     "time since arrival (s)",
			Y:     "share of leechers complete (%)",
			Caption: "All leechers of all seeds together. A line that ends below 100 % has leechers that did not complete." +
				p.sampleNote(),
		}
		longest := 0.0
		for _, v := range variants {
			l := reports.ChartLine{Name: p.legendName(p.Variants[v]), Steps: true, Xs: []float64{0}, Ys: []float64{0}}
			times, leechers := p.completionTimes(rows, o.Seeds, p.cellAt(point, v))
			for i, t := range times {
				l.Xs, l.Ys = append(l.Xs, t), append(l.Ys, 100*float64(i+1)/float64(leechers))
				longest = max(longest, t)
			}
			if len(times) > 0 {
				c.Lines = append(c.Lines, l)
			}
		}
		for i := range c.Lines { // all lines end at the same time
			l := &c.Lines[i]
			l.Xs, l.Ys = append(l.Xs, longest), append(l.Ys, l.Ys[len(l.Ys)-1])
		}
		if at := p.Cells[p.cellAt(point, 0)].At; len(at) > 0 {
			c.File += fmt.Sprintf("-%d", point+1)
			c.Title += ", " + pointText(at)
		}
		out = append(out, withoutEmpty(c)...)
	}
	return out
}

// completionTimes returns the sorted completion times of a cell, and its number of
// leechers.
func (p *Plan) completionTimes(rows trial.Rows, seeds, cell int) (times []float64, leechers int) {
	for nth := range seeds {
		row := rows[p.run(cell, nth).Key]
		leechers += row.Leechers
		for _, ts := range row.Completions {
			times = append(times, ts...)
		}
	}
	slices.SortFunc(times, cmp.Compare[float64])
	return times, leechers
}
