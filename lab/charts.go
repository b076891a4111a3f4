package lab

import (
	"slices"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/reports"
	"swarmsim/sim/scenario"
)

// maxCharts bounds how many charts of a kind are drawn; the tables have all numbers.
const maxCharts = 8

// chart is a chart of any kind.
type chart interface{ Plot() (reports.Plot, error) }

// charts returns all charts of the result, metric by metric.
func (p *Plan) charts(rows trial.Rows, o *SweepResult) []chart {
	if o.Tournament != nil {
		return p.tournamentCharts(o)
	}
	var out []chart
	for i := range p.Metrics {
		out = append(out, p.rankChart(o, i)...)
		out = append(out, p.lineCharts(o, i)...)
		out = append(out, p.heatMaps(o, i)...)
		if f := p.forest(o, i); f != nil {
			out = append(out, f)
		}
	}
	return append(out, p.completionCharts(rows, o)...)
}

// positions returns the positions of a field's values on the horizontal axis of a chart,
// and labels the axis: at their numbers if all are numbers with the same unit, and
// otherwise side by side.
func positions(a sweep.Axis, c *reports.Chart) []float64 {
	c.X = a.Path
	at, unit, ok := numbersOf(a)
	if !ok {
		at = nil
		c.Names = a.Words()
		for i := range c.Names {
			at = append(at, float64(i))
		}
		return at
	}
	if unit != "" { // use the unit of the first value instead of the base unit
		name := strings.TrimLeft(a.Words()[0], " 0123456789.eE+-")
		if scale, _, ok := scenario.Amount("1 " + name); ok {
			for i := range at {
				at[i] /= scale
			}
			unit = name
		}
		c.X += " (" + unit + ")"
	}
	c.LogX = isGeometric(at)
	return at
}

// numbersOf returns the values of a field as numbers in their base unit; ok is false if
// they are not numbers with the same unit, or there are fewer than two.
func numbersOf(a sweep.Axis) (numbers []float64, unit string, ok bool) {
	for i, word := range a.Words() {
		x, u, ok := scenario.Amount(word)
		if !ok || i > 0 && u != unit {
			return nil, "", false
		}
		numbers, unit = append(numbers, x), u
	}
	return numbers, unit, len(numbers) > 1
}

// isGeometric reports whether values fit a logarithmic axis better than a linear one.
func isGeometric(values []float64) bool {
	low, high := slices.Min(values), slices.Max(values)
	return low > 0 && len(values) > 2 && high/low >= 8
}

// legendName returns a variant's name for a legend; a value gets the name of its field.
func (p *Plan) legendName(variant string) string {
	if !p.Sweep.ValuesAreVariants() || variant == "" {
		return variant
	}
	path := p.Sweep.Vary[0].Path
	return path[strings.LastIndexByte(path, '.')+1:] + " " + variant
}

// withoutEmpty removes lines without points; it returns no chart if no lines are left.
func withoutEmpty(c *reports.Chart) []chart {
	c.Lines = slices.DeleteFunc(c.Lines, func(l reports.ChartLine) bool { return len(l.Xs) == 0 })
	if len(c.Lines) == 0 {
		return nil
	}
	return []chart{c}
}

// unitSuffix writes a unit for a label.
func unitSuffix(unit string) string {
	if unit == "" {
		return ""
	}
	return " (" + unit + ")"
}

// fileName makes the name of a chart's files.
func fileName(kind, metric string) string {
	return kind + "-" + strings.NewReplacer(".", "-", "/", "-").Replace(metric)
}
