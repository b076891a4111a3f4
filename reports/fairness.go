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

// shareRatios is the share of each group's complete leechers that gave no more
// than so much for what they got. There is nothing to draw where nobody
// completed.
func shareRatios(r *Record) (Plot, error) {
	ratios := map[string][]float64{}
	group, completed := r.Peers.Words("group"), r.Peers.Words("completed_s")
	most := 0.0
	said := r.Peers.Words("share_ratio")
	for i, ratio := range r.Peers.Numbers("share_ratio") {
		if completed[i] != "" && said[i] != "" {
			ratios[group[i]] = append(ratios[group[i]], ratio)
			most = max(most, ratio)
		}
	}
	if len(ratios) == 0 {
		return Plot{}, nil
	}
	f := newFigure("Share ratio by group", "content sent, as a share of content received", "share of complete leechers (%)")
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
		if err := f.line(g, append(xs, most), append(ys, 100), true); err != nil {
			return Plot{}, err
		}
	}
	return Plot{figure: f,
		Caption: "What leechers gave for what they got. A steep line at 1 is a fair swarm; the further to the right, the more they gave than they took."}, nil
}

// entropy is how evenly the pieces are spread over leechers.
func entropy(r *Record) (Plot, error) {
	times, ts := r.times()
	parts := r.stretches("piece_entropy", times)
	if len(parts) == 0 {
		return Plot{}, nil
	}
	f := newFigure("Piece entropy over time", "time ("+ts.unit+")", "entropy of copies on leechers")
	f.Y.Max = 1
	if err := f.broken("", parts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f,
		Caption: "How evenly the leechers' copies are spread over the pieces: 1 where every piece has as many, 0 where one piece has them all. There is no line while no leecher has a piece."}, nil
}

// unchokes is the matrix of whom leechers unchoke, where there are groups to
// tell apart.
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
	f := newFigure("Whom leechers unchoke, by group", "who is unchoked", "who unchokes")
	n := len(groups)
	xNames, yNames := make(plot.ConstantTicks, n), make(plot.ConstantTicks, n)
	var labels plotter.XYLabels
	for i, from := range groups {
		y := float64(n - 1 - i)
		yNames[i] = plot.Tick{Value: y, Label: from.Name}
		xNames[i] = plot.Tick{Value: float64(i), Label: from.Name}
		for k, to := range groups {
			share, uniform := float64(from.Unchoked[to.Name]), float64(from.UnchokedUniform[to.Name])
			said := fmt.Sprintf("%.0f %%", 100*share)
			colour := color.RGBA{255, 255, 255, 255}
			if uniform > 0 {
				said += fmt.Sprintf(" (%.1fx)", share/uniform)
				colour = preference(share / uniform)
			}
			p, err := plotter.NewPolygon(box(float64(k)-0.5, float64(k)+0.5, y-0.5, y+0.5))
			if err != nil {
				return Plot{}, err
			}
			p.Color, p.LineStyle.Color = colour, color.White
			f.Add(p)
			labels.XYs = append(labels.XYs, plotter.XY{X: float64(k), Y: y})
			labels.Labels = append(labels.Labels, said)
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
		Caption: "The time of a group's " + slots(groups) + ", by the group they went to, and how many times what it would be if any leecher there had been as likely. A blue diagonal is clustering."}, nil
}

// slots says what the shares are of.
func slots(groups []*record.Group) string {
	for _, g := range groups {
		if g.SlotsCounted != "regular" {
			return "unchokes, optimistic ones too where the choker tells none apart"
		}
	}
	return "regular unchokes"
}

// preference is white for what does not matter, blue for what is preferred and
// orange for what is avoided.
func preference(times float64) color.RGBA {
	to, part := color.RGBA{86, 180, 233, 255}, min(times-1, 1)
	if times < 1 {
		to, part = color.RGBA{230, 159, 0, 255}, 1-times
	}
	blend := func(b uint8) uint8 { return uint8(float64(255*(1-part)) + float64(float64(b)*part) + 0.5) }
	return color.RGBA{blend(to.R), blend(to.G), blend(to.B), 255}
}
