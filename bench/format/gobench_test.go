package format

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"swarmsim/bench"
)

// benchstat runs the real program, which tools/go.mod pins, on texts in the Go benchmark format. It
// may ask for more samples and note that the files differ in their benchmarks, and nothing else.
func benchstat(t *testing.T, args []string, texts ...string) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "benchstat")
	build := exec.Command("go", "build", "-modfile=../../tools/go.mod", "-o", program, "golang.org/x/perf/cmd/benchstat")
	if text, err := build.CombinedOutput(); err != nil { // what it downloads is not benchstat's complaint
		t.Fatalf("%v: %v\n%s", build, err, text)
	}
	for i, text := range texts {
		name := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		args = append(args, string(rune('a'+i))+"="+name)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, errs.String())
	}
	for line := range strings.Lines(errs.String()) {
		if !strings.Contains(line, ": need >= ") && !strings.Contains(line, ": all samples are equal") &&
			!strings.Contains(line, "geomeans may not be comparable") {
			t.Errorf("benchstat complains: %s", line)
		}
	}
	return out.String()
}

// rowsOf returns the lines of benchstat's CSV that begin with a name.
func rowsOf(t *testing.T, table, name string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(table))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(row []string) bool { return row[0] != name })
}

// benchstat takes each seed as exact: it gives the change without an interval or a p-value.
func TestBenchstat(t *testing.T) {
	r, c := example()
	before := write(t, "go", r, c)
	r.Cells[0].Metrics[0].Values[1] = 13.125 // seed 7: 5 % slower
	after := write(t, "go", r, c)
	table := benchstat(t, []string{"-format=csv"}, before, after)
	rows := rowsOf(t, table, "Swarm/case=flash-8/subject=default/seed=7")
	if len(rows) == 0 {
		t.Fatalf("no row of seed 7 in\n%s", table)
	}
	if got := strings.Join(rows[0], ","); !strings.HasPrefix(got, "Swarm/case=flash-8/subject=default/seed=7,12.5,0%,13.125,0%,+5.00%") {
		t.Errorf("the row of seed 7 is %s", got)
	}
	if rows := rowsOf(t, table, "Swarm/case=flash-8/subject=anacrolix/seed=any"); len(rows) == 0 || !strings.HasPrefix(strings.Join(rows[0], ","), "Swarm/case=flash-8/subject=anacrolix/seed=any,20.375,") {
		t.Errorf("two samples give %v", rows)
	}
	for _, unit := range []string{",completion_p50-sec,", ",sampled-completion_p50-sec,", ",sent-B,", ",fairness,"} {
		if !strings.Contains(table, unit) {
			t.Errorf("no table of unit %s in\n%s", unit, table)
		}
	}
}

// The subjects of one file are compared side by side.
func TestBenchstatColumns(t *testing.T) {
	r, _ := example()
	r.Cells[1].Repeatable = true
	table := benchstat(t, []string{"-format=csv", "-col=/subject", "-row=/case", "-filter=/seed:1"}, write(t, "go", r, nil))
	if rows := rowsOf(t, table, "flash-8"); len(rows) == 0 || strings.Join(rows[0][:5], ",") != "flash-8,12.25,0%,20,0%" {
		t.Errorf("flash-8 of two subjects is %v", rows)
	}
}

// Hostile names stay in their lines and keep apart.
func TestBenchstatHostile(t *testing.T) {
	r, _ := hostileExample()
	text := write(t, "go", r, nil)
	table := benchstat(t, []string{"-format=csv"}, text)
	lines := strings.Count(text, "\nBenchmark")
	if lines != len(hostile) {
		t.Errorf("%d lines of benchmarks, for %d cells", lines, len(hostile))
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		seed := "any"
		if c.Repeatable {
			seed = "1"
		}
		name := "Swarm/case=" + goWord(c.Case) + "/subject=" + goWord(c.Subject) + "/mix=" + goWord(c.Composition) + "/seed=" + seed
		if rows := rowsOf(t, table, name); len(rows) != 2 {
			t.Errorf("%s has %d rows, for 2 metrics", name, len(rows))
		}
	}
}

// A metric without a value, and a cell without seeds, have no place in the file.
func TestGoLeavesOut(t *testing.T) {
	r, _ := example()
	text := write(t, "go", r, nil)
	if strings.Contains(text, "NaN") || strings.Contains(text, "natted/subject=anacrolix") {
		t.Errorf("wrote\n%s", text)
	}
	r.Cells = []bench.Cell{{Case: "none", Repeatable: true, Seeds: []uint64{1}}}
	if text := write(t, "go", r, nil); strings.Contains(text, "Benchmark") {
		t.Errorf("a line without values: %s", text)
	}
}
