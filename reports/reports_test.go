package reports

import (
	"bytes"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/sim/record"
)

type files map[string]*bytes.Buffer

type nop struct{ *bytes.Buffer }

func (nop) Close() error { return nil }

func (f files) create(name string) (io.WriteCloser, error) {
	f[name] = &bytes.Buffer{}
	return nop{f[name]}, nil
}

// results returns a minimal results folder.
func results(series, peers, heat string) fstest.MapFS {
	return fstest.MapFS{
		record.SummaryFile:      {Data: []byte(`{"scenario": "x", "groups": [{"name": "a"}], "pieces": 2, "bound_s": 3, "expectations": [{"expect": "<script>", "met": false}]}`)},
		record.TimeSeriesFile:   {Data: []byte("t_s,leechers,seeds,goodput_Bps,upload_Bps,download_Bps,copies_min,copies_mean,copies_max,single_copy_pieces,missing_pieces,a:present,a:leechers,a:down_Bps\n" + series)},
		record.PeersFile:        {Data: []byte("peer,group,seed,download_s\n" + peers)},
		record.AvailabilityFile: {Data: []byte("t_s,piece_0,piece_1\n" + heat)},
	}
}

// Records without samples can be drawn, and drawing a record twice gives the same bytes.
func TestWrite(t *testing.T) {
	for name, dir := range map[string]fstest.MapFS{
		"empty": results("", "", ""),
		"one":   results("1,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "1,a,false,12.5\n", "1,0,1\n"),
	} {
		r, err := Load(dir)
		if err != nil {
			t.Fatal(name, err)
		}
		once, twice := files{}, files{}
		if err := Write(r, "name: x", once.create); err != nil {
			t.Fatal(name, err)
		}
		if err := Write(r, "name: x", twice.create); err != nil {
			t.Fatal(name, err)
		}
		if len(once) != 13 {
			t.Errorf("%s: %d files", name, len(once))
		}
		for f := range once {
			if !bytes.Equal(once[f].Bytes(), twice[f].Bytes()) {
				t.Errorf("%s: %s differs when drawn again", name, f)
			}
		}
		if text := once[PageFile].String(); strings.Count(text, "<td><script>") > 0 || !strings.Contains(text, "<td>&lt;script&gt;</td>") {
			t.Error("text of the record reached the page as markup")
		}
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	dir := results("", "", "")
	dir[record.PeersFile].Data = []byte("a,b\n1\n")
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "peers.csv") {
		t.Error(err)
	}
	delete(dir, record.SummaryFile)
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "not a results folder") {
		t.Error(err)
	}
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		high float64
		want string
	}{{10, "0 2 4 6 8 10"}, {448, "0 100 200 300 400"}, {0.7, "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7"}, {123456, "0 20000 40000 60000 80000 100000 120000"}} {
		var labels []string
		for _, tick := range (ticks{}).Ticks(0, c.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("0 to %v: %s, want %s", c.high, got, c.want)
		}
	}
}

