package reports

import (
	"bytes"
	"cmp"
	"fmt"
	"image/color"
	"io"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"swarmsim/sim/record"
)

// Plot is a drawn plot.
type Plot struct {
	File    string // without extension
	Title   string
	Caption string // how to read it
	figure  *figure
	height  vg.Length // 0 for plotHeight
}

const (
	plotWidth  = 20 * vg.Centimeter
	plotHeight = 10.5 * vg.Centimeter
	pngDPI     = 144
)

// runPlots are the plots of a run, in the order of its page.
var runPlots = []struct {
	file string
	draw func(*Record) (Plot, error)
}{
	{"pieces", ownPieces},
	{"throughput", throughput},
	{"neighbours", neighbours},
	{"population", population},
	{"completion", completion},
	{"copies", copies},
	{"availability", heatMap},
	{"entropy", entropy},
	{"download-rate", groupRates},
	{"share-ratio", shareRatios},
	{"playback", playback},
	{"unchokes", unchokes},
}

// Files lists the files that Write can write.
func Files() []string {
	out := []string{PageFile}
	for _, p := range runPlots {
		out = append(out, p.file+".svg", p.file+".png")
	}
	return out
}

// Plots draws all plots of a record.
func Plots(r *Record) ([]Plot, error) {
	var out []Plot
	for _, rp := range runPlots {
		p, err := rp.draw(r)
		if err != nil {
			return nil, fmt.Errorf("plot %s: %w", rp.file, err)
		}
		if p.figure == nil { // the run has no data for it
			continue
		}
		p.File = rp.file
		p.Title = p.figure.Title.Text
		p.figure.Title.Text += "  (" + shorten(r.Summary.Scenario, 32) + seedText(&r.Summary) + ")"
		out = append(out, p)
	}
	return out, nil
}

// Write makes the plot's files, SVG and PNG.
func (p *Plot) Write(create record.Create) error {
	if err := write(create, p.File+".svg", p); err != nil {
		return err
	}
	img := vgimg.NewWith(vgimg.UseWH(plotWidth, p.drawnHeight()), vgimg.UseDPI(pngDPI))
	p.figure.draw(draw.New(img))
	return write(create, p.File+".png", vgimg.PngCanvas{Canvas: img})
}

func write(create record.Create, name string, from io.WriterTo) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	if _, err := from.WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// WriteTo writes the plot as SVG.
func (p *Plot) WriteTo(w io.Writer) (int64, error) {
	svg := vgsvg.New(plotWidth, p.drawnHeight())
	p.figure.draw(draw.New(svg))
	var text bytes.Buffer
	if _, err := svg.WriteTo(&text); err != nil {
		return 0, err
	}
	// By default viewers keep the proportions of an image; the heat map's must stretch.
	n, err := w.Write(bytes.ReplaceAll(text.Bytes(), []byte("<image "), []byte(`<image preserveAspectRatio="none" `)))
	return int64(n), err
}

// drawnHeight returns the height of the plot.
func (p *Plot) drawnHeight() vg.Length { return cmp.Or(p.height, plotHeight) }

// times returns the times of the samples in a unit that suits the run, and the unit.
func (r *Record) times() ([]float64, scale) {
	t := r.Series.Numbers("t_s")
	s := timeScale(highest(t))
	return s.of(t), s
}

// throughput plots the rates of the whole swarm.
func throughput(r *Record) (Plot, error) {
	t, ts := r.times()
	of := func(column string) []float64 { return smooth(r.Series.Numbers(column), len(t)/200) }
	good, up, down := of("goodput_Bps"), of("upload_Bps"), of("download_Bps")
	rs := rateScale(highest(good, up, down))
	title, rateOf, caption := "Swarm throughput over time", "rate of the whole swarm (", "The throughput of the whole swarm. "
	if r.Summary.Observer != "" {
		title, rateOf, caption = "Throughput over time", "rate of the client (", "The throughput of the client. "
	}
	f := newFigure(title, "time ("+ts.unit+")", rateOf+rs.unit+")")
	// The widest line is drawn first, so that all are visible where they coincide.
	for i, l := range []struct {
		name string
		ys   []float64
	}{{"sent on links", up}, {"received on links", down}, {"useful content", good}} {
		if err := f.line(l.name, t, rs.of(l.ys), false); err != nil {
			return Plot{}, err
		}
		f.last.Width = vg.Points([]float64{3.8, 2.2, 1.4}[i])
	}
	if err := r.mark(f, ts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f, Caption: caption + "The difference between the links and the useful content is overhead and " +
		"duplicates. Smoothed over 2 % of the run."}, nil
}

// population plots the numbers of leechers and seeds.
func population(r *Record) (Plot, error) {
	t, ts := r.times()
	f := newFigure("Population over time", "time ("+ts.unit+")", "peers")
	caption := "The peers that are present. A leecher that completes becomes a seed until it leaves."
	if r.Summary.Observer != "" {
		caption = "The client and its neighbours. A leecher that completes becomes a seed until it leaves."
	}
	for _, l := range []struct{ name, column string }{
		{"leechers", "leechers"}, {"seeds", "seeds"}, {"complete, not uploading", "complete_not_uploading"},
	} {
		ys := r.Series.Numbers(l.column)
		if l.column == "complete_not_uploading" {
			if highest(ys) == 0 {
				continue
			}
			caption += " Complete peers that do not upload are not seeds, and are counted separately."
		}
		if err := f.line(l.name, t, ys, true); err != nil {
			return Plot{}, err
		}
	}
	if err := r.mark(f, ts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f, Caption: caption}, nil
}

