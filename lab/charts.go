package lab

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"swarmsim/reports"
	"swarmsim/sim/scenario"
)

// maxCharts bounds how many pictures of a kind there are; tables have the rest.
const maxCharts = 8

// drawable is a picture of some kind.
type drawable interface{ Plot() (reports.Plot, error) }

// pictures are all that an outcome has to show, metric by metric.
func (p *Plan) pictures(rows Rows, o *Outcome) []drawable {
	var out []drawable
	for i := range p.Metrics {
		out = append(out, p.lineCharts(o, i)...)
		out = append(out, p.heatMaps(o, i)...)
		if f := p.forest(o, i); f != nil {
			out = append(out, f)
		}
	}
	return append(out, p.distributions(rows, o)...)
}

// asAxis reports whether the values of a field can be placed along an axis, where,
// and in which unit.
func asAxis(a Axis) (at []float64, unit string, ok bool) {
	for i, v := range a.Values {
		x, u, ok := scenario.Amount(scenario.OneLine(v.Value))
		if !ok || i > 0 && u != unit {
			return nil, "", false
		}
		at, unit = append(at, x), u
	}
	return at, unit, len(at) > 1
}

// spread reports whether values grow by factors rather than steps.
func spread(at []float64) bool {
	low, high := slices.Min(at), slices.Max(at)
	return low > 0 && len(at) > 2 && high/low >= 8
}

// places are where the values of a field go along a horizontal axis: where their
// numbers say, or one after the other.
func places(a Axis, c *reports.Chart) []float64 {
	c.X = a.Path
	at, unit, ok := asAxis(a)
	if !ok {
		at = nil
		for i, v := range a.Values {
			at = append(at, float64(i))
			c.Names = append(c.Names, scenario.OneLine(v.Value))
		}
		return at
	}
	if unit != "" { // as it is written, not as it is counted
		first := scenario.OneLine(a.Values[0].Value)
		name := strings.TrimLeft(first, " 0123456789.eE+-")
		if one, _, ok := scenario.Amount("1 " + name); ok {
			for i := range at {
				at[i] /= one
			}
			unit = name
		}
		c.X += " (" + unit + ")"
	}
	c.LogX = spread(at)
	return at
}

// horizontal is the field that goes along the horizontal axis: the last that is
// varied beside the variants or, without any, what the variants themselves are
// values of; lines are the variants that get one each.
func (p *Plan) horizontal() (along *Axis, lines []string) {
	lines = p.Variants
	switch n := len(p.Axes); {
	case n > 0:
		return &p.Axes[n-1], lines
	case len(p.Sweep.Variants) == 0 && len(p.Sweep.Vary) > 0:
		return &p.Sweep.Vary[0], []string{""}
	}
	return nil, lines
}

// lineCharts are a metric against a field, a line a variant, a chart for each
// combination of the other fields.
func (p *Plan) lineCharts(o *Outcome, metric int) []drawable {
	along, lines := p.horizontal()
	m := p.Metrics[metric]
	means := o.Means[metric*len(p.Cells) : (metric+1)*len(p.Cells)]
	y := "mean and 95 % interval" + unitText(m.Unit)
	caption := "Means over the seeds with their 95 % intervals."
	if o.CRN && len(o.Comparisons) > 0 {
		caption += " Intervals that overlap may still be of values that differ: differences are taken seed by seed, and are more certain than each mean."
	}
	if along == nil && len(lines) == 1 {
		return nil
	}
	if along == nil { // only variants
		c := &reports.Chart{File: fileName("mean", m.Name), Title: m.Name + " by variant", X: "variant", Y: y, Fit: true, Caption: caption, Names: p.Variants}
		for i, mean := range means {
			c.Lines = appendPoint(c.Lines, i, "", float64(i), mean) // named along the axis
		}
		return keepDrawn(c)
	}
	steps := len(along.Values)
	var out []drawable
	for chart := range min(maxCharts, len(p.Cells)/steps/len(lines)) {
		c := &reports.Chart{File: fileName("mean", m.Name), Title: m.Name + " against " + along.Path, Y: y, Fit: true, Caption: caption}
		at := places(*along, c)
		for l, name := range lines {
			for i := range steps {
				cell := (chart*steps+i)*len(lines) + l
				c.Lines = appendPoint(c.Lines, l, p.called(name), at[i], means[cell])
			}
		}
		if first := p.Cells[chart*steps*len(lines)]; len(first.At) > 1 {
			where := first.At[:len(first.At)-1]
			c.File += fmt.Sprintf("-%d", chart+1)
			c.Title += ", " + place(where)
		}
		out = append(out, keepDrawn(c)...)
	}
	return alike(out)
}

