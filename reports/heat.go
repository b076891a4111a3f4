package reports

import (
	"image"
	"image/color"
	"strconv"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// heatMap plots the copies of each piece over time as an image: a column is a sample, and a
// row is a bin of pieces.
func heatMap(r *Record) (Plot, error) {
	t := r.Heat.Numbers("t_s")
	ts := timeScale(highest(t))
	f := newFigure("Availability of pieces", "time ("+ts.unit+")", "piece")
	bins := len(r.Heat.Columns) - 1
	if len(t) > 0 && bins > 0 {
		cells := make([][]float64, bins)
		top := 0.0
		for b := range cells {
			cells[b] = r.Heat.Numbers(r.Heat.Columns[b+1])
			top = max(top, highest(cells[b]))
		}
		img := image.NewRGBA(image.Rect(0, 0, len(t), bins))
		for b := range cells {
			for i, c := range cells[b] {
				img.Set(i, bins-1-b, shade(c, top))
			}
		}
		last := t[len(t)-1] / ts.by
		f.Add(plotter.NewImage(enlarge(img), 0, 0, last, float64(r.Summary.Pieces)))
		f.cells = &Cells{Xs: ts.of(t), Values: cells, Name: "copies"}
		f.X.Max, f.Y.Max = last, float64(r.Summary.Pieces)
		for i, copies := range []float64{0, 1, top / 4, top / 2, 3 * top / 4, top} {
			if i < 2 && copies <= top || copies >= 2 { // with few copies the quarters are too close to each other
				f.legend.Add(copiesLabel(copies), swatch{shade(copies, top)})
			}
		}
	}
	return Plot{figure: f,
		Caption: observerText(r) + "The number of copies of every piece: white for none, then from yellow (few) to dark violet (most). " +
			"A persistent light line is a rare piece."}, nil
}

func copiesLabel(c float64) string {
	s := strconv.FormatFloat(c, 'f', 1, 64)
	if c >= 10 || c == 0 {
		s = strconv.FormatFloat(c, 'f', 0, 64)
	}
	if s == "1.0" {
		return "1 copy"
	}
	return strings.TrimSuffix(s, ".0") + " copies"
}

// enlarge repeats pixels, so that cells stay sharp in viewers that smooth images.
func enlarge(small *image.RGBA) image.Image {
	by := max(1, 512/max(small.Rect.Dx(), 1))
	tall := max(1, 512/max(small.Rect.Dy(), 1))
	out := image.NewRGBA(image.Rect(0, 0, small.Rect.Dx()*by, small.Rect.Dy()*tall))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.SetRGBA(x, y, small.RGBAAt(x/by, y/tall))
		}
	}
	return out
}

// viridis is matplotlib's colour map in six steps, from few copies to many. White stands for
// none.
var viridis = []color.RGBA{
	{253, 231, 37, 255}, {122, 209, 81, 255}, {34, 168, 132, 255},
	{42, 120, 142, 255}, {65, 68, 135, 255}, {68, 1, 84, 255},
}

// shade returns the colour of a number of copies between 0 and top.
func shade(copies, top float64) color.RGBA {
	if copies <= 0 || top <= 0 {
		return color.RGBA{255, 255, 255, 255}
	}
	at := float64(copies / top * float64(len(viridis)-1))
	i := min(int(at), len(viridis)-2)
	part := at - float64(i)
	blend := func(a, b uint8) uint8 { return uint8(float64(float64(a)*(1-part)) + float64(float64(b)*part) + 0.5) }
	a, b := viridis[i], viridis[i+1]
	return color.RGBA{blend(a.R, b.R), blend(a.G, b.G), blend(a.B, b.B), 255}
}

// swatch shows a colour in a legend.
type swatch struct{ color.RGBA }

// Thumbnail implements plot.Thumbnailer.
func (s swatch) Thumbnail(c *draw.Canvas) {
	box := []vg.Point{
		{X: c.Min.X, Y: c.Min.Y}, {X: c.Max.X, Y: c.Min.Y}, {X: c.Max.X, Y: c.Max.Y}, {X: c.Min.X, Y: c.Max.Y},
	}
	c.FillPolygon(s.RGBA, box)
	c.StrokeLines(draw.LineStyle{Color: color.Gray{160}, Width: vg.Points(0.5)}, append(box, box[0]))
}