// completion plots the distribution of completion times for each group.
func completion(r *Record) (Plot, error) {
	if r.Summary.Observer != "" { // one completion, which the plot of its pieces shows
		return Plot{}, nil
	}
	times := map[string][]float64{}
	members := map[string]int{}
	group, seed, took := r.Peers.Words("group"), r.Peers.Words("seed"), r.Peers.Words("download_s")
	numbers := r.Peers.Numbers("download_s")
	for i := range group {
		if seed[i] == "true" {
			continue
		}
		members[group[i]]++
		if took[i] != "" {
			times[group[i]] = append(times[group[i]], numbers[i])
		}
	}
	longest := float64(r.Summary.CompletionS.Last)
	ts := timeScale(longest)
	f := newFigure("Completion time by group", "time since arrival ("+ts.unit+")", "share of leechers complete (%)")
	f.Y.Max = 100
	for _, g := range r.groups() {
		if members[g] == 0 {
			continue
		}
		slices.Sort(times[g])
		xs, ys := []float64{0}, []float64{0}
		for i, t := range times[g] {
			xs, ys = append(xs, t/ts.by), append(ys, 100*float64(i+1)/float64(members[g]))
		}
		if err := f.line(g, append(xs, longest/ts.by), append(ys, ys[len(ys)-1]), true); err != nil {
			return Plot{}, err
		}
	}
	if r.Summary.BoundS != nil {
		bound := float64(*r.Summary.BoundS)
		l, err := plotter.NewLine(plotter.XYs{{X: bound / ts.by, Y: 0}, {X: bound / ts.by, Y: 100}})
		if err != nil {
			return Plot{}, err
		}
		l.Dashes, l.Color, l.Width = []vg.Length{4, 3}, color.Gray{90}, vg.Points(1.2)
		f.Add(l)
		f.legend.Add("lower bound of the longest", l)
	}
	return Plot{figure: f,
		Caption: "How long downloads took. The dashed line is a lower bound of the longest download: with these links " +
			"no protocol can complete all downloads earlier."}, nil
}

// copies plots the numbers of copies of the rarest, the mean and the most common piece.
func copies(r *Record) (Plot, error) {
	t, ts := r.times()
	low, mean, high := r.Series.Numbers("copies_min"), r.Series.Numbers("copies_mean"), r.Series.Numbers("copies_max")
	f := newFigure("Copies of pieces over time", "time ("+ts.unit+")", "copies in the swarm")
	band, lower := thin(t, high), thin(t, low)
	slices.Reverse(lower)
	band = append(band, lower...)
	if len(band) > 0 {
		p, err := plotter.NewPolygon(band)
		if err != nil {
			return Plot{}, err
		}
		p.Color, p.LineStyle.Width = color.RGBA{200, 225, 240, 255}, 0
		f.Add(p)
		f.legend.Add("rarest to most common", p)
	}
	if err := f.line("mean", t, mean, false); err != nil {
		return Plot{}, err
	}
	f.lines = 4
	if err := f.line("rarest piece", t, low, false); err != nil {
		return Plot{}, err
	}
	if err := r.mark(f, ts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f,
		Caption: observerText(r) + "How evenly pieces are replicated. In a narrow band no piece is rare; a rarest piece with one copy " +
			"depends on a single peer."}, nil
}

// groupRates plots the mean download rate of each group.
func groupRates(r *Record) (Plot, error) {
	if r.Summary.Observer != "" { // the rates of its neighbours are not known
		return Plot{}, nil
	}
	times, ts := r.times()
	var shown []string
	lines := map[string][]segment{}
	top := 0.0
	for _, g := range r.groups() {
		parts := r.segments(g+":down_Bps", times)
		for i := range parts {
			parts[i].ys = smooth(parts[i].ys, len(times)/100)
			top = max(top, highest(parts[i].ys))
		}
		if len(parts) > 0 {
			shown, lines[g] = append(shown, g), parts
		}
	}
	rs := rateScale(top)
	f := newFigure("Download rate by group", "time ("+ts.unit+")", "mean rate of a leecher ("+rs.unit+")")
	for _, g := range shown {
		for i := range lines[g] {
			lines[g][i].ys = rs.of(lines[g][i].ys)
		}
		if err := f.segmentLine(g, lines[g]); err != nil {
			return Plot{}, err
		}
	}
	if err := r.mark(f, ts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f,
		Caption: "The mean download rate of the leechers of each group while they download; smoothed over 2 % of the " +
			"run. There is no line while no leecher of the group downloads."}, nil
}

// smooth takes the moving average twice: after a single one, fast oscillations leave a
// ripple, which looks like a solid bar in a plot.
func smooth(xs []float64, radius int) []float64 {
	return movingAverage(movingAverage(xs, radius), radius)
}

// movingAverage returns the means of a window around each value. The window has radius values
// on either side, and fewer at both ends.
func movingAverage(xs []float64, radius int) []float64 {
	sums := make([]float64, len(xs)+1) // prefix sums
	for i, x := range xs {
		sums[i+1] = sums[i] + x
	}
	out := make([]float64, len(xs))
	for i := range xs {
		n := min(radius, i, len(xs)-1-i)
		from, to := i-n, i+n+1
		out[i] = (sums[to] - sums[from]) / float64(to-from)
	}
	return out
}
