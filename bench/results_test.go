package bench

import (
	"bytes"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
)

// sample is two cells of results.
func sample() *Results {
	return &Results{
		Suite: "tiny", File: "suites/my suite.yaml", Digest: "0123456789abcdef", Program: "0123456789e1",
		Cells: []Cell{
			{
				Case: "five", Subject: "swarmsim", Scenario: "00000000000000e1", Repeatable: true,
				Replay: "swarmsim run flash-crowd --set 'groups.leechers.link={up: 1 MB/s}'",
				Seeds:  []uint64{1, math.MaxUint64}, Records: []string{"0000000000000001", "1e10000000000000"},
				Metrics: []Series{
					{Metric: "completion_p50", Unit: "s", Direction: LowerIsBetter, Values: []float64{0.30000000000000004, 1e-300}},
					{Metric: "fairness", Direction: HigherIsBetter, Tolerance: 0.02, Values: []float64{math.NaN(), 1.0 / 3}},
					{Metric: "unfinished", Values: []float64{0, 12345678901234567}},
				},
			},
			{Case: "five", Subject: "other", Composition: "mixed", Version: "v1: the first", Repeatable: true, Unsupported: "no NAT: 'none'\nat all"},
			{Case: "six", Subject: "other", Version: "null", Scenario: "x", Seeds: []uint64{7}, Metrics: []Series{{Metric: "duplicates", Values: []float64{0}}}},
		},
	}
}

func written(t *testing.T, r *Results) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Results are read back digit by digit.
func TestResultsRoundTrip(t *testing.T) {
	text := written(t, sample())
	back, err := ReadResults([]byte(text), "base.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if again := written(t, back); again != text {
		t.Errorf("wrote\n%s\nand again\n%s", text, again)
	}
	want := sample()
	for i := range want.Cells { // NaN differs from itself
		for k := range want.Cells[i].Metrics {
			for n, v := range want.Cells[i].Metrics[k].Values {
				if w := back.Cells[i].Metrics[k].Values; math.IsNaN(v) && math.IsNaN(w[n]) {
					w[n], want.Cells[i].Metrics[k].Values[n] = 0, 0
				}
			}
		}
	}
	if !reflect.DeepEqual(back, want) {
		t.Errorf("%+v\nand not\n%+v", back, want)
	}
	empty := written(t, &Results{Suite: "none"})
	if _, err := ReadResults([]byte(empty), "base.yaml"); err != nil {
		t.Errorf("%v\n%s", err, empty)
	}
}

