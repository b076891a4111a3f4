package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"swarmsim/bench"
)

// A history has a row per commit, with the time that git has, and is refused if it is no history.
func TestHistory(t *testing.T) {
	s := newScratch(t)
	r := &bench.Results{Suite: "standard", Digest: "abc", Program: "toy", Cells: []bench.Cell{{
		Case: "crowd-8", Subject: "swarmsim", Scenario: "def", Repeatable: true, Seeds: []uint64{1, 2}, Records: []string{"e", "f"},
		Metrics: []bench.Series{{Metric: "completion_p50", Unit: "s", Direction: bench.LowerIsBetter, Values: []float64{12, 13}}},
	}}}
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	s.write("results.yaml", text.String())
	t.Setenv("GIT_COMMITTER_DATE", "2026-03-01T10:00:00+02:00")
	commit := s.commit("first")
	for _, args := range [][]string{
		{"history", "past", "results.yaml"},
		{"history", "past", "results.yaml", "--commit", "abc", "--time", "2026-02-01T00:00:00Z"},
		{"history", "past", "results.yaml", "--commit", "HEAD"},
	} {
		if code, _, errs := s.bench(args...); code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
	}
	got, err := os.ReadFile("past/crowd-8.swarmsim.csv")
	want := "time,commit,completion_p50\n2026-02-01T00:00:00Z,abc,12.5\n2026-03-01T08:00:00Z," + commit[:12] + ",12.5\n"
	if err != nil || string(got) != want {
		t.Errorf("the history is\n%s\nnot\n%s%v", got, want, err)
	}
	config, err := os.ReadFile("past/otava.yaml")
	if err != nil || !strings.Contains(string(config), `file: "past/crowd-8.swarmsim.csv"`) {
		t.Errorf("the configuration is\n%s%v", config, err)
	}
	s.write("past/crowd-8.swarmsim.csv", "<<<<<<< HEAD\n"+want)
	if code, _, errs := s.bench("history", "past", "results.yaml"); code != exitUsage || !strings.Contains(errs, "past/crowd-8.swarmsim.csv is no history: ") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if now, _ := os.ReadFile("past/crowd-8.swarmsim.csv"); string(now) != "<<<<<<< HEAD\n"+want {
		t.Error("a file that is no history was written")
	}
	for _, args := range [][]string{{"--time", "yesterday"}, {"--commit", "--all"}} {
		if code, _, _ := s.bench(append([]string{"history", "past", "results.yaml"}, args...)...); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}
