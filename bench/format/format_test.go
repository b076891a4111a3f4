package format

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"swarmsim/bench"
	"swarmsim/lab/stats"
)

// hostile are names that would break a format that does not escape them.
var hostile = []string{
	"<script>alert(1)</script>",
	"two\nlines\r\n::error::no",
	"100%25 %0A, a:b; c=d",
	`quotes " ' and \ back`,
	"pipe | `tick` *star* _under_ [link](http://x.example) @user #1 ![i](y)",
	"</style></title>]]>--><!--",
	"tab\tnul\x00bell\x07bad\xff\xfeutf",
	"right-to-left \u202egnp.exe zero\u200bwidth \u2028line",
	"  spaces and /slashes/ .. ",
	"=cmd|' /C calc'!A0",
	"{{.}} ${{ secrets.X }} $(id) ```",
	"Ünïcode 漢字 🐟",
}

// example returns results and their comparison, as a suite of three cases and two subjects gives.
func example() (*bench.Results, *bench.Comparison) {
	nan := math.NaN()
	exactly := func(x float64) stats.Interval { return stats.Interval{Estimate: x, Low: x, High: x} }
	series := func(p50, fairness []float64) []bench.Series {
		return []bench.Series{
			{Metric: "completion_p50", Unit: "s", Direction: bench.LowerIsBetter, Values: p50},
			{Metric: "fairness", Direction: bench.HigherIsBetter, Tolerance: 0.02, Values: fairness},
			{Metric: "sent", Unit: "B", Values: []float64{16777216, 16777216, nan}[:len(p50)]},
		}
	}
	r := &bench.Results{Suite: "standard", Digest: "5a1e", Program: "v0.9.0", Cells: []bench.Cell{
		{Case: "flash-8", Subject: "default", Scenario: "a1", Repeatable: true, Seeds: []uint64{1, 7, 1 << 63},
			Records: []string{"r1", "r7", "r8"}, Metrics: series([]float64{12.25, 12.5, 13}, []float64{0.98, 0.97, 0.99})},
		{Case: "flash-8", Subject: "anacrolix", Scenario: "a1", Version: "v1.61.0", Seeds: []uint64{1, 2},
			Metrics: series([]float64{20, 20.75}, []float64{0.8, 0.75})},
		{Case: "natted", Subject: "default", Scenario: "a2", Repeatable: true, Seeds: []uint64{1},
			Records: []string{"r9"}, Metrics: series([]float64{31.5}, []float64{nan})},
		{Case: "natted", Subject: "anacrolix", Scenario: "a2", Version: "v1.61.0", Unsupported: "group natted: the program has no NAT"},
		{Case: "mixed", Subject: "default", Composition: "libtorrent-2=4,transmission-3=4", Scenario: "a3", Repeatable: true,
			Seeds: []uint64{1}, Metrics: series([]float64{40}, []float64{1})},
	}}
	metrics := func(p50, fairness bench.Outcome) []bench.MetricComparison {
		return []bench.MetricComparison{
			{Metric: "completion_p50", Unit: "s", Direction: bench.LowerIsBetter, Outcome: p50, Before: 12, After: 12.5,
				Relative: 1.0 / 24, Interval: exactly(1.0 / 24), Moved: 2, WorstSeed: 7,
				Replay: "bench play standard --case flash-8 --subject default --seed 7"},
			{Metric: "fairness", Direction: bench.HigherIsBetter, Tolerance: 0.02, Outcome: fairness, Before: 0.98, After: 0.9,
				Relative: -0.0816, Interval: stats.Interval{Estimate: -0.0816, Low: -0.1, High: -0.06}, Moved: 3, WorstSeed: 1,
				Replay: "bench play standard --case flash-8 --subject default --seed 1"},
		}
	}
	c := &bench.Comparison{Suite: "standard", Base: "v0.8.0", New: "v0.9.0", SameDigest: true, Cells: []bench.CellComparison{
		{Case: "flash-8", Subject: "default", Outcome: bench.Worse, Seeds: 3, Metrics: metrics(bench.Worse, bench.Worse)},
		{Case: "flash-8", Subject: "anacrolix", Outcome: bench.Better, Seeds: 2, Metrics: metrics(bench.Better, bench.Same)},
		{Case: "natted", Subject: "default", Outcome: bench.ScenarioChanged, Note: "digest a1 before, a2 now"},
		{Case: "natted", Subject: "anacrolix", Outcome: bench.Unsupported, Note: "group natted: the program has no NAT"},
		{Case: "mixed", Subject: "default", Composition: "libtorrent-2=4,transmission-3=4", Outcome: bench.Same, Seeds: 1},
		{Case: "old", Subject: "default", Outcome: bench.Removed},
	}}
	return r, c
}

// hostileExample returns results and a comparison in which every name is hostile: one case per
// name, which is worse, changed and better in turn.
func hostileExample() (*bench.Results, *bench.Comparison) {
	r := &bench.Results{Suite: hostile[0], Digest: hostile[1], Program: hostile[2]}
	c := &bench.Comparison{Suite: hostile[0], Base: hostile[4], New: hostile[5]}
	for i, name := range hostile {
		other := hostile[(i+1)%len(hostile)]
		outcome := []bench.Outcome{bench.Worse, bench.Changed, bench.Better, bench.ScenarioChanged}[i%4]
		r.Cells = append(r.Cells, bench.Cell{
			Case: name, Subject: other, Composition: name, Version: other, Repeatable: i%2 == 0, Seeds: []uint64{1},
			Metrics: []bench.Series{
				{Metric: other, Unit: name, Direction: bench.LowerIsBetter, Values: []float64{1.5}},
				{Metric: "b" + name, Direction: bench.HigherIsBetter, Values: []float64{2}},
			},
		})
		c.Cells = append(c.Cells, bench.CellComparison{
			Case: name, Subject: other, Composition: name, Outcome: outcome, Note: name, Seeds: 1,
			Metrics: []bench.MetricComparison{{
				Metric: other, Unit: name, Direction: bench.LowerIsBetter, Outcome: outcome, Before: 1, After: 1.5,
				Relative: 0.5, Interval: stats.Interval{Estimate: 0.5, Low: 0.5, High: 0.5}, Moved: 1, WorstSeed: 1, Replay: "play " + name,
			}},
		})
	}
	return r, c
}

