package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"swarmsim/lab"
	"swarmsim/sim/record"
)

// tinySweep has 200 runs with three peers each.
const tinySweep = `name: many
scenario:
  name: three
  content: {size: 256 KiB, piece: 32 KiB}
  groups:
    - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
    - {name: leechers, count: 2, arrival: {pattern: poisson, rate: 1 /s}, link: {up: 200 kB/s to 1 MB/s, down: 2 MB/s}}
seeds: 20
variants: {rarest-first: {client.picker: rarest-first}, random: {client.picker: random}}
vary: {groups.seed.link.up: 200 kB/s..1 MB/s step 200 kB/s}
`

// contents returns all files of a results folder except meta.json.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == record.MetaFile {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A sweep that is interrupted twice, with its journal truncated each time, gives the same
// files as an uninterrupted one; no finished run is repeated.
func TestInterruptedTwice(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", tinySweep)
	if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", "alone", "--workers", "2"); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	whole, err := os.ReadFile("alone/" + lab.JournalFile)
	if err != nil || bytes.Count(whole, []byte("\n")) != 200 {
		t.Fatalf("%d lines, %v", bytes.Count(whole, []byte("\n")), err)
	}
	journal := filepath.Join("killed", lab.JournalFile)
	size := func() int64 {
		st, err := os.Stat(journal)
		if err != nil {
			return 0
		}
		return st.Size()
	}
	for _, share := range []int64{30, 70} {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			for ctx.Err() == nil && size() < int64(len(whole))*share/100 {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		var out, said bytes.Buffer
		code := Run(ctx, &out, &said, []string{"sweep", "./many.yaml", "-q", "-o", "killed", "--workers", "1"})
		if code == 0 { // on a busy machine the sweep may end before it is interrupted
			t.Skip("the sweep ended before it could be interrupted")
		}
		if code != 1 || !strings.Contains(said.String(), "the same command resumes") {
			t.Fatalf("exit %d: %s", code, said.String())
		}
		cancel()
		// A crash in the middle of a write leaves an incomplete line.
		if err := os.Truncate(journal, size()-17); err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(journal)
		code, listed, said2 := program(t, "sweep", "./many.yaml", "-o", "killed", "--dry-run")
		if left := 200 - bytes.Count(text, []byte("\n")); code != 0 || strings.Count(listed, "--seed ") != left {
			t.Fatalf("exit %d: %s\n%d runs are left; listed are\n%s", code, said2, left, listed)
		}
	}
	before, _ := os.ReadFile(journal)
	before = before[:bytes.LastIndexByte(before, '\n')+1]
	if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", "killed"); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	after, _ := os.ReadFile(journal)
	if !bytes.HasPrefix(after, before) || bytes.Count(after, []byte("\n")) != 200 {
		t.Errorf("a finished run was repeated: %d rows", bytes.Count(after, []byte("\n")))
	}
	want, got := contents(t, "alone"), contents(t, "killed")
	if len(want) < 10 || len(got) != len(want) {
		t.Errorf("%d files, and %d", len(got), len(want))
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s differs", name)
		}
	}

	// A changed sweep plays only the changed combinations.
	write(t, "many.yaml", strings.Replace(tinySweep, "200 kB/s..1 MB/s step 200 kB/s", "[200 kB/s, 300 kB/s]", 1))
	if _, out, _ := program(t, "sweep", "./many.yaml", "-o", "killed", "--dry-run"); strings.Count(out, "--seed ") != 40 || !strings.Contains(out, "80 runs: 4 combinations, each with seeds 1..20; 40 of them are finished already") {
		t.Errorf("printed\n%s", out)
	}
}

