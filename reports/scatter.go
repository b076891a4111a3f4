package reports

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Scatter plots alternatives by two measures of which both should be high, with those to which none
// is superior in both on a line, the Pareto front.
type Scatter struct {
	File, Title, X, Y string
	Caption           string
	Points            []ScatterPoint
}

// ScatterPoint is an alternative; the numbers are in percent.
type ScatterPoint struct {
	Label       string // beside the point; "" for none
	Name        string // in the legend, after the label; "" for none
	X, Y        float64
	XLow, XHigh float64 // its 95 % intervals
	YLow, YHigh float64
	Default     bool
	Front       bool
}

// Plot draws the scatter plot.
func (c *Scatter) Plot() (Plot, error) {
	f := newFigure(c.Title, c.X, c.Y)
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	if err := c.front(f); err != nil {
		return Plot{}, err
	}
	inLegend := 0
	labels := plotter.XYLabels{}
	for _, p := range c.Points {
		for _, bar := range []plotter.XYs{{{X: p.XLow, Y: p.Y}, {X: p.XHigh, Y: p.Y}}, {{X: p.X, Y: p.YLow}, {X: p.X, Y: p.YHigh}}} {
			l, err := plotter.NewLine(bar)
			if err != nil {
				return Plot{}, err
			}
			l.Color, l.Width = color.Gray{200}, vg.Points(1)
			f.Add(l)
		}
	}
	for _, p := range c.Points {
		s, err := plotter.NewScatter(plotter.XYs{{X: p.X, Y: p.Y}})
		if err != nil {
			return Plot{}, err
		}
		s.Color, s.Shape, s.Radius = palette[0], draw.CircleGlyph{}, vg.Points(3.5)
		if p.Front {
			s.Color = palette[4]
		}
		if p.Default {
			s.Shape, s.Radius = draw.BoxGlyph{}, vg.Points(4)
		}
		f.Add(s)
		if p.Name != "" {
			f.legend.Add(p.Label+"  "+shorten(p.Name, 40), s)
			inLegend++
		}
		labels.XYs, labels.Labels = append(labels.XYs, plotter.XY{X: p.X, Y: p.Y}), append(labels.Labels, p.Label)
	}
	text, err := plotter.NewLabels(labels)
	if err != nil {
		return Plot{}, err
	}
	text.Offset.X, text.Offset.Y = vg.Points(5), vg.Points(3)
	for i := range text.TextStyle {
		text.TextStyle[i].Font.Size = 9
	}
	f.Add(text)
	for _, a := range []struct{ low, high *float64 }{{&f.X.Min, &f.X.Max}, {&f.Y.Min, &f.Y.Max}} {
		margin := max(2, float64(0.06*(*a.high-*a.low)))
		*a.low, *a.high = *a.low-margin, *a.high+margin
	}
	f.X.Tick.Marker, f.Y.Tick.Marker = plainPercents{}, plainPercents{}
	return Plot{File: c.File, Title: c.Title, Caption: c.Caption, figure: f,
		height: max(plotHeight, vg.Centimeter*vg.Length(3+float64(0.5*float64(inLegend))))}, nil
}

// front draws the Pareto front as steps between its points.
func (c *Scatter) front(f *figure) error {
	var on []ScatterPoint
	for _, p := range c.Points {
		if p.Front {
			on = append(on, p)
		}
	}
	slices.SortStableFunc(on, func(a, b ScatterPoint) int {
		switch {
		case a.X < b.X || a.X == b.X && a.Y > b.Y:
			return -1
		case a.X == b.X && a.Y == b.Y:
			return 0
		}
		return 1
	})
	var steps plotter.XYs
	for i, p := range on {
		if i > 0 {
			steps = append(steps, plotter.XY{X: on[i-1].X, Y: p.Y})
		}
		steps = append(steps, plotter.XY{X: p.X, Y: p.Y})
	}
	if len(on) < 2 {
		return nil
	}
	l, err := plotter.NewLine(steps)
	if err != nil {
		return err
	}
	l.Color, l.Width, l.Dashes = palette[4], vg.Points(1), dashes[1]
	f.Add(l)
	f.legend.Add("Pareto front", l)
	return nil
}
