package lab

import (
	"fmt"

	"swarmsim/reports"
)

// minHeatMap is the fewest cells of a heat map.
const minHeatMap = 4

// heatMaps plot a metric against two fields: the change for each named variant, or the
// mean if there are none.
func (p *Plan) heatMaps(o *SweepResult, metric int) []chart {
	m := p.Metrics[metric]
	rows, variants := p.Axes, p.Variants
	if p.Sweep.ValuesAreVariants() {
		rows, variants = p.Sweep.Vary, []string{""}
	}
	if len(rows) != 2 || len(rows[0].Values)*len(rows[1].Values) < minHeatMap {
		return nil
	}
	var out []chart
	for v, name := range variants {
		if name != "" && v == p.baseline() {
			continue
		}
		g := &reports.Grid{
			File:    fileName("heat", m.Name),
			Title:   m.Name + unitSuffix(m.Unit) + ", mean",
			Caption: "Means over the seeds.",
			X:       rows[1].Path,
			Y:       rows[0].Path,
			Columns: rows[1].Words(),
			Rows:    rows[0].Words(),
		}
		if name != "" {
			g.File += "-" + name
			g.Title = fmt.Sprintf("Change of %s with %s, relative to %s", m.Name, name, p.Sweep.Compare)
			g.Caption = "Blue is lower and red is higher than " + p.Sweep.Compare +
				"; a star marks a significant difference (corrected for multiple comparisons)."
			g.Signed, g.Write = true, signedPercent
		}
		for row := range rows[0].Values {
			var line []float64
			for column := range rows[1].Values {
				value, significant := p.heatCell(o, metric, v, row, column, name != "")
				line = append(line, value)
				if significant {
					g.Mark(row, column)
				}
			}
			g.Cells = append(g.Cells, line)
		}
		if !g.Signed {
			g.Write = reports.SameDecimals(g.Cells)
		}
		out = append(out, g)
	}
	return out
}

// heatCell returns the value of a cell: the change in percent, or the mean. significant
// reports whether a change is significant.
func (p *Plan) heatCell(o *SweepResult, metric, variant, row, column int, change bool) (value float64, significant bool) {
	if p.Sweep.ValuesAreVariants() { // the rows are the variants
		return float64(o.Means[metric*len(p.Cells)+p.cellAt(column, row)].Mean), false
	}
	point := row*len(p.Axes[1].Values) + column
	if !change {
		return float64(o.Means[metric*len(p.Cells)+p.cellAt(point, variant)].Mean), false
	}
	if variant > p.baseline() { // comparisons leave out the baseline
		variant--
	}
	c := o.Comparisons[(metric*p.Points+point)*(len(p.Variants)-1)+variant]
	return 100 * float64(c.Change), c.Shown
}
