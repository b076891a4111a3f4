package lab

import (
	"fmt"
	"math"
	"strconv"

	"swarmsim/lab/sweep"
	"swarmsim/reports"
)

// maxNamed is the largest number of variants that are all named in the legend of a plot.
const maxNamed = 24

// tournamentCharts are the scatter plot of the first two measures, and for each share the matrix of
// the variants' advantages over each other.
func (p *Plan) tournamentCharts(o *SweepResult) []chart {
	out := []chart{o.Tournament.scatter(p)}
	for i := len(p.Sweep.Shares) - 1; i >= 0; i-- {
		out = append(out, o.Tournament.matrix(p, i))
	}
	if f := p.forest(o, 0); f != nil {
		out = append(out, f)
	}
	return out
}

// scatter plots performance against robustness. Of many variants only those on the front and the
// default are named.
func (t *Tournament) scatter(p *Plan) chart {
	x, y := frontMeasures(p)[0], frontMeasures(p)[1]
	c := &reports.Scatter{
		File:  x + "-" + y,
		Title: "Performance against " + y,
		X:     "performance: mean rate alone, relative to the fastest variant",
		Y:     yLabel(y),
		Caption: "Means over the seeds with their 95 % intervals; numbers are ranks, the square is the default. No variant is " +
			"better than one on the dashed line in one of the measures and as good in the other.",
	}
	for i := range t.Ranking {
		s := &t.Ranking[i]
		percent := func(name string) (value, low, high float64) {
			v, l, h := s.measure(name)
			if !l.exists() || !h.exists() { // of a single seed
				l, h = v, v
			}
			return 100 * float64(*v), 100 * float64(*l), 100 * float64(*h)
		}
		point := reports.ScatterPoint{Default: s.Default, Front: s.Front}
		point.X, point.XLow, point.XHigh = percent(x)
		point.Y, point.YLow, point.YHigh = percent(y)
		if len(t.Ranking) <= maxNamed || s.Default || s.Front {
			point.Label, point.Name = strconv.Itoa(s.Rank), s.Variant
		}
		if !math.IsNaN(point.X) && !math.IsNaN(point.Y) {
			c.Points = append(c.Points, point)
		}
	}
	return c
}

func yLabel(measure string) string {
	if measure == sweep.Robustness {
		return "robustness: opponents it does not lose to"
	}
	return "aggressiveness: opponents it beats"
}

// matrix shows the advantage of each variant, by row, over each other one, by column.
func (t *Tournament) matrix(p *Plan, share int) chart {
	percent := p.Sweep.Shares[share]
	g := &reports.Grid{
		File:  fmt.Sprintf("invasion-%s", strconv.FormatFloat(100*float64(percent), 'g', 4, 64)),
		Title: fmt.Sprintf("Advantage of %v of the leechers over the others, in percent", percent),
		X:     "the others: variant by its rank",
		Y:     "",
		Caption: fmt.Sprintf("The difference of the mean rates, as a share of the higher one, of the variant of the row, which is %v "+
			"of the leechers, and that of the column, which is the rest. Red: the row is ahead; blue: it is behind. A star marks an "+
			"advantage other than 0 (false discovery rate 5 %%). Rows and columns are ordered by rank.", percent),
		Signed: true,
		Square: true,
		Write:  shortPercent,
	}
	n := len(t.Ranking)
	for i := range t.Ranking {
		g.Columns = append(g.Columns, strconv.Itoa(t.Ranking[i].Rank))
		row := &t.Ranking[n-1-i] // rows are drawn from the bottom
		g.Rows = append(g.Rows, fmt.Sprintf("%s  %d", row.Variant, row.Rank))
		line := make([]float64, n)
		for k := range line {
			line[k] = math.NaN()
			if s := t.at(share, row.index, t.Ranking[k].index, n); s != nil {
				line[k] = 100 * float64(s.Advantage)
				if s.Shown {
					g.Mark(i, k)
				}
			}
		}
		g.Cells = append(g.Cells, line)
	}
	return g
}

// shortPercent writes a number of percent with its sign and two digits or so, without the unit, for
// which cells have no room.
func shortPercent(x float64) string {
	digits := 1
	if math.Abs(x) >= 9.95 {
		digits = 0
	}
	if math.Abs(x) < 0.05 {
		return "0"
	}
	return fmt.Sprintf("%+.*f", digits, x)
}
