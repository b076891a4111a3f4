package validation

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"strings"
	"testing"
)

// few is the number of seeds in the tests; swarmsim validate plays 20.
const few = 5

// spreadOfSeeds is the uncertainty of the mean of fewer seeds, as a share of it: twice the standard
// deviation of the measures that vary most between seeds (t75_union of lt8seed2, 9.5 %).
const spreadOfSeeds = 0.2

// slow are cases that take seconds per seed, with the number of seeds in the tests.
var slow = map[string]int{
	"qiu-srikant-uplinks": 1, "qiu-srikant-downlinks": 0, "hajek-zhu-grows": 1, "hajek-zhu-shrinks": 0,
	"bharambe-200": 0, "bharambe-200-once": 0, "bharambe-400": 0, "bharambe-400-once": 1,
	"segments-lt8": 0, "segments-lt8seed2": 0, "segments-tr8seed2": 0, "segments-aria8seed2": 0, "segments-ana8seed2": 0,
	"segments-100": 1, "segments-100slow": 1, "links-clients": 1,
	"links-tcp-1G": 0, "links-utp-1G": 0, "links-ideal-10G": 0, "links-tcp-10G": 0, "links-utp-10G": 0,
}

// The measures of all cases are within their tolerances. Few seeds leave an uncertainty of
// the mean, which is added to the tolerance.
func TestCasesAreWithinTolerance(t *testing.T) {
	for _, c := range Cases() {
		seeds, is := slow[c.Name]
		if !is {
			seeds = few
		}
		if testing.Short() { // one seed of the fast cases
			seeds = min(1, seeds)
			if is {
				continue
			}
		}
		if seeds == 0 {
			continue
		}
		if c.Fixed {
			seeds = 1
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			r := playCase(t, c, seeds)
			for _, m := range r.Measures {
				uncertainty := (m.High - m.Low) / 2
				if seeds < few && !c.Fixed {
					uncertainty = spreadOfSeeds * m.Expected
				}
				if off := math.Abs(m.Simulated-m.Expected) - uncertainty; m.Within > 0 && off > m.Within*math.Abs(m.Expected) {
					t.Errorf("%s is %.4g, expected %.4g within %.0f %%; rerun: swarmsim validate %s --seeds %d",
						m.Measure, m.Simulated, m.Expected, 100*m.Within, c.Name, seeds)
				}
			}
		})
	}
}

func playCase(t *testing.T, c Case, seeds int) *Result {
	t.Helper()
	var runs []map[string]float64
	for seed := range seeds {
		out, err := c.Run(context.Background(), uint64(seed+1))
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, out)
	}
	r, err := Check(&c, runs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The scenarios of all cases load without the settings of a case.
func TestScenariosLoad(t *testing.T) {
	names, err := fs.Glob(files, "*/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d scenarios, error %v", len(names), err)
	}
	for _, name := range names {
		if _, err := load(name, nil, 1); err != nil {
			t.Error(err)
		}
	}
}

// A measure's mean is compared with its expected value, or with another measure's mean.
func TestCheck(t *testing.T) {
	c := &Case{Name: "c", Expected: []Expected{
		{Measure: "a", Value: 10, Within: 0.1},
		{Measure: "a", Value: 12, Within: 0.1},
		{Measure: "a", Against: "b", Within: 0.1},
	}}
	r, err := Check(c, []map[string]float64{{"a": 9, "b": 10}, {"a": 11, "b": 11}})
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Measures[0]; !m.Met || m.Simulated != 10 || m.Deviation != 0 || m.Low > -2 || m.High < 22 { // t(1) = 12.7
		t.Errorf("10 against 10: %+v", m)
	}
	if m := r.Measures[1]; m.Met || r.Met() {
		t.Errorf("10 against 12 within 10 %%: %+v", m)
	}
	if m := r.Measures[2]; !m.Met || m.Expected != 10.5 {
		t.Errorf("10 against the mean of b: %+v", m)
	}
	if _, err := Check(c, []map[string]float64{{"b": 1}}); err == nil {
		t.Error("no error for a measure that a run does not have")
	}
}

// The page has every measure and the misses, and its plots are written.
func TestPage(t *testing.T) {
	results := []*Result{
		{Case: "lt8", Kind: "truth", About: "eight", Seeds: 2, Measures: []Finding{
			{Measure: "mean", Unit: "s", Expected: 50, Simulated: 60, Low: 59, High: 61, Deviation: 0.2, Within: 0.15},
			{Measure: "t50_union", Unit: "s", Expected: 25, Runs: []float64{24, 26}, Simulated: 25, Low: 24, High: 26, Within: 0.15, Met: true}}},
		{Case: "bound", Kind: "theory", About: "a bound", Source: "a paper", How: "by care", Seeds: 1, Measures: []Finding{
			{Measure: "last", Unit: "s", Expected: 10, Simulated: 10.1, Low: 10, High: 10.2, Deviation: 0.01, Within: 0.05, Met: true}}},
		{Case: "links-tcp-1G", Kind: "links", Seeds: 1, Measures: []Finding{
			{Measure: "1 ms", Unit: "s", Expected: 20, Simulated: 19, Deviation: -0.05, Within: 0.1, Met: true},
			{Measure: "1 ms, share", Expected: 0.965, Simulated: 0.96, Within: 0.17, Met: true},
			{Measure: "10 ms", Unit: "s", Expected: 20, Simulated: 30, Deviation: 0.5, Within: 0.1},
			{Measure: "10 ms, share", Expected: 0.965, Simulated: 0.6, Within: 0.4, Met: true}}},
	}
	var text bytes.Buffer
	files := map[string]bool{}
	err := WritePage(&text, results, "img", func(name string) (io.WriteCloser, error) {
		files[name] = true
		return nopCloser{io.Discard}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Of 7 measures with a tolerance, 2 are outside", "| `mean` | 50 s | 60 s | 59 s to 61 s | +20.0 % | **missed** 15 % |",
		"img/validation-lt8.svg", "| bound | `last` | 10 s | 10.1 s |", "How: by care.",
		"| 1 Gbit/s | 1 ms | - | 96 %, −5.0 % | - |", "| 1 Gbit/s | 10 ms | - | **60 %, +50.0 %** | - |"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, want := range []string{"validation-truth.svg", "validation-lt8.png", "validation-theory.svg"} {
		if !files[want] {
			t.Errorf("no file %s", want)
		}
	}
	broken := errors.New("full")
	if err := WritePage(&text, results, "img", func(string) (io.WriteCloser, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("with a full disk the error is %v", err)
	}
}