// write returns the text of a format.
func write(t *testing.T, name string, r *bench.Results, c *bench.Comparison) string {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			var out bytes.Buffer
			if err := f.Write(&out, r, c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return out.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The same results give the same bytes, whatever else is missing.
func TestFormatsAreDeterministic(t *testing.T) {
	for _, f := range Formats() {
		for _, make := range []func() (*bench.Results, *bench.Comparison){
			example, hostileExample,
			func() (*bench.Results, *bench.Comparison) { r, _ := example(); return r, nil },
			func() (*bench.Results, *bench.Comparison) { _, c := example(); return nil, c },
			func() (*bench.Results, *bench.Comparison) { return &bench.Results{}, &bench.Comparison{} },
			func() (*bench.Results, *bench.Comparison) { return nil, nil },
		} {
			r, c := make()
			first := write(t, f.Name, r, c)
			for range 3 {
				r, c := make()
				if again := write(t, f.Name, r, c); again != first {
					t.Fatalf("%s: two texts of the same results:\n%s\n%s", f.Name, first, again)
				}
			}
			if strings.ContainsRune(first, '\x00') || strings.ContainsRune(first, '\u202e') && f.Name != "json" {
				t.Errorf("%s: holds control characters of a name", f.Name)
			}
		}
	}
}

// What is written does not touch the results.
func TestFormatsOnlyRead(t *testing.T) {
	r, c := example()
	before := write(t, "json", r, c)
	for _, f := range Formats() {
		write(t, f.Name, r, c)
	}
	if after := write(t, "json", r, c); after != before {
		t.Errorf("the results changed:\n%s\n%s", before, after)
	}
}

// A cell that is worse without a metric, and a record that changed alone, are in every format for
// people.
func TestCellsWithoutMetrics(t *testing.T) {
	none := math.NaN()
	r := &bench.Results{Cells: []bench.Cell{{Case: "natted", Subject: "x", Unsupported: "no NAT"}, {Case: "flash", Subject: "x"}}}
	c := &bench.Comparison{Cells: []bench.CellComparison{
		{Case: "natted", Subject: "x", Outcome: bench.Worse, Note: "was supported, and no longer is: no NAT"},
		{Case: "flash", Subject: "x", Outcome: bench.Changed, Seeds: 3, Metrics: []bench.MetricComparison{
			{Metric: "record", Outcome: bench.Changed, Before: none, After: none, Relative: none, Moved: 2, WorstSeed: 11, Replay: "play 11"},
		}},
	}}
	for format, want := range map[string][]string{
		"text":     {"WORSE  natted, x: was supported, and no longer is: no NAT", "2 seeds"},
		"junit":    {`<failure type="regression" message="cell worse: was supported, and no longer is: no NAT">`, "record changed; 2 seeds moved, most at seed 11"},
		"github":   {"::error title=Regression%3A natted / x::cell worse: was supported", "::notice title=Changed%3A flash / x::record changed; 2 seeds"},
		"markdown": {"1 metric worse, 1 metric changed", "| was supported, and no longer is&#58; no NAT | | | |", "<code>record</code> |  |  |  | 11 |"},
		"html":     {"worse</span> was supported, and no longer is: no NAT", "2 of 3", "play 11"},
	} {
		text := write(t, format, r, c)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is missing in\n%s", format, w, text)
			}
		}
	}
}

// A list of formats has no name or file twice.
func TestFormatsHaveNames(t *testing.T) {
	said := map[string]bool{}
	for _, f := range Formats() {
		if said[f.Name] || said[f.File] || f.About == "" {
			t.Errorf("format %q, file %q, about %q", f.Name, f.File, f.About)
		}
		said[f.Name], said[f.File] = true, true
	}
}

// Values that differ in late digits only are written so that they differ.
func TestValues(t *testing.T) {
	for _, x := range []struct {
		before, after float64
		want          string
	}{
		{12, 12.5, "12 s, 12.5 s"},
		{12.25, 12.250000000001, "12.25 s, 12.250000000001 s"},
		{1e6 + 0.25, 1e6 + 0.26, "1000000.2 s, 1000000.3 s"},
		{math.NaN(), 3, "none, 3 s"},
		{1234567.5, 1234569.5, "1234568 s, 1234570 s"},
		{1e-7, 2e-7, "1e-07 s, 2e-07 s"},
		{-0.5, 123456.75, "-0.5 s, 123457 s"},
		{0.1, 0.1, "0.1 s, 0.1 s"},
		{1.0 / 3, 1.0 / 3, "0.333333 s, 0.333333 s"},
	} {
		before, after := values(&bench.MetricComparison{Before: x.before, After: x.after, Unit: "s"})
		if got := before + ", " + after; got != x.want {
			t.Errorf("%v and %v are written %s, not %s", x.before, x.after, got, x.want)
		}
	}
}
