package reports

import (
	"bytes"
	"strings"
	"testing"

	"swarmsim/sim/record"
)

func pageOf(t *testing.T, scenario string, change func(*Record)) string {
	t.Helper()
	r, err := Load(results("1,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n2,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "1,a,false,12.5\n", "1,0,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	change(r)
	out := files{}
	if err := Write(r, scenario, out.create); err != nil {
		t.Fatal(err)
	}
	return out[PageFile].String()
}

// The comment at the top of a scenario is on its page, with commands set off.
func TestAPageHasTheStory(t *testing.T) {
	page := pageOf(t, "# Watch the copies grow,\n# and the seed rest.\n#\n# Then try\n#   --set client.choker=random\n# and see.\nname: x\n", func(r *Record) { r.Summary.About = "What it is about." })
	for _, want := range []string{"<p>Watch the copies grow, and the seed rest.</p>", "<p><code>--set client.choker=random</code></p>", "<p>and see.</p>", "<strong>What it is about.</strong>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

// Every table scrolls by itself on narrow screens.
func TestAPageFitsAPhone(t *testing.T) {
	page := pageOf(t, "name: x\n", func(*Record) {})
	if n, m := strings.Count(page, "<table"), strings.Count(page, `<div class="scroll"><table`); n != m || n == 0 {
		t.Errorf("%d of %d tables scroll", m, n)
	}
}

// The scenario's events up to the end of the run are in the data of the page, where charts mark them.
func TestEventsAreMarked(t *testing.T) {
	r, err := Load(results("1,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "1,a,false,12.5\n", "1,0,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	r.Summary.VirtualS = 2
	r.Summary.Events = []record.ScriptedEvent{{AtS: 1, Event: "seed: crash"}, {AtS: 9, Event: "too late"}}
	if marks := PageData(r).Marks; len(marks) != 1 || marks[0].Text != "seed: crash" || marks[0].AtS != 1 {
		t.Errorf("marks %+v", marks)
	}
}

// A damaged file is refused with the place of the damage.
func TestDamagedFoldersAreNamed(t *testing.T) {
	good := "1,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n"
	for _, c := range []struct{ series, peers, heat, want string }{
		{"1,NaN,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "", "", `timeseries.csv: line 2, column 3: leechers is "NaN", not a number`},
		{"1,1e308,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "", "", `timeseries.csv: line 2, column 3: leechers is "1e308", not a number`},
		{good, "", "1,NaN,1\n", `availability.csv: line 2, column 3: piece_0 is "NaN", not a number`},
		{good, "1,a,false,+Inf\n", "", `peers.csv: line 2, column 11: download_s is "+Inf", not a number`},
		{good, "1,a\n", "", `peers.csv: record on line 2: wrong number of fields`},
	} {
		if _, err := Load(results(c.series, c.peers, c.heat)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	dir := results(good, "", "")
	dir[record.SummaryFile].Data = []byte(`{"bound_s": 1e300}`)
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "summary.json: bound_s is 1e+300") {
		t.Error(err)
	}
}

// Fast oscillations are smoothed to their mean, and thinning keeps isolated peaks.
func TestSmoothing(t *testing.T) {
	xs := make([]float64, 700)
	for i := range xs {
		xs[i] = float64(i % 2 * 2)
	}
	for i, x := range smooth(xs, 3)[10:690] {
		if x < 0.9 || x > 1.1 {
			t.Fatalf("at %d: %v", i, x)
		}
	}
	many := make([]float64, 400_000)
	times := make([]float64, len(many))
	for i := range times {
		times[i] = float64(i)
	}
	many[123_456] = 7
	points := thin(times, many)
	highest := 0.0
	for _, p := range points {
		highest = max(highest, p.Y)
	}
	if len(points) > maxPoints+1 || highest != 7 {
		t.Errorf("%d points, the highest %v", len(points), highest)
	}
}

func FuzzLoad(f *testing.F) {
	for _, file := range []string{record.SummaryFile, record.TimeSeriesFile, record.PeersFile, record.AvailabilityFile} {
		f.Add(uint8(len(file)), results("1,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "1,a,false,12.5\n", "1,0,1\n")[file].Data)
	}
	names := []string{record.SummaryFile, record.TimeSeriesFile, record.PeersFile, record.AvailabilityFile}
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		dir := results("1,3,1,100,110,105,0,0.5,1,1,1,3,3,33\n", "1,a,false,12.5\n", "1,0,1\n")
		name := names[int(which)%len(names)]
		dir[name].Data = text
		r, err := Load(dir)
		if err != nil {
			if !strings.Contains(err.Error(), name) && !bytes.Contains([]byte(err.Error()), []byte("summary")) {
				t.Errorf("does not name the file: %v", err)
			}
			return
		}
		var table bytes.Buffer
		if err := Print(&table, &r.Summary, false); err != nil {
			t.Fatal(err)
		}
	})
}

// The table of a run without completions has no infinite or misleading numbers.
func TestTableWithoutCompletions(t *testing.T) {
	var out bytes.Buffer
	s := record.Summary{Scenario: "x", UplinkUtilization: 0.488, SeedCopies: 1.15, Blocks: record.Blocks{Delivered: 100, Duplicate: 2, Lost: 7}}
	if err := Print(&out, &s, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"48.8 % used for content until the end", "1.15 copies; some pieces never reached a leecher", "100 delivered, 2 duplicate, 7 in flight when their connections closed", "none: no leecher completed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	zero := record.Seconds(0)
	s.BoundS, s.CompletionS.Count = &zero, 1
	out.Reset()
	if err := Print(&out, &s, false); err != nil || strings.Contains(out.String(), "Inf") || !strings.Contains(out.String(), "less than a microsecond") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// A run without arrivals has a line that says so.
func TestNoArrivals(t *testing.T) {
	for peers, want := range map[int]bool{0: true, 1: false} {
		var out bytes.Buffer
		s := record.Summary{Scenario: "x", Groups: []record.Group{{Name: "seed", Seed: true, Peers: 1}, {Name: "leechers", Peers: peers}}}
		if err := Print(&out, &s, false); err != nil || strings.Contains(out.String(), "no leecher arrived before the deadline") != want {
			t.Errorf("%d leechers: %v\n%s", peers, err, out.String())
		}
	}
}