// alike gives charts of one metric the same vertical axis: they are there to be
// compared.
func alike(charts []drawable) []drawable {
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

// called is a variant's name in a legend: a value alone would not say of what.
func (p *Plan) called(variant string) string {
	if len(p.Sweep.Variants) > 0 || variant == "" {
		return variant
	}
	path := p.Sweep.Vary[0].Path
	return path[strings.LastIndexByte(path, '.')+1:] + " " + variant
}

// appendPoint adds a mean to a line, if it has a value.
func appendPoint(lines []reports.ChartLine, line int, name string, x float64, m Mean) []reports.ChartLine {
	for len(lines) <= line {
		lines = append(lines, reports.ChartLine{Name: name})
	}
	if !m.Mean.is() {
		return lines
	}
	l := &lines[line]
	low, high := m.Low, m.High
	if !low.is() || !high.is() {
		low, high = m.Mean, m.Mean
	}
	l.Xs, l.Ys = append(l.Xs, x), append(l.Ys, float64(m.Mean))
	l.Lows, l.Highs = append(l.Lows, float64(low)), append(l.Highs, float64(high))
	return lines
}

// keepDrawn leaves out lines without points, and a chart without lines.
func keepDrawn(c *reports.Chart) []drawable {
	c.Lines = slices.DeleteFunc(c.Lines, func(l reports.ChartLine) bool { return len(l.Xs) == 0 })
	if len(c.Lines) == 0 {
		return nil
	}
	return []drawable{c}
}

// heatMaps show a metric against two fields: with named variants how each
// changes it, else its mean.
func (p *Plan) heatMaps(o *Outcome, metric int) []drawable {
	m := p.Metrics[metric]
	fields := p.Axes
	variants := p.Variants
	byVary := len(p.Sweep.Variants) == 0 && len(p.Sweep.Vary) > 0
	if byVary {
		fields, variants = p.Sweep.Vary, []string{""}
	}
	if len(fields) != 2 || len(fields[0].Values)*len(fields[1].Values) < 4 {
		return nil
	}
	var out []drawable
	for v, name := range variants {
		if name != "" && v == p.baseline() {
			continue
		}
		g := &reports.Grid{File: fileName("heat", m.Name), X: fields[1].Path, Y: fields[0].Path, Columns: words(fields[1]), Rows: words(fields[0]),
			Title: m.Name + unitText(m.Unit) + ", mean", Caption: "Means over the seeds."}
		if name != "" {
			g.File += "-" + name
			g.Title = fmt.Sprintf("How %s changes %s, compared with %s", name, m.Name, p.Sweep.Compare)
			g.Caption = "Blue is lower, red higher than " + p.Sweep.Compare + "; a star marks a difference that is shown (corrected for the number of comparisons)."
			g.Signed, g.Write = true, signed
		}
		for row := range fields[0].Values {
			var line []float64
			for column := range fields[1].Values {
				line = append(line, p.heatCell(o, metric, v, row, column, byVary, name != "", g))
			}
			g.Cells = append(g.Cells, line)
		}
		if !g.Signed {
			g.Write = reports.Alike(g.Cells)
		}
		out = append(out, g)
	}
	return out
}

func (p *Plan) heatCell(o *Outcome, metric, variant, row, column int, byVary, change bool, g *reports.Grid) float64 {
	if byVary { // the variants are the rows
		return float64(o.Means[metric*len(p.Cells)+p.cellOf(column, row)].Mean)
	}
	point := row*len(p.Axes[1].Values) + column
	if !change {
		return float64(o.Means[metric*len(p.Cells)+p.cellOf(point, variant)].Mean)
	}
	if variant > p.baseline() {
		variant--
	}
	c := o.Comparisons[(metric*p.Points+point)*(len(p.Variants)-1)+variant]
	if c.Shown {
		g.Mark(row, column)
	}
	return 100 * float64(c.Change)
}

// words are an axis's values as they are written.
func words(a Axis) []string {
	var out []string
	for _, v := range a.Values {
		out = append(out, scenario.OneLine(v.Value))
	}
	return out
}

// maxForest is how many comparisons a list still shows well.
const maxForest = 40

// forest shows every comparison of a metric with its interval.
func (p *Plan) forest(o *Outcome, metric int) drawable {
	m := p.Metrics[metric]
	f := &reports.Forest{File: fileName("change", m.Name), Title: m.Name + " compared with " + o.Baseline, X: "change of the mean, and its 95 % interval",
		Met: "no difference shown", Missed: "difference shown", Caption: "Red where a difference is shown (corrected for the number of comparisons)."}
	for i := range o.Comparisons {
		c := &o.Comparisons[i]
		if c.Metric != m.Name || !c.Change.is() || !c.ChangeLow.is() {
			continue
		}
		name := c.Variant
		for _, s := range c.At {
			name += ", " + p.shortly(s.Field) + " " + s.Value
		}
		f.Rows = append(f.Rows, reports.ForestRow{Name: name, At: 100 * float64(c.Change), Low: 100 * float64(c.ChangeLow), High: 100 * float64(c.ChangeHigh), Missed: c.Shown})
	}
	if !o.canShow() {
		f.Met, f.Caption = "too few seeds to tell", "With so few seeds no difference could be shown, however large."
	}
	if len(f.Rows) == 0 || len(f.Rows) > maxForest {
		return nil
	}
	return f
}

// shortly is the end of a field's path, as much of it as tells it from the others that
// are varied.
func (p *Plan) shortly(field string) string {
	for cut := strings.LastIndexByte(field, '.'); cut >= 0; cut = strings.LastIndexByte(field[:cut], '.') {
		same := slices.ContainsFunc(p.Axes, func(a Axis) bool { return a.Path != field && strings.HasSuffix(a.Path, field[cut:]) })
		if !same {
			return field[cut+1:]
		}
	}
	return field
}

// distributions are the completion times of all leechers of all seeds, a line a
// variant, a chart a point.
func (p *Plan) distributions(rows Rows, o *Outcome) []drawable {
	var out []drawable
	for point := range min(p.Points, maxCharts) {
		c := &reports.Chart{File: "completion-times", Title: "Completion times", Y: "share of leechers complete (%)",
			X: "time since arrival (s)", Caption: "All leechers of all seeds together. A line that ends below 100 % has leechers that did not complete."}
		longest := 0.0
		for v, name := range p.Variants {
			l := reports.ChartLine{Name: p.called(name), Steps: true, Xs: []float64{0}, Ys: []float64{0}}
			times, leechers := p.completed(rows, o.Seeds, p.cellOf(point, v))
			for i, t := range times {
				l.Xs, l.Ys = append(l.Xs, t), append(l.Ys, 100*float64(i+1)/float64(leechers))
				longest = max(longest, t)
			}
			if len(times) > 0 {
				c.Lines = append(c.Lines, l)
			}
		}
		for i := range c.Lines { // a staircase goes on to the right
			l := &c.Lines[i]
			l.Xs, l.Ys = append(l.Xs, longest), append(l.Ys, l.Ys[len(l.Ys)-1])
		}
		if at := p.Cells[p.cellOf(point, 0)].At; len(at) > 0 {
			c.File += fmt.Sprintf("-%d", point+1)
			c.Title += ", " + place(at)
		}
		out = append(out, keepDrawn(c)...)
	}
	return out
}

func (p *Plan) completed(rows Rows, seeds, cell int) (times []float64, leechers int) {
	for nth := range seeds {
		row := rows[p.run(cell, nth).Key]
		leechers += row.Leechers
		for _, ts := range row.Completions {
			times = append(times, ts...)
		}
	}
	slices.SortFunc(times, func(a, b float64) int { return cmp.Compare(a, b) })
	return times, leechers
}

func unitText(unit string) string {
	if unit == "" {
		return ""
	}
	return " (" + unit + ")"
}

// fileName makes a file's name of a metric's.
func fileName(kind, metric string) string {
	return kind + "-" + strings.Map(func(r rune) rune {
		if r == '.' || r == '/' {
			return '-'
		}
		return r
	}, metric)
}
