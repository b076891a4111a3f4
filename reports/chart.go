package reports

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Chart is a comparison across runs: a metric against a parameter, a line a
// variant.
type Chart struct {
	File, Title, X, Y string
	Log               bool // both axes are logarithmic
	Lines             []ChartLine
}

// ChartLine is one variant of a chart.
type ChartLine struct {
	Name   string
	Xs, Ys []float64
	Loose  bool // points without a line between them, in the colour of the line before, which has none then
}

// Plot draws the chart.
func (c *Chart) Plot() (Plot, error) {
	f := newFigure(c.Title, c.X, c.Y)
	if c.Log {
		f.X.Scale, f.Y.Scale = plot.LogScale{}, plot.LogScale{}
		f.X.Tick.Marker, f.Y.Tick.Marker = decades{}, decades{}
		f.X.Min, f.Y.Min = math.Inf(1), math.Inf(1)
		f.X.Max, f.Y.Max = math.Inf(-1), math.Inf(-1)
	}
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}}
	for i, l := range c.Lines {
		colour := palette[f.lines%len(palette)]
		if l.Loose {
			colour = palette[(f.lines+len(palette)-1)%len(palette)]
		} else if err := f.line(l.Name, l.Xs, l.Ys, false); err != nil {
			return Plot{}, err
		}
		if !l.Loose && i+1 < len(c.Lines) && c.Lines[i+1].Loose {
			continue // the loose points would be taken for its own
		}
		points := make(plotter.XYs, len(l.Xs))
		for k := range points {
			points[k] = plotter.XY{X: l.Xs[k], Y: l.Ys[k]}
		}
		s, err := plotter.NewScatter(points)
		if err != nil {
			return Plot{}, err
		}
		s.Color, s.Shape, s.Radius = colour, shapes[i%len(shapes)], vg.Points(3)
		f.Add(s)
		if l.Loose && l.Name != "" {
			f.legend.Add(l.Name, s)
		}
	}
	if c.Log {
		f.Y.Min = math.Pow(10, math.Floor(math.Log10(f.Y.Min)))
		f.Y.Max = math.Pow(10, math.Ceil(math.Log10(f.Y.Max)))
	}
	return Plot{File: c.File, Title: c.Title, figure: f}, nil
}

// decades are the powers of ten.
type decades struct{}

func (decades) Ticks(low, high float64) []plot.Tick {
	var out []plot.Tick
	for x := math.Pow(10, math.Floor(math.Log10(low))); x <= high*1.0001; x *= 10 {
		if x >= low*0.9999 {
			out = append(out, plot.Tick{Value: x, Label: strconv.FormatFloat(x, 'f', -1, 64)})
		}
	}
	return out
}
