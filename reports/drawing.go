package reports

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Drawing is what a plot shows, as values, for tools that draw it again.
type Drawing struct {
	Title string
	X, Y  Axis
	Marks []Mark // what comes later is drawn on top
	Cells *Cells // instead of marks, for the heat map of pieces; nil for other plots
}

// Axis is an axis of a drawing.
type Axis struct {
	Label    string
	Min, Max float64
	Log      bool
	Names    []string // labels of 0, 1, 2 ... instead of numbers; nil for none
}

// MarkKind is the shape of a mark.
type MarkKind int

// The kinds of marks.
const (
	LineMark    MarkKind = iota
	StepMark             // a line that keeps each value until the next point
	PointMark            // dots
	PolygonMark          // filled
	TextMark
)

// Mark is one mark of a drawing.
type Mark struct {
	Kind   MarkKind
	Name   string // in the legend; marks of one name look alike. "" if it is not there
	Colour color.RGBA
	Width  float64   // of a line, in points
	Dashes []float64 // of a line, in points
	Xs, Ys []float64
	Texts  []string // of a TextMark
}

// Cells is a heat map: Values[bin][i] holds from Xs[i-1], or 0, to Xs[i], and a bin is as high as any other.
type Cells struct {
	Xs     []float64
	Values [][]float64
	Name   string // of the values
}

// Drawing returns what the plot shows.
func (p *Plot) Drawing() (*Drawing, error) {
	f := p.figure
	f.closeRanges()
	d := &Drawing{Title: f.Title.Text, X: axisOf(&f.X), Y: axisOf(&f.Y), Cells: f.cells}
	if d.Cells != nil {
		return d, nil
	}
	for _, added := range f.added {
		m, ok, err := markOf(added)
		if err != nil {
			return nil, fmt.Errorf("plot %s: %w", p.File, err)
		}
		if ok {
			d.Marks = append(d.Marks, m)
		}
	}
	f.legend.name(f.added, d.Marks)
	return d, nil
}

// Size returns the width and the height of the plot.
func (p *Plot) Size() (width, height vg.Length) { return plotWidth, p.drawnHeight() }

// Draw draws the plot on a canvas of its size.
func (p *Plot) Draw(c draw.Canvas) { p.figure.draw(c) }

func axisOf(a *plot.Axis) Axis {
	out := Axis{Label: a.Label.Text, Min: a.Min, Max: a.Max}
	_, out.Log = a.Scale.(plot.LogScale)
	if names, ok := a.Tick.Marker.(plot.ConstantTicks); ok {
		out.Names = []string{}
		for _, n := range names {
			out.Names = append(out.Names, n.Label)
		}
	}
	return out
}

// markOf returns the mark of a plotter. Grids have none.
func markOf(p plot.Plotter) (m Mark, ok bool, err error) {
	switch p := p.(type) {
	case *plotter.Grid:
		return m, false, nil
	case *plotter.Line:
		m.Kind, m.Colour, m.Width = LineMark, rgba(p.Color), float64(p.Width)
		if p.StepStyle == plotter.PostStep {
			m.Kind = StepMark
		}
		for _, d := range p.Dashes {
			m.Dashes = append(m.Dashes, float64(d))
		}
		m.points(p.XYs)
	case *plotter.Scatter:
		m.Kind, m.Colour = PointMark, rgba(p.Color)
		m.points(p.XYs)
	case *plotter.Polygon:
		m.Kind, m.Colour = PolygonMark, rgba(p.Color)
		for _, ring := range p.XYs {
			m.points(ring)
		}
	case *plotter.Labels:
		m.Kind, m.Texts = TextMark, p.Labels
		m.points(p.XYs)
	default:
		return m, false, fmt.Errorf("a %T has no values", p)
	}
	return m, true, nil
}

func (m *Mark) points(of plotter.XYs) {
	for _, p := range of {
		m.Xs, m.Ys = append(m.Xs, p.X), append(m.Ys, p.Y)
	}
}

func rgba(c color.Color) color.RGBA {
	if c == nil {
		return color.RGBA{A: 255}
	}
	return color.RGBAModel.Convert(c).(color.RGBA)
}

// legend is a legend that remembers its entries.
type legend struct {
	plot.Legend
	entries []legendEntry
}

type legendEntry struct {
	name string
	of   plot.Thumbnailer
}

// Add adds an entry.
func (l *legend) Add(name string, thumbs ...plot.Thumbnailer) {
	l.Legend.Add(name, thumbs...)
	for _, t := range thumbs {
		l.entries = append(l.entries, legendEntry{name, t})
	}
}

// name gives marks the names of their legend entries, and marks without an entry that of one that looks
// the same: the segments of a line have one entry. Names that occur again get a number.
func (l *legend) name(added []plot.Plotter, marks []Mark) {
	used := map[string]int{}
	for _, e := range l.entries {
		name := e.name
		if used[e.name]++; used[e.name] > 1 {
			name = fmt.Sprintf("%s (%d)", e.name, used[e.name])
		}
		k := 0 // index of the mark
		for _, p := range added {
			if _, grid := p.(*plotter.Grid); grid {
				continue
			}
			if t, ok := p.(plot.Thumbnailer); ok && t == e.of {
				marks[k].Name = name
			}
			k++
		}
	}
	for i := range marks {
		for j := range marks {
			if marks[i].Name == "" && marks[j].Name != "" && marks[i].looksLike(&marks[j]) {
				marks[i].Name = marks[j].Name
			}
		}
	}
}

func (m *Mark) looksLike(n *Mark) bool {
	return m.Colour == n.Colour && slices.Equal(m.Dashes, n.Dashes) && m.Kind != PolygonMark && m.Kind != TextMark &&
		n.Kind != PolygonMark
}
