package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/lab"
	"swarmsim/lab/cluster"
	"swarmsim/lab/trial"
	"swarmsim/sim/record"
)

// fewRuns is tinySweep with 40 runs.
var fewRuns = strings.Replace(tinySweep, "seeds: 20", "seeds: 4", 1)

// playShards plays some shards of many.yaml into a folder.
func playShards(t *testing.T, dir string, of int, indexes ...int) {
	t.Helper()
	for _, i := range indexes {
		if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", dir, "--shard", fmt.Sprintf("%d/%d", i, of)); code != 0 {
			t.Fatalf("shard %d of %d: exit %d: %s", i, of, code, err)
		}
	}
}

// sameFolders compares results folders, except for meta.json.
func sameFolders(t *testing.T, one, other string) {
	t.Helper()
	want, got := contents(t, one), contents(t, other)
	if len(want) < 9 || len(got) != len(want) {
		t.Errorf("%s has %d files, and %s %d", one, len(want), other, len(got))
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s differs", name)
		}
	}
}

// edit changes a file.
func edit(t *testing.T, name string, change func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, change(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Shards of which some were killed, damaged, played twice and divided otherwise give the same folder
// as one machine, byte for byte.
func TestMergedShardsEqualOneMachine(t *testing.T) {
	sweep := fewRuns
	if !testing.Short() {
		sweep = strings.Replace(tinySweep, "seeds: 20", "seeds: 40", 1) // 400 runs
	}
	t.Chdir(t.TempDir())
	write(t, "many.yaml", sweep)
	if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", "one"); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	playShards(t, "shards", 7, 1, 2, 3, 5, 6, 7)
	journal := func(i int) string {
		return filepath.Join("shards", fmt.Sprintf("shard-%d-of-7", i), lab.JournalFile)
	}
	edit(t, journal(1), func(b []byte) []byte { return b[:len(b)-17] })                                       // killed while it wrote
	edit(t, journal(2), func(b []byte) []byte { return bytes.Replace(b, []byte("done"), []byte("d0ne"), 1) }) // a bad disk
	edit(t, journal(3), func([]byte) []byte { return nil })                                                   // killed when it began
	if err := os.Remove(filepath.Join("shards", "shard-3-of-7", record.MetaFile)); err != nil {
		t.Fatal(err)
	}

	code, _, said := program(t, "sweep", "merge", "shards", "-o", "merged")
	for _, want := range []string{
		"--shard 1/7 lacks 1 of ", "--shard 2/7 lacks 1 of ", "--shard 3/7 lacks ", "--shard 4/7 lacks ", "such as r", " groups.seed.link.up = ", ", seed ",
		"shards/shard-2-of-7 has 1 damaged line", "runs are missing; play these shards again",
	} {
		if code != 1 || !strings.Contains(filepath.ToSlash(said), want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, said)
		}
	}
	if strings.Contains(said, "--shard 5/7") {
		t.Errorf("a finished shard is to be played again:\n%s", said)
	}

	playShards(t, "shards", 7, 1, 3)
	playShards(t, "twice", 5, 1, 2, 3, 4, 5)
	if code, _, said = program(t, "sweep", "merge", "shards", "twice", "shards/shard-1-of-7", "-o", "merged"); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	sameFolders(t, "one", "merged")

	// The rest can be played where the merge has begun, too.
	if code, _, said = program(t, "sweep", "merge", "shards/shard-5-of-7", "-o", "rest"); code != 1 {
		t.Fatalf("exit %d: %s", code, said)
	}
	if code, _, said = program(t, "sweep", "./many.yaml", "-q", "-o", "rest"); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	sameFolders(t, "one", "rest")
}

// Folders that do not belong together are refused: the message says which one differs in what.
func TestMergeRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", fewRuns)
	playShards(t, "a", 2, 1, 2)
	playShards(t, "program", 2, 1)
	edit(t, "program/shard-1-of-2/meta.json", func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"program": "`), []byte(`"program": "0`), 1)
	})
	for name, change := range map[string][2]string{
		"seeds":    {"seeds: 4", "seeds: 5"},
		"scenario": {"count: 2", "count: 3"},
		"values":   {"step 200 kB/s", "step 400 kB/s"},
	} {
		write(t, "many.yaml", strings.Replace(fewRuns, change[0], change[1], 1))
		playShards(t, name, 2, 1)
	}
	for _, dir := range []string{"empty", "garbled"} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "garbled/runs.journal", "this is no journal\n")
	write(t, "garbled/meta.json", "{")
	for _, c := range []struct {
		args string
		want []string
	}{
		{"a program", []string{"do not belong together", "program/shard-1-of-2 differs from a/shard-1-of-2 in the program (its digest): 0"}},
		{"a seeds", []string{"seeds/shard-1-of-2 differs from a/shard-1-of-2 in seeds: 1..5 instead of 1..4"}},
		{"a scenario", []string{"scenario/shard-1-of-2 differs from a/shard-1-of-2 in scenario: "}},
		{"values a", []string{"a/shard-1-of-2 differs from values/shard-1-of-2 in vary: "}},
		{"missing", []string{"missing is not a results folder"}},
		{"empty", []string{"empty has no runs of a sweep"}},
		{"garbled", []string{"no folder has a meta.json that says what sweep it is of"}},
		{"", []string{"needs folders of shards, such as swarmsim sweep merge results/slots-shards"}},
	} {
		code, _, said := program(t, append([]string{"sweep", "merge", "-o", "merged"}, strings.Fields(c.args)...)...)
		for _, want := range c.want {
			if code != 2 || !strings.Contains(filepath.ToSlash(said), want) {
				t.Errorf("%s: exit %d, no %q in\n%s", c.args, code, want, said)
			}
		}
	}
	if _, err := os.Stat("merged"); err == nil {
		t.Error("a refused merge leaves a folder")
	}
	if code, _, said := program(t, "sweep", "merge", "-q", "--no-plots", "-o", "merged", "a"); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	if code, _, said := program(t, "sweep", "merge", "-q", "-o", "merged", "seeds"); code != 2 || !strings.Contains(said, "merged has another sweep: seeds: 1..4 instead of 1..5") {
		t.Errorf("exit %d: %s", code, said)
	}
}

// Rows of other runs are left out, and two results of one run are an error.
func TestMergeChecksRows(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", fewRuns)
	playShards(t, "a", 2, 1, 2)
	if code, _, said := program(t, "sweep", "merge", "-q", "--no-plots", "-o", "clean", "a"); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	name := filepath.Join("a", "shard-1-of-2", lab.JournalFile)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, _, err := trial.ReadJournal(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var foreign bytes.Buffer
	foreign.Write(text)
	foreign.WriteString("no row at all\n")
	if err := trial.AppendRow(&foreign, &trial.Row{Key: "00", Ended: "done"}); err != nil {
		t.Fatal(err)
	}
	edit(t, name, func([]byte) []byte { return foreign.Bytes() })
	code, _, said := program(t, "sweep", "merge", "-q", "--no-plots", "-o", "noted", "a")
	if code != 0 || !strings.Contains(said, "has 1 run of other sweeps or scenarios") || !strings.Contains(said, "has 1 damaged line") {
		t.Errorf("exit %d: %s", code, said)
	}
	sameFolders(t, "clean", "noted")

	var other bytes.Buffer
	for _, row := range rows {
		row.Leechers++
		if err := trial.AppendRow(&other, row); err != nil {
			t.Fatal(err)
		}
	}
	playShards(t, "b", 2, 1)
	edit(t, filepath.Join("b", "shard-1-of-2", lab.JournalFile), func([]byte) []byte { return other.Bytes() })
	if code, _, said := program(t, "sweep", "merge", "-o", "c", "a", "b"); code != 1 || !strings.Contains(said, "have different results of one run: ") || !strings.Contains(said, "--seed ") {
		t.Errorf("exit %d: %s", code, said)
	}
}

// A target for the intervals needs further seeds, which shards play after a merge.
func TestShardsAddSeeds(t *testing.T) {
	t.Chdir(t.TempDir())
	fields, _, _ := strings.Cut(fewRuns, "variants:")
	write(t, "many.yaml", fields+"target_ci: 5 %\nmax_seeds: 12\n")
	if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", "one"); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	playShards(t, "shards", 2, 1, 2)
	for round := 0; ; round++ {
		code, _, said := program(t, "sweep", "merge", "-q", "shards", "-o", "merged")
		if code == 0 {
			if round == 0 {
				t.Error("no seeds were added")
			}
			break
		}
		if code != 1 || !strings.Contains(said, "the intervals are too wide with") || round == 9 {
			t.Fatalf("exit %d: %s", code, said)
		}
		for _, shard := range []string{"1/3", "2/3", "3/3"} {
			if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", "shards", "--shard", shard, "--after", "merged"); code != 0 {
				t.Fatalf("exit %d: %s", code, err)
			}
		}
	}
	sameFolders(t, "one", "merged")
}

// The status has every shard, also of those that have not begun.
func TestSweepStatus(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", fewRuns)
	playShards(t, "shards", 4, 1, 3)
	edit(t, filepath.Join("shards", "shard-1-of-4", lab.JournalFile), func(b []byte) []byte { return b[:len(b)/2] })
	code, out, said := program(t, "sweep", "status", "shards", "--json")
	var s cluster.Status
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != 0 {
		t.Fatalf("exit %d, %v: %s", code, err, said)
	}
	if s.Runs != 40 || s.Finished >= 20 || s.Finished < 10 || len(s.Shards) != 2 || s.Shards[1].Shard != "3/4" || s.Shards[1].Finished != 10 ||
		len(s.NotBegun) != 2 || s.NotBegun[0] != (cluster.Shard{Index: 2, Of: 4}) {
		t.Errorf("%+v", s)
	}
	code, out, said = program(t, "sweep", "status", "shards")
	for _, want := range []string{"of 40 runs are finished", "3/4    10 of 10", "2 shards are not in these folders: 2/4, 4/4"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d: %s; no %q in\n%s", code, said, want, out)
		}
	}
}

func TestShardUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", fewRuns)
	t.Setenv("SLURM_ARRAY_TASK_ID", "")
	t.Setenv("JOB_COMPLETION_INDEX", "2")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"--shard 5/4", 2, "--shard: there is no shard 5 of 4: they count from 1 to 4"},
		{"--shard 0/4", 2, "they count from 1 to 4"},
		{"--shard 3", 2, `--shard: "3" is not a shard such as 3/40, the third of forty`},
		{"--shard auto/2", 2, "JOB_COMPLETION_INDEX is 2: there is no shard 3 of 2"},
		{"--shard auto", 2, "SLURM_ARRAY_TASK_ID is not set"},
		{"--shard 1/4 --json", 2, "swarmsim sweep merge --json"},
		{"--after x", 2, "--after is for a shard"},
		{"--shard auto/4 --dry-run", 0, "shard 3/4: 10 runs; 0 of them are finished already"},
	} {
		code, out, said := program(t, append([]string{"sweep", "./many.yaml"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(out+said, c.want) {
			t.Errorf("%s: exit %d, no %q in %s", c.args, code, c.want, out+said)
		}
	}
}
