package reports

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is Okabe and Ito's: eight colours that can be distinguished with colour blindness
// (https://jfly.uni-koeln.de/color/).
var palette = []color.RGBA{
	{0, 114, 178, 255}, {230, 159, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255},
	{213, 94, 0, 255}, {86, 180, 233, 255}, {0, 0, 0, 255}, {240, 228, 66, 255},
}

// dashes distinguish lines of the same colour.
var dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}}

// figure is a plot with its legend beside it.
type figure struct {
	*plot.Plot
	legend legend
	lines  int
	last   *plotter.Line  // the line added last
	added  []plot.Plotter // all of them, for Drawing
	cells  *Cells         // the values of a heat map, for Drawing
}

// Add adds plotters.
func (f *figure) Add(ps ...plot.Plotter) {
	f.Plot.Add(ps...)
	f.added = append(f.added, ps...)
}

func newFigure(title, x, y string) *figure {
	f := &figure{Plot: plot.New(), legend: legend{Legend: plot.NewLegend()}}
	f.Title.Text, f.X.Label.Text, f.Y.Label.Text = title, x, y
	f.Title.TextStyle.Font.Size = 13
	f.Title.Padding = vg.Points(8)
	f.X.Label.TextStyle.Font.Size, f.Y.Label.TextStyle.Font.Size = 11, 11
	f.X.Tick.Label.Font.Size, f.Y.Tick.Label.Font.Size = 9, 9
	f.X.Min, f.Y.Min = 0, 0
	f.Y.Tick.Marker, f.X.Tick.Marker = ticks{}, ticks{}
	f.legend.TextStyle.Font.Size = 10
	f.legend.Top, f.legend.Left = true, true
	f.legend.ThumbnailWidth = vg.Points(22)
	f.legend.Padding = vg.Points(3)
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{225}
	f.Add(grid)
	return f
}

func init() {
	sans := font.Font{Typeface: "Liberation", Variant: "Sans"}
	plot.DefaultFont = sans
	plotter.DefaultFont = sans
}

// line adds a line in the next colour. Without a name it is not in the legend.
func (f *figure) line(name string, xs, ys []float64, steps bool) error {
	l, err := f.newLine(xs, ys)
	if err != nil {
		return err
	}
	if steps {
		l.StepStyle = plotter.PostStep
	}
	f.lines++
	f.last = l
	f.Add(l)
	if name != "" {
		f.legend.Add(name, l)
	}
	return nil
}

// newLine returns a line in the next colour.
func (f *figure) newLine(xs, ys []float64) (*plotter.Line, error) {
	points := thin(xs, ys)
	if len(points) == 0 {
		points = plotter.XYs{{}}
	}
	l, err := plotter.NewLine(points)
	if err != nil {
		return nil, err
	}
	l.Color = palette[f.lines%len(palette)]
	l.Dashes = dashes[f.lines/len(palette)%len(dashes)]
	l.Width = vg.Points(1.6)
	return l, nil
}

// segmentLine adds a line of several segments in the next colour, with gaps between them. A
// segment of one sample is a dot.
func (f *figure) segmentLine(name string, parts []segment) error {
	var last *plotter.Line
	for _, part := range parts {
		l, err := f.newLine(part.xs, part.ys)
		if err != nil {
			return err
		}
		last = l
		if len(part.xs) > 1 {
			f.Add(l)
			continue
		}
		dot, err := plotter.NewScatter(l.XYs)
		if err != nil {
			return err
		}
		dot.Color, dot.Shape, dot.Radius = l.Color, draw.CircleGlyph{}, l.Width
		f.Add(dot)
	}
	f.lines++
	if name != "" {
		f.legend.Add(name, last)
	}
	return nil
}

// maxPoints is the largest number of points of a line.
const maxPoints = 1500

// thin reduces a line to maxPoints points. It divides the samples into intervals and keeps
// the lowest and the highest of each, in their order, so that fast oscillations keep their
// amplitude.
func thin(xs, ys []float64) plotter.XYs {
	var points plotter.XYs
	if len(xs) <= maxPoints {
		for i := range xs {
			points = append(points, plotter.XY{X: xs[i], Y: ys[i]})
		}
		return points
	}
	const intervals = maxPoints / 2
	for k := range intervals {
		from, to := int(int64(k)*int64(len(xs))/intervals), int(int64(k+1)*int64(len(xs))/intervals)
		low, high := from, from
		for i := from; i < to; i++ {
			if ys[i] < ys[low] {
				low = i
			}
			if ys[i] > ys[high] {
				high = i
			}
		}
		for _, i := range []int{min(low, high), max(low, high)} {
			points = append(points, plotter.XY{X: xs[i], Y: ys[i]})
		}
	}
	last := len(xs) - 1
	return append(points, plotter.XY{X: xs[last], Y: ys[last]})
}

// draw draws the plot on a canvas, with the legend to its right if it has one.
func (f *figure) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, vg.Points(8), -vg.Points(14), vg.Points(8), -vg.Points(8))
	f.closeRanges()
	if width := f.legend.Rectangle(c).Size().X; width > 0 {
		width += vg.Points(30)
		f.legend.Draw(draw.Crop(c, c.Size().X-width+vg.Points(14), 0, 0, -vg.Points(30)))
		c = draw.Crop(c, 0, -width, 0, 0)
	}
	f.Plot.Draw(c)
}

// closeRanges gives axes without a range one.
func (f *figure) closeRanges() {
	if f.Y.Max <= f.Y.Min {
		f.Y.Max = f.Y.Min + 1
	}
	if f.X.Max <= f.X.Min {
		f.X.Max = f.X.Min + 1
	}
}

// ticks are about six round numbers, with as few digits as needed.
type ticks struct{}

func (ticks) Ticks(low, high float64) []plot.Tick {
	if !(high > low) {
		return []plot.Tick{{Value: low, Label: "0"}}
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/5)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (high-low)/(step*m) <= 7 {
			step *= m
			break
		}
	}
	var out []plot.Tick
	for i := math.Ceil(low / step); i*step <= high*(1+1e-9); i++ {
		value := i * step
		out = append(out, plot.Tick{Value: value, Label: strconv.FormatFloat(value, 'g', 6, 64)})
	}
	return out
}

// scale is a unit, and its size in the base unit.
type scale struct {
	unit string
	by   float64
}

// timeScale returns a unit that suits times up to longest seconds.
func timeScale(longest float64) scale {
	switch {
	case longest > 3*86400:
		return scale{"days", 86400}
	case longest > 3*3600:
		return scale{"h", 3600}
	case longest > 600:
		return scale{"min", 60}
	}
	return scale{"s", 1}
}

// rateScale returns a unit that suits rates up to highest bytes per second.
func rateScale(highest float64) scale {
	switch {
	case highest >= 2e9:
		return scale{"GB/s", 1e9}
	case highest >= 2e6:
		return scale{"MB/s", 1e6}
	case highest >= 2e3:
		return scale{"kB/s", 1e3}
	}
	return scale{"B/s", 1}
}

// of converts values to the unit.
func (s scale) of(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x / s.by
	}
	return out
}

// highest returns the highest value of several lists, and at least 0.
func highest(lists ...[]float64) float64 {
	top := 0.0
	for _, xs := range lists {
		for _, x := range xs {
			top = max(top, x)
		}
	}
	return top
}