// A file that is damaged in any way is refused, with the line.
func TestBadResults(t *testing.T) {
	text := written(t, sample())
	for _, c := range []struct{ from, to, want string }{
		{text, "", "base.yaml: is empty; bench save writes a baseline"},
		{text, " \n", "base.yaml: is empty"},
		{text, "hello", "base.yaml:1:1: is not a results file of bench"},
		{text, "format: 1\nsuite: [\n", "is not YAML"},
		{text, "name: tiny\ncases: []\n", `base.yaml:1:1: there is no field "name"`},
		{"format: 1", "format: 2", "base.yaml:1:9: format: the file was written by a newer program, in format 2; this one reads format 1"},
		{"format: 1", "format: one", `base.yaml:1:9: format: "one" is not a format that this program reads`},
		{"digest:", "<<<<<<< HEAD\ndigest:", "base.yaml:4:1: has a merge conflict"},
		{"digest:", "=======\ndigest:", "base.yaml:4:1: has a merge conflict"},
		{"digest:", ">>>>>>> theirs\ndigest:", "base.yaml:4:1: has a merge conflict"},
		{"values: 7", "values: 8", "base.yaml:6:9: values: the file should have 8 values and has 7: a part of it is missing"},
		{"  - case: six", "  - case: five\n    subject: swarmsim\n    seeds: [1]\n    metrics: {x: {values: [1]}}\n  - case: six", "cells[2]: five, swarmsim has results twice"},
		{"values: [0.30000000000000004, 1e-300]", "values: [0.30000000000000004]", "cells[0].metrics: completion_p50 has 1 values for 2 seeds"},
		{"values: [0.30000000000000004, 1e-300]", "values: [0.3, fast]", `base.yaml:15:56: cells[0].metrics: completion_p50: values cannot be "[0.3, fast]"`},
		{"values: [0.30000000000000004, 1e-300]", "values: [0.3, .inf]", `values cannot be`},
		{"better: lower, ", "better: more, ", `completion_p50: better cannot be "more"`},
		{"better: lower, ", "best: lower, ", `completion_p50: there is no field "best"`},
		{"      fairness:", "      completion_p50:", `metric "completion_p50" has no name or is given twice`},
		{"seeds: [1, 18446744073709551615]", "seeds: [1, 1]", "cells[0].seeds: seed 1 is given twice"},
		{"seeds: [1, 18446744073709551615]", "seeds: [1, -1]", `cells[0].seeds[1]: found "-1"`},
		{"seeds: [7]", "seeds: []", "cells[2].seeds: has no seed"},
		{"records: [", "records: [a, ", "cells[0].records: has 3 digests for 2 seeds"},
		{"    unsupported:", "    seeds: [1]\n    unsupported:", "cells[1]: is unsupported and has values"},
		{"suite: tiny", "suite: ''", `suite: "" is not the name of a suite`},
	} {
		if !strings.Contains(text, c.from) {
			t.Fatalf("%q is not in\n%s", c.from, text)
		}
		_, err := ReadResults([]byte(strings.Replace(text, c.from, c.to, 1)), "base.yaml")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, wanted %s", c.to, err, c.want)
		}
	}
	// A file that was cut off anywhere is refused.
	lines := strings.SplitAfter(text, "\n")
	for i := range len(lines) - 2 {
		if _, err := ReadResults([]byte(strings.Join(lines[:i+1], "")), "base.yaml"); err == nil {
			t.Errorf("a file that ends after %q is accepted", lines[i])
		}
	}
}

// The committed baseline is read, and written as it is.
func TestCommittedBaseline(t *testing.T) {
	text, err := os.ReadFile("standard.baseline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadResults(text, "standard.baseline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if again := written(t, r); again != string(text) {
		t.Error("bench/standard.baseline.yaml is not as bench save writes it")
	}
	standard, _ := SuiteText("standard")
	if p := mustPlan(t, string(standard), nil); p.Digest != r.Digest {
		t.Error("the standard suite has changed: go run ./cmd/bench save bench/standard.baseline.yaml")
	}
}

// Any text is results that are written and read as the same, or a problem.
func FuzzResults(f *testing.F) {
	var b bytes.Buffer
	if err := sample().Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.String())
	f.Add("format: 1\nsuite: a\ndigest: b\nprogram: c\nvalues: 1\ncells:\n  - {case: a, subject: b, seeds: [1], metrics: {x: {values: [1]}}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadResults([]byte(text), "base.yaml")
		if err != nil {
			return
		}
		first := written(t, r)
		back, err := ReadResults([]byte(first), "written.yaml")
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if second := written(t, back); second != first {
			t.Errorf("wrote\n%s\nand then\n%s", first, second)
		}
		Compare(r, back, "")
	})
}

// Any text is costs that are written and read as the same, or a problem.
func FuzzCosts(f *testing.F) {
	c := NewCosts("tiny", "linux/amd64 go1.26")
	c.Cells = []Cost{{Case: "five", Subject: "s", Composition: "m", CPUS: 0.1, Calibrations: 1e-9, Instructions: math.MaxUint64, PeakBytes: 1}}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.String())
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ReadCosts([]byte(text), "costs.yaml")
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := c.Write(&first); err != nil {
			t.Fatal(err)
		}
		back, err := ReadCosts(first.Bytes(), "written.yaml")
		if err != nil {
			t.Fatalf("%v\n%s", err, first.String())
		}
		if err := back.Write(&second); err != nil || second.String() != first.String() {
			t.Errorf("wrote\n%s\nand then\n%s", first.String(), second.String())
		}
		c.Changes(back)
	})
}
