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

// Plot is one picture of a report.
type Plot struct {
	File    string // without ending
	Title   string
	Caption string // what to look for in it
	figure  *figure
	height  vg.Length // 0 for plotHeight
}

const (
	plotWidth  = 20 * vg.Centimeter
	plotHeight = 10.5 * vg.Centimeter
	pngDPI     = 144
)

// pictures are all that a page can have, in its order.
var pictures = []struct {
	file string
	draw func(*Record) (Plot, error)
}{
	{"throughput", throughput}, {"population", population}, {"completion", completion}, {"copies", copies}, {"availability", heatMap},
	{"entropy", entropy}, {"download-rate", groupRates}, {"share-ratio", shareRatios}, {"playback", playback}, {"unchokes", unchokes},
}

// Files lists the names that Write gives to files.
func Files() []string {
	out := []string{PageFile}
	for _, p := range pictures {
		out = append(out, p.file+".svg", p.file+".png")
	}
	return out
}

// Plots draws all pictures of a record.
func Plots(r *Record) ([]Plot, error) {
	var out []Plot
	for _, picture := range pictures {
		p, err := picture.draw(r)
		if err != nil {
			return nil, fmt.Errorf("plot %s: %w", picture.file, err)
		}
		if p.figure == nil { // there is nothing of it in this run
			continue
		}
		p.File = picture.file
		p.Title = p.figure.Title.Text
		p.figure.Title.Text += "  (" + shorten(r.Summary.Scenario, 32) + ", seed " + fmt.Sprint(r.Summary.Seed) + ")"
		out = append(out, p)
	}
	return out, nil
}

// Write makes the plot's files, SVG and PNG.
func (p *Plot) Write(create record.Create) error {
	if err := write(create, p.File+".svg", p); err != nil {
		return err
	}
	img := vgimg.NewWith(vgimg.UseWH(plotWidth, p.tall()), vgimg.UseDPI(pngDPI))
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
	svg := vgsvg.New(plotWidth, p.tall())
	p.figure.draw(draw.New(svg))
	var text bytes.Buffer
	if _, err := svg.WriteTo(&text); err != nil {
		return 0, err
	}
	// Viewers keep an image's proportions unless told not to; the heat map's
	// cells have none.
	n, err := w.Write(bytes.ReplaceAll(text.Bytes(), []byte("<image "), []byte(`<image preserveAspectRatio="none" `)))
	return int64(n), err
}

// tall is the picture's height.
func (p *Plot) tall() vg.Length { return cmp.Or(p.height, plotHeight) }

func (r *Record) times() ([]float64, scale) {
	t := r.Series.Numbers("t_s")
	s := timeScale(highest(t))
	return s.of(t), s
}

func throughput(r *Record) (Plot, error) {
	t, ts := r.times()
	of := func(column string) []float64 { return smooth(r.Series.Numbers(column), len(t)/200) }
	good, up, down := of("goodput_Bps"), of("upload_Bps"), of("download_Bps")
	rs := rateScale(highest(good, up, down))
	f := newFigure("Swarm throughput over time", "time ("+ts.unit+")", "rate of the whole swarm ("+rs.unit+")")
	// The widest line lies lowest: where lines coincide, all are seen.
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
	return Plot{figure: f,
		Caption: "What the swarm moves. The gap between useful content and what is on the links is overhead and duplicates. Smoothed over 2 % of the run."}, nil
}

func population(r *Record) (Plot, error) {
	t, ts := r.times()
	f := newFigure("Population over time", "time ("+ts.unit+")", "peers")
	caption := "Who is there. A leecher that completes becomes a seed for as long as it stays."
	for _, l := range []struct{ name, column string }{{"leechers", "leechers"}, {"seeds", "seeds"}, {"complete, not uploading", "complete_not_uploading"}} {
		ys := r.Series.Numbers(l.column)
		if l.column == "complete_not_uploading" {
			if highest(ys) == 0 {
				continue
			}
			caption += " One that uploads nothing is no seed: it is complete, and counted apart."
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

// completion is the share of each group's leechers that have completed, against
// the time since their arrival.
func completion(r *Record) (Plot, error) {
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
		f.legend.Add("bound for the longest", l)
	}
	return Plot{figure: f,
		Caption: "How long downloads took. The dashed line is a bound on the longest of them: whatever the protocol, no swarm of these links could have had every download end before it, though most may."}, nil
}

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
		f.legend.Add("rarest to commonest", p)
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
		Caption: "How evenly pieces are spread. A narrow band means that no piece is rare; a rarest piece with one copy hangs on one peer."}, nil
}

func groupRates(r *Record) (Plot, error) {
	times, ts := r.times()
	var shown []string
	lines := map[string][]stretch{}
	top := 0.0
	for _, g := range r.groups() {
		parts := r.stretches(g+":down_Bps", times)
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
		if err := f.broken(g, lines[g]); err != nil {
			return Plot{}, err
		}
	}
	if err := r.mark(f, ts); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f,
		Caption: "What a leecher of each group receives, on average, while it downloads; smoothed over 2 % of the run. There is no line while nobody in the group downloads."}, nil
}

// smooth is the mean over so many samples to either side, taken twice: once leaves
// a ripple of what swings faster, which a plot would show as a solid bar.
func smooth(xs []float64, reach int) []float64 { return mean(mean(xs, reach), reach) }

func mean(xs []float64, reach int) []float64 {
	sums := make([]float64, len(xs)+1) // of the first so many
	for i, x := range xs {
		sums[i+1] = sums[i] + x
	}
	out := make([]float64, len(xs))
	for i := range xs {
		near := min(reach, i, len(xs)-1-i) // as many to the left as to the right
		from, to := i-near, i+near+1
		out[i] = (sums[to] - sums[from]) / float64(to-from)
	}
	return out
}
