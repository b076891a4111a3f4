package reports

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"swarmsim/sim/record"
)

// shareRatios plots the distribution of share ratios, for the complete leechers of each
// group. There is no plot if no leecher completed.
func shareRatios(r *Record) (Plot, error) {
	if r.Summary.Observer != "" {
		return Plot{}, nil
	}
	ratios := map[string][]float64{}
	group, completed := r.Peers.Words("group"), r.Peers.Words("completed_s")
	highest := 0.0
	cells := r.Peers.Words("share_ratio")
	for i, ratio := range r.Peers.Numbers("share_ratio") {
		if completed[i] != "" && cells[i] != "" {
			ratios[group[i]] = append(ratios[group[i]], ratio)
			highest = max(highest, ratio)
		}
	}
	if len(ratios) == 0 {
		return Plot{}, nil
	}
	f := newFigure("Share ratio by group", "content sent / content received", "share of complete leechers (%)")
	f.Y.Max = 100
	for _, g := range r.groups() {
		if len(ratios[g]) == 0 {
			continue
		}
		slices.Sort(ratios[g])
		xs, ys := []float64{0}, []float64{0}
		for i, x := range ratios[g] {
			xs, ys = append(xs, x), append(ys, 100*float64(i+1)/float64(len(ratios[g])))
		}
		if err := f.line(g, append(xs, highest), append(ys, 100), true); err != nil {
			return Plot{}, err
		}
	}
	return Plot{figure: f,
		Caption: "How much content leechers sent for the content that they received. In a fair swarm the line is " +
			"steep at 1; leechers on the right sent more than they received."}, nil
}

// entropy plots how evenly copies are distributed over pieces.
func entropy(r *Record) (Plot, error) {
	times, ts := r.times()
	parts := r.segments("piece_entropy", times)
	if len(parts) == 0 {
		return Plot{}, nil
	}
	f := newFigure("Piece entropy over time", "time ("+ts.unit+")", "entropy of the copies of leechers")
	f.Y.Max = 1
	if err := f.segmentLine("", parts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f,
		Caption: "How evenly the copies of leechers are distributed over the pieces: 1 if every piece has the same " +
			"number of copies, 0 if a single piece has all of them. There is no line while no leecher has a piece."}, nil
}

// unchokes plots the matrix of which groups unchoke which. There is no plot for a single
// group.
func unchokes(r *Record) (Plot, error) {
	var groups []*record.Group
	for i := range r.Summary.Groups {
		if g := &r.Summary.Groups[i]; len(g.Unchoked) > 0 {
			groups = append(groups, g)
		}
	}
	if len(groups) < 2 {
		return Plot{}, nil
	}
	f := newFigure("Unchokes by group", "unchoked group", "unchoking group")
	n := len(groups)
	xNames, yNames := make(plot.ConstantTicks, n), make(plot.ConstantTicks, n)
	var labels plotter.XYLabels
	for i, from := range groups {
		y := float64(n - 1 - i)
		yNames[i] = plot.Tick{Value: y, Label: from.Name}
		xNames[i] = plot.Tick{Value: float64(i), Label: from.Name}
		for k, to := range groups {
			share, uniform := float64(from.Unchoked[to.Name]), float64(from.UnchokedUniform[to.Name])
			label := fmt.Sprintf("%.0f %%", 100*share)
			colour := color.RGBA{255, 255, 255, 255}
			if uniform > 0 {
				label += fmt.Sprintf(" (%.1fx)", share/uniform)
				colour = preference(share / uniform)
			}
			p, err := plotter.NewPolygon(box(float64(k)-0.5, float64(k)+0.5, y-0.5, y+0.5))
			if err != nil {
				return Plot{}, err
			}
			p.Color, p.LineStyle.Color = colour, color.White
			f.Add(p)
			labels.XYs = append(labels.XYs, plotter.XY{X: float64(k), Y: y})
			labels.Labels = append(labels.Labels, label)
		}
	}
	l, err := plotter.NewLabels(labels)
	if err != nil {
		return Plot{}, err
	}
	for i := range l.TextStyle {
		l.TextStyle[i].XAlign, l.TextStyle[i].YAlign = text.XCenter, text.YCenter
		l.TextStyle[i].Font.Size = 10
	}
	f.Add(l)
	for _, x := range []float64{0, 0.5, 1, 1.5, 2} {
		f.legend.Add(fmt.Sprintf("%gx", x), swatch{preference(x)})
	}
	f.X.Tick.Marker, f.Y.Tick.Marker = xNames, yNames
	f.X.Tick.Length, f.Y.Tick.Length = 0, 0
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = -0.5, float64(n)-0.5, -0.5, float64(n)-0.5
	return Plot{figure: f, height: vg.Centimeter * vg.Length(3+float64(1.4*float64(n))),
		Caption: "The share of the time of a group's " + slotsText(groups) + " that each group got, and in brackets " +
			"its ratio to the share if all present leechers were equally likely. A blue diagonal shows clustering."}, nil
}

// slotsText names the unchokes that are counted.
func slotsText(groups []*record.Group) string {
	for _, g := range groups {
		if g.SlotsCounted != "regular" {
			return "unchokes, which include optimistic ones if the choker does not distinguish them"
		}
	}
	return "regular unchokes"
}

// preference is a colour for a ratio of unchokes: white for 1, blue for more, orange for
// less.
func preference(ratio float64) color.RGBA {
	to, part := color.RGBA{86, 180, 233, 255}, min(ratio-1, 1)
	if ratio < 1 {
		to, part = color.RGBA{230, 159, 0, 255}, 1-ratio
	}
	blend := func(b uint8) uint8 { return uint8(float64(255*(1-part)) + float64(float64(b)*part) + 0.5) }
	return color.RGBA{blend(to.R), blend(to.G), blend(to.B), 255}
}
