package reports

import (
	"image"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Grid is a heat map of a number against two parameters: a cell for each pair of values,
// with the number in it.
type Grid struct {
	File, Title, X, Y string
	Caption           string
	Columns, Rows     []string    // values on the axes; rows from the bottom
	Cells             [][]float64 // by row; NaN for a missing number
	Signed            bool        // white at 0, blue below, red above
	Square            bool        // as high as its rows need, for a matrix
	Write             func(float64) string

	marked map[[2]int]bool
}

// Mark adds a star to a cell's number.
func (g *Grid) Mark(row, column int) {
	if g.marked == nil {
		g.marked = map[[2]int]bool{}
	}
	g.marked[[2]int{row, column}] = true
}

// Plot draws the heat map.
func (g *Grid) Plot() (Plot, error) {
	f := newFigure(g.Title, g.X, g.Y)
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range g.Cells {
		for _, x := range row {
			if !math.IsNaN(x) {
				low, high = min(low, x), max(high, x)
			}
		}
	}
	if len(g.Rows)*len(g.Columns) > maxDrawnCells {
		f.Add(g.image(low, high))
	} else if err := g.cells(f, low, high); err != nil {
		return Plot{}, err
	}
	numbers := g.numbers()
	if len(g.Columns) <= 12 && len(numbers.XYs) > 0 {
		labels, err := plotter.NewLabels(numbers)
		if err != nil {
			return Plot{}, err
		}
		for i := range labels.TextStyle {
			at := numbers.XYs[i]
			s := &labels.TextStyle[i]
			s.Font.Size, s.XAlign, s.YAlign = 9, draw.XCenter, draw.YCenter
			s.Color = color.Black
			if luma(g.colour(g.Cells[int(at.Y)][int(at.X)], low, high)) < 130 {
				s.Color = color.White
			}
		}
		f.Add(labels)
	}
	for _, x := range g.legendValues(low, high) {
		f.legend.Add(g.Write(x), swatch{g.colour(x, low, high)})
	}
	f.X.Tick.Marker, f.Y.Tick.Marker = nameTicks(g.Columns), nameTicks(g.Rows)
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = -0.5, float64(len(g.Columns))-0.5, -0.5, float64(len(g.Rows))-0.5
	out := Plot{File: g.File, Title: g.Title, Caption: g.Caption, figure: f}
	if g.Square {
		out.height = min(2*plotHeight, max(plotHeight, vg.Centimeter*vg.Length(3+float64(0.75*float64(len(g.Rows))))))
	}
	return out, nil
}

// maxDrawnCells is the most cells that are drawn one by one; more are the pixels of an image.
const maxDrawnCells = 2000

// cells draws every cell.
func (g *Grid) cells(f *figure, low, high float64) error {
	for r, row := range g.Cells {
		for c, x := range row {
			p, err := plotter.NewPolygon(box(float64(c)-0.5, float64(c)+0.5, float64(r)-0.5, float64(r)+0.5))
			if err != nil {
				return err
			}
			p.Color, p.LineStyle.Color = g.colour(x, low, high), color.White
			f.Add(p)
		}
	}
	return nil
}

// image draws all cells as an image.
func (g *Grid) image(low, high float64) *plotter.Image {
	img := image.NewRGBA(image.Rect(0, 0, len(g.Columns), len(g.Rows)))
	for r, row := range g.Cells {
		for c, x := range row {
			img.SetRGBA(c, len(g.Rows)-1-r, g.colour(x, low, high))
		}
	}
	return plotter.NewImage(enlarge(img), -0.5, -0.5, float64(len(g.Columns))-0.5, float64(len(g.Rows))-0.5)
}

// numbers are the texts of the cells.
func (g *Grid) numbers() plotter.XYLabels {
	out := plotter.XYLabels{}
	for r, row := range g.Cells {
		for c, x := range row {
			if math.IsNaN(x) {
				continue
			}
			text := g.Write(x)
			if g.marked[[2]int{r, c}] {
				text += " *"
			}
			out.XYs = append(out.XYs, plotter.XY{X: float64(c), Y: float64(r)})
			out.Labels = append(out.Labels, text)
		}
	}
	return out
}

// legendValues returns the values in the legend, the highest first.
func (g *Grid) legendValues(low, high float64) []float64 {
	if !(high > low) {
		return nil
	}
	if g.Signed {
		largest := max(math.Abs(low), math.Abs(high))
		low, high = -largest, largest
	}
	var out []float64
	for i := 4.0; i >= 0; i-- {
		out = append(out, low+float64(float64((high-low)*i)/4))
	}
	return out
}

func (g *Grid) colour(x, low, high float64) color.RGBA {
	switch largest := max(math.Abs(low), math.Abs(high)); {
	case math.IsNaN(x):
		return color.RGBA{235, 235, 235, 255}
	case !g.Signed && !(high > low):
		return viridis[0]
	case !g.Signed:
		return shade((x-low)/(high-low)+1e-9, 1+2e-9)
	case largest == 0:
		return color.RGBA{255, 255, 255, 255}
	case x < 0:
		return fade(palette[0], -x/largest)
	default:
		return fade(palette[4], x/largest)
	}
}

// fade mixes a colour with white. part is the share of the colour.
func fade(c color.RGBA, part float64) color.RGBA {
	mix := func(v uint8) uint8 { return uint8(255 - float64((255-float64(v))*part) + 0.5) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

// luma returns the brightness of a colour, from 0 to 255 (ITU-R BT.601).
func luma(c color.RGBA) float64 {
	return float64(0.299*float64(c.R)) + float64(0.587*float64(c.G)) + float64(0.114*float64(c.B))
}

// nameTicks returns ticks with names. If there are many, only some get a label.
func nameTicks(names []string) plot.ConstantTicks {
	every := 1 + len(names)/16
	var out plot.ConstantTicks
	for i, name := range names {
		if i%every != 0 {
			name = ""
		}
		out = append(out, plot.Tick{Value: float64(i), Label: name})
	}
	return out
}

// SameDecimals returns a function that writes all numbers with the same number of decimals,
// which gives the largest three significant digits. If the range of the numbers is too wide
// for that, each gets three significant digits.
func SameDecimals(cells [][]float64) func(float64) string {
	low, high := math.Inf(1), 0.0
	for _, row := range cells {
		for _, x := range row {
			if x != 0 && !math.IsNaN(x) {
				low, high = min(low, math.Abs(x)), max(high, math.Abs(x))
			}
		}
	}
	if !(low <= high) || high > 30*low || high >= 1e6 {
		return func(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
	}
	decimals := max(0, 2-int(math.Floor(math.Log10(high))))
	return func(x float64) string { return strconv.FormatFloat(x, 'f', decimals, 64) }
}
