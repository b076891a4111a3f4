package reports

import (
	"image/color"
	"maps"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Chart plots a metric against a parameter, with a line for each variant.
type Chart struct {
	File, Title, X, Y string
	Caption           string
	Log               bool     // both axes are logarithmic
	LogX              bool     // the horizontal axis is logarithmic
	Names             []string // labels of 0, 1, 2 ... on the horizontal axis, instead of numbers
	Fit               bool     // the vertical axis fits the values and need not start at 0
	Low, High         float64  // with Fit: further values to include, so that charts have the same axis; 0 and 0 for none
	Lines             []ChartLine
}

// ChartLine is one variant of a chart.
type ChartLine struct {
	Name   string
	Xs, Ys []float64
	Loose  bool // points without a line, in the colour of the preceding line, which then has no points

	Lows, Highs []float64 // error bars; nil for none
	Steps       bool      // a step function without points
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
	lines := c.sideBySide()
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}}
	for i, l := range lines {
		colour := palette[f.lines%len(palette)]
		if l.Loose {
			colour = palette[(f.lines+len(palette)-1)%len(palette)]
		} else if err := f.line(l.Name, l.Xs, l.Ys, l.Steps); err != nil {
			return Plot{}, err
		}
		if l.Lows != nil {
			if err := f.errorBars(&l, colour); err != nil {
				return Plot{}, err
			}
		}
		if l.Steps {
			continue
		}
		if !l.Loose && i+1 < len(lines) && lines[i+1].Loose {
			continue // its points would look like the loose ones
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
	c.axes(f)
	return Plot{File: c.File, Title: c.Title, Caption: c.Caption, figure: f}, nil
}

// axes sets the scales, ranges and ticks of the axes.
func (c *Chart) axes(f *figure) {
	if c.LogX {
		first := math.Inf(1)
		for _, l := range c.Lines {
			first = min(first, slices.Min(l.Xs))
		}
		f.X.Scale, f.X.Tick.Marker, f.X.Min = plot.LogScale{}, doublings{first}, first
		for _, l := range c.sideBySide() {
			f.X.Min = min(f.X.Min, slices.Min(l.Xs))
		}
	}
	if c.Names != nil {
		names := nameTicks(c.Names)
		for i := range names {
			names[i].Label = shorten(names[i].Label, 28)
		}
		f.X.Tick.Marker, f.X.Min, f.X.Max = names, -0.5, float64(len(c.Names))-0.5
	}
	if c.Fit {
		low, high := c.Span()
		if c.Low != 0 || c.High != 0 {
			low, high = min(low, c.Low), max(high, c.High)
		}
		if margin := float64(0.06 * (high - low)); margin > 0 && (low > (high-low)/2 || low < 0) {
			f.Y.Min, f.Y.Max = low-margin, high+margin
		} else {
			f.Y.Max = high + margin
		}
	}
}

// Span returns the lowest and the highest value of the chart, error bars included.
func (c *Chart) Span() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range c.Lines {
		for _, ys := range [][]float64{l.Ys, l.Lows, l.Highs} {
			for _, y := range ys {
				low, high = min(low, y), max(high, y)
			}
		}
	}
	return low, high
}

// sideBySide returns the lines. If error bars of several lines overlap, the lines with error
// bars are shifted horizontally by a little, each by another distance.
func (c *Chart) sideBySide() []ChartLine {
	type bar struct{ low, high float64 }
	at := map[float64][]bar{}
	lines, overlap := 0, false
	for _, l := range c.Lines {
		if l.Lows == nil {
			continue
		}
		lines++
		for i, x := range l.Xs {
			for _, b := range at[x] {
				overlap = overlap || l.Lows[i] <= b.high && b.low <= l.Highs[i]
			}
			at[x] = append(at[x], bar{l.Lows[i], l.Highs[i]})
		}
	}
	xs := slices.Sorted(maps.Keys(at))
	if !overlap || len(xs) < 2 {
		return c.Lines
	}
	toAxis, fromAxis := func(x float64) float64 { return x }, func(x float64) float64 { return x }
	if c.Log || c.LogX {
		toAxis, fromAxis = math.Log, math.Exp
	}
	step := 0.008 * (toAxis(xs[len(xs)-1]) - toAxis(xs[0]))
	for i := range xs[1:] {
		step = min(step, (toAxis(xs[i+1])-toAxis(xs[i]))/float64(2*lines))
	}
	out := slices.Clone(c.Lines)
	shift := -0.5 * float64(lines-1) * step
	for i, l := range out {
		if l.Lows == nil {
			continue
		}
		out[i].Xs = slices.Clone(l.Xs)
		for k, x := range l.Xs {
			out[i].Xs[k] = fromAxis(toAxis(x) + shift)
		}
		shift += step
	}
	return out
}

// errorBars draws the error bars of a line.
func (f *figure) errorBars(l *ChartLine, colour color.Color) error {
	bars := struct {
		plotter.XYs
		plotter.YErrors
	}{make(plotter.XYs, len(l.Xs)), make(plotter.YErrors, len(l.Xs))}
	for i := range l.Xs {
		bars.XYs[i] = plotter.XY{X: l.Xs[i], Y: l.Ys[i]}
		bars.YErrors[i].Low, bars.YErrors[i].High = l.Ys[i]-l.Lows[i], l.Highs[i]-l.Ys[i]
	}
	e, err := plotter.NewYErrorBars(bars)
	if err != nil {
		return err
	}
	e.Color, e.Width, e.CapWidth = colour, vg.Points(1.2), vg.Points(6)
	f.Add(e)
	return nil
}

// doublings are ticks at a first value and its doubles or, over a wide range, at powers of ten.
type doublings struct{ first float64 }

func (d doublings) Ticks(low, high float64) []plot.Tick {
	if high > 200*d.first {
		return decades{}.Ticks(low, high)
	}
	var out []plot.Tick
	for x := d.first; x <= high*1.0001; x *= 2 {
		out = append(out, plot.Tick{Value: x, Label: strconv.FormatFloat(x, 'g', 4, 64)})
	}
	return out
}

// decades are ticks at powers of ten.
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
