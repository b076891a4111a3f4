package reports

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Forest is a forest plot: a list of deviations, each with its confidence interval and its
// tolerance.
type Forest struct {
	File, Title, X string
	Caption        string
	Plain, Red     string      // legends of rows in the usual colour, and of red ones; empty for a common one
	Rows           []ForestRow // from the top
}

// ForestRow is a deviation; the numbers are in percent.
type ForestRow struct {
	Name             string
	Value, Low, High float64
	Within           float64 // tolerance; 0 for none
	Red              bool    // highlighted in red
}

// Plot draws the forest plot.
func (c *Forest) Plot() (Plot, error) {
	f := newFigure(c.Title, c.X, "")
	n := float64(len(c.Rows))
	tolerances := slices.ContainsFunc(c.Rows, func(r ForestRow) bool { return r.Within > 0 })
	if !tolerances {
		zero, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 0, Y: n + 1}})
		if err != nil {
			return Plot{}, err
		}
		zero.Color, zero.Width = color.Gray{120}, vg.Points(1)
		f.Add(zero)
	}
	inLegend := map[string]bool{}
	names := make(plot.ConstantTicks, len(c.Rows))
	extent := 5.0
	for i, r := range c.Rows {
		y := n - float64(i)
		names[i] = plot.Tick{Value: y, Label: r.Name}
		extent = max(extent, math.Abs(r.Low), math.Abs(r.High), r.Within)
		bar := box(-r.Within, r.Within, y-0.36, y+0.36)
		p, err := plotter.NewPolygon(bar)
		if err != nil {
			return Plot{}, err
		}
		p.Color, p.LineStyle.Width = color.RGBA{222, 236, 244, 255}, 0
		f.Add(p)
		l, err := plotter.NewLine(plotter.XYs{{X: r.Low, Y: y}, {X: r.High, Y: y}})
		if err != nil {
			return Plot{}, err
		}
		s, err := plotter.NewScatter(plotter.XYs{{X: r.Value, Y: y}})
		if err != nil {
			return Plot{}, err
		}
		colour := palette[0]
		if r.Red {
			colour = palette[4]
		}
		l.Color, l.Width = colour, vg.Points(1.6)
		s.Color, s.Shape, s.Radius = colour, draw.CircleGlyph{}, vg.Points(3)
		f.Add(l, s)
		name := "mean and 95 % interval"
		if c.Red != "" {
			name = c.Plain
			if r.Red {
				name = c.Red
			}
		}
		if !inLegend[name] {
			inLegend[name] = true
			f.legend.Add(name, l, s)
			if i == 0 && tolerances {
				f.legend.Add("tolerance", swatch{p.Color.(color.RGBA)})
			}
		}
	}
	f.Y.Tick.Marker = names
	f.Y.Tick.Length, f.Y.LineStyle.Width = 0, 0
	f.X.Tick.Marker = percents{}
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = -1.05*extent, 1.05*extent, 0.4, n+0.6
	height := vg.Centimeter * vg.Length(3+float64(0.55*n))
	return Plot{File: c.File, Title: c.Title, Caption: c.Caption, figure: f, height: height}, nil
}

// box returns the corners of a rectangle.
func box(left, right, low, high float64) plotter.XYs {
	return plotter.XYs{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}}
}

// plainPercents are ticks at round numbers of percent.
type plainPercents struct{}

func (plainPercents) Ticks(low, high float64) []plot.Tick {
	out := ticks{}.Ticks(low, high)
	for i := range out {
		out[i].Label += " %"
	}
	return out
}

// percents are ticks at round numbers of percent, with signs.
type percents struct{}

func (percents) Ticks(low, high float64) []plot.Tick {
	out := ticks{}.Ticks(low, high)
	for i := range out {
		if out[i].Value > 0 {
			out[i].Label = "+" + out[i].Label
		}
		out[i].Label += " %"
	}
	return out
}