func TestCompare(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	code, out, err := program(t, "compare", "./tiny.yaml", "--a", "groups.leechers.link.up=500 kB/s", "--b", "groups.leechers.link.up=100 kB/s", "--seeds", "8",
		"--expect", "b.completion.mean > 1.1 * a.completion.mean, clear")
	if code != 0 {
		t.Fatalf("exit %d: %s\n%s", code, err, out)
	}
	for _, want := range []string{"tiny-compare: 2 combinations x 8 random seeds = 16 runs", "b's completion.mean is ", " % higher than a's (95 % CI ", "8 seeds).", "met      b.completion.mean > 1.1", filepath.Join("results", "tiny-compare", "report.html")} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	code, out, _ = program(t, "compare", "./tiny.yaml", "--variant", "plain", "--variant", "same:", "--seeds", "7", "--json")
	var o lab.SweepResult
	if e := json.Unmarshal([]byte(out), &o); e != nil || code != 0 || len(o.Comparisons) != 1 || !o.Comparisons[0].Identical || o.Comparisons[0].Baseline != "plain" {
		t.Errorf("exit %d, %v\n%s", code, e, out)
	}
}

func TestUsageErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	write(t, "bad.yaml", "name: bad\nscenario: ./tiny.yaml\nvary: {client.choker: [tit-for-tat, rnadom]}\n")
	write(t, "gone.yaml", "name: gone\nscenario: ./missing.yaml\n")
	if err := os.Mkdir("home", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "home/precious", "x")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"compare", "./tiny.yaml"}, 2, "nothing to compare"},
		{[]string{"compare", "./tiny.yaml", "--a", "x", "--b", ""}, 2, "path=value"},
		{[]string{"compare", "./tiny.yaml", "--a", "", "--variant", "b"}, 2, "not both"},
		{[]string{"sweep", "./bad.yaml"}, 2, `./bad.yaml:3:37: client.choker: there is no choker "rnadom", did you mean "random"?`},
		{[]string{"sweep", "./gone.yaml"}, 2, "no such file"},
		{[]string{"sweep", "pickrs"}, 2, `did you mean "pickers"?`},
		{[]string{"sweep", "./tiny.yaml", "--vary", "client.choker"}, 2, "must look like"},
		{[]string{"sweep", "./tiny.yaml", "--vary", "client.choker=[}"}, 2, "is not a list of values"},
		{[]string{"sweep", "./tiny.yaml", "--seeds", "0"}, 2, "--seeds"},
		{[]string{"sweep", "./tiny.yaml", "--metric", "speed"}, 2, `--metric: there is no measure "speed"`},
		{[]string{"sweep", "./tiny.yaml", "--expect", "completion.mean < 3"}, 2, "--expect: "},
		{[]string{"compare", "./tiny.yaml", "--a", "", "--b", "client.choker=random", "--baseline", "c"}, 2, `--baseline: there is no variant "c"`},
		{[]string{"sweep", "./tiny.yaml", "--target-ci", "x"}, 2, "--target-ci"},
		{[]string{"sweep", "./tiny.yaml", "-o", "home"}, 2, "not a sweep's results folder"},
		{[]string{"sweep", "./tiny.yaml", "-q", "--no-plots", "--seeds", "2", "--expect", "completion.mean < 1 ms"}, 99, "an expectation is not met"},
	} {
		code, _, err := program(t, c.args...)
		if code != c.code || !strings.Contains(err, c.want) {
			t.Errorf("%q: exit %d, want %d; printed %q", c.args, code, c.code, err)
		}
	}
	if _, err := os.Stat("home/precious"); err != nil {
		t.Error(err)
	}
}

// Small sweeps of the library give the expected results. a-a compares a strategy with
// itself.
func TestSweepsOfTheLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("plays 2000 runs")
	}
	t.Chdir(t.TempDir())
	for name, want := range map[string]string{
		"a-a":     "No difference shown in any of 100 comparisons",
		"pickers": "comparisons show a difference (corrected for multiple comparisons, 12 seeds each)",
	} {
		if code, out, err := program(t, "sweep", name, "--no-plots"); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d: %s\n%s", name, code, err, out)
		}
	}
}