// The matrix of unchokes is drawn for two groups or more, and share ratios if a leecher
// completed.
func TestFairnessPlots(t *testing.T) {
	r, err := Load(results("", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	names := func() (out []string) {
		plots, err := Plots(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plots {
			out = append(out, p.File)
		}
		return out
	}
	if got := names(); slices.Contains(got, "unchokes") || slices.Contains(got, "share-ratio") || slices.Contains(got, "entropy") {
		t.Errorf("for an empty record: %v", got)
	}
	row := func(a, b record.Ratio) map[string]record.Ratio { return map[string]record.Ratio{"a": a, "b": b} }
	r.Summary.Groups = []record.Group{
		{Name: "a", SlotsCounted: "regular", Unchoked: row(0.75, 0.25), UnchokedUniform: row(0.5, 0.5)},
		{Name: "b", SlotsCounted: "regular", Unchoked: row(0.5, 0.5), UnchokedUniform: row(0, 1)},
	}
	r.Peers = Table{Columns: []string{"group", "completed_s", "share_ratio"}, rows: [][]string{{"a", "9", "1.5"}, {"a", "", "0.5"}}}
	r.Series = Table{Columns: []string{"t_s", "piece_entropy", "a:present"}, rows: [][]string{{"1", "", "1"}, {"2", "0.5", "1"}}}
	if got := names(); !slices.Contains(got, "unchokes") || !slices.Contains(got, "share-ratio") || !slices.Contains(got, "entropy") {
		t.Errorf("for two groups: %v", got)
	}
	p, err := unchokes(r)
	if err != nil {
		t.Fatal(err)
	}
	var svg bytes.Buffer
	if _, err := p.WriteTo(&svg); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"75 % (1.5x)", "25 % (0.5x)", "50 % (0.5x)", ">50 %<"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the matrix has no %q", want)
		}
	}
	if !strings.Contains(p.Caption, "regular unchokes") {
		t.Errorf("caption %q", p.Caption)
	}
}

// A line has a gap at samples without a value.
func TestLinesHaveGaps(t *testing.T) {
	r := &Record{Series: Table{Columns: []string{"t_s", "piece_entropy", "a:present", "a:down_Bps"}}}
	for _, cells := range [][2]string{{"0.5", "7"}, {"0.6", "8"}, {"", ""}, {"", ""}, {"0.9", ""}, {"0.8", "9"}, {"", ""}, {"0.7", ""}} {
		at := strconv.Itoa(r.Series.Len())
		r.Series.rows = append(r.Series.rows, []string{at, cells[0], "1", cells[1]})
	}
	for _, c := range []struct {
		of          func(*Record) (Plot, error)
		lines, dots int
	}{{entropy, 2, 1}, {groupRates, 2, 1}} { // one line of the second is in the legend
		p, err := c.of(r)
		if err != nil {
			t.Fatal(err)
		}
		var svg bytes.Buffer
		if _, err := p.WriteTo(&svg); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(svg.String(), "stroke:#0072B2"); got != c.lines {
			t.Errorf("%s: %d lines, want %d", p.File, got, c.lines)
		}
		if got := strings.Count(svg.String(), "fill:#0072B2"); got != c.dots {
			t.Errorf("%s: %d dots, want %d", p.File, got, c.dots)
		}
	}
}

// Overlapping error bars are shifted, by less than half the distance of two values; others
// are not.
func TestErrorBarsSideBySide(t *testing.T) {
	line := func(y float64) ChartLine {
		return ChartLine{Xs: []float64{1, 2, 100}, Ys: []float64{y, y, y}, Lows: []float64{y - 1, y - 1, y - 1}, Highs: []float64{y + 1, y + 1, y + 1}}
	}
	apart := Chart{Lines: []ChartLine{line(5), line(9)}}
	if got := apart.sideBySide(); got[0].Xs[0] != 1 || got[1].Xs[0] != 1 {
		t.Errorf("bars that do not overlap are at %v and %v", got[0].Xs, got[1].Xs)
	}
	for _, log := range []bool{false, true} {
		c := Chart{LogX: log, Lines: []ChartLine{line(5), line(6), line(6.5)}}
		got := c.sideBySide()
		for i, x := range c.Lines[0].Xs {
			if !(got[0].Xs[i] < x && got[1].Xs[i] < got[2].Xs[i]) || math.Abs(got[1].Xs[i]-x) > 1e-9 {
				t.Errorf("bars of %v are at %v, %v and %v", x, got[0].Xs[i], got[1].Xs[i], got[2].Xs[i])
			}
		}
		if got[2].Xs[0] >= 1.5 || got[0].Xs[1] <= 1.5 {
			t.Errorf("%v and %v cannot be distinguished", got[2].Xs, got[0].Xs)
		}
		if c.Lines[0].Xs[0] != 1 {
			t.Error("the chart itself was changed")
		}
	}
}

func TestSameDecimals(t *testing.T) {
	for _, c := range []struct {
		cells []float64
		want  string
	}{
		{[]float64{6.5, 6.219, math.NaN()}, "6.50 6.22"}, {[]float64{1234.5, 980}, "1234 980"}, {[]float64{0.9, 0.123}, "0.900 0.123"}, {[]float64{0.0012, 30}, "0.0012 30"}, {[]float64{0, 0}, "0 0"},
	} {
		write := SameDecimals([][]float64{c.cells})
		if got := write(c.cells[0]) + " " + write(c.cells[1]); got != c.want {
			t.Errorf("%v: %s, want %s", c.cells, got, c.want)
		}
	}
}
