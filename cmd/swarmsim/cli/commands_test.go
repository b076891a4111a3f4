package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/record"
)

// A torrent file can be run by itself; bytes after its end are noted.
func TestRunATorrentFile(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "My film (2024).torrent", "d4:infod6:lengthi100000e4:name1:x12:piece lengthi32768e6:pieces80:"+strings.Repeat("h", 80)+"ee\n")
	code, out, err := program(t, "run", "My film (2024).torrent", "--set", "groups.leechers.count=3", "--no-plots")
	if code != 0 || !strings.Contains(out, filepath.Join("results", "My-film-2024")) || !strings.Contains(err, "goes on for 1 bytes after its end") {
		t.Fatalf("exit %d: %s\n%s", code, err, out)
	}
	var sum record.Summary
	if json.Unmarshal([]byte(read("results/My-film-2024/summary.json")), &sum) != nil || sum.ContentBytes != 100_000 || sum.Unfinished != 0 {
		t.Errorf("%+v", sum)
	}
	// content.torrent replaces the scenario's content.size.
	if code, _, err := program(t, "check", "flash-crowd", "--set", "content.torrent=My film (2024).torrent"); code != 0 {
		t.Errorf("exit %d: %s", code, err)
	}
	write(t, "junk.torrent", "d8:announce3:fooe")
	if code, _, err := program(t, "run", "junk.torrent"); code != 2 || !strings.Contains(err, `junk.torrent: content.torrent: "junk.torrent" is not a torrent file: it has no info dictionary`) {
		t.Errorf("exit %d: %s", code, err)
	}
}

func read(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}

// run reads a scenario from standard input and writes the summary to standard output.
func TestPipes(t *testing.T) {
	t.Chdir(t.TempDir())
	pipe := func(text string, args ...string) (int, string, string) {
		old := os.Stdin
		defer func() { os.Stdin = old }()
		write(t, "in", text)
		os.Stdin, _ = os.Open("in")
		return program(t, args...)
	}
	code, out, err := pipe(tiny, "run", "-", "--json", "--no-plots")
	var sum record.Summary
	if code != 0 || json.Unmarshal([]byte(out), &sum) != nil || sum.Scenario != "tiny" || sum.CompletionS.Count != 4 {
		t.Errorf("exit %d: %s\n%s", code, err, out)
	}
	if code, _, err := pipe(tiny+"colour: red\n", "check", "-"); code != 2 || !strings.Contains(err, `standard input:7:1: there is no field "colour"`) {
		t.Errorf("exit %d: %s", code, err)
	}
}

// check checks sweeps, and report writes the same files again.
func TestSweepsAreCheckedAndReported(t *testing.T) {
	t.Chdir(t.TempDir())
	if code, out, err := program(t, "check", "pickers"); code != 0 || !strings.Contains(out, "pickers is valid: ") {
		t.Errorf("exit %d: %s\n%s", code, err, out)
	}
	write(t, "bad.yaml", "name: bad\nscenario: flash-crowd\nvary: {client.choker: [tit-for-tat, rnadom]}\n")
	if code, _, err := program(t, "check", "./bad.yaml"); code != 2 || !strings.Contains(err, `did you mean "random"?`) {
		t.Errorf("exit %d: %s", code, err)
	}
	write(t, "tiny.yaml", tiny)
	args := []string{"compare", "./tiny.yaml", "--a", "client.picker=rarest-first", "--b", "client.picker=random", "--seeds", "3", "-o", "c"}
	code, first, err := program(t, args...)
	if code != 0 {
		t.Fatal(err)
	}
	before := contents(t, "c")
	for name := range before {
		if strings.Contains(name, "/") { // a run that was played again: report plays none
			continue
		}
		if strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".html") {
			os.Remove("c/" + name)
		}
	}
	code, again, err := program(t, "report", "c")
	if code != 0 || again != first {
		t.Errorf("exit %d: %s\n%s\nand first\n%s", code, err, again, first)
	}
	after := contents(t, "c")
	for name := range before {
		if before[name] != after[name] {
			t.Errorf("%s differs when drawn again", name)
		}
	}
}

// Another comparison of the same scenario gets another folder; the same comparison with
// more seeds resumes in its own.
func TestComparisonsDoNotReplaceOneAnother(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	compare := func(b, seeds string) {
		t.Helper()
		if code, _, err := program(t, "compare", "./tiny.yaml", "--a", "", "--b", b, "--seeds", seeds, "-q", "--no-plots"); code != 0 {
			t.Fatal(err)
		}
	}
	compare("client.picker=random", "1")
	first := read("results/tiny-compare/comparison.csv")
	compare("client.choker=random", "1")
	if read("results/tiny-compare/comparison.csv") != first || read("results/tiny-compare-2/comparison.csv") == "" {
		t.Error("the second comparison replaced the first")
	}
	compare("client.picker=random", "2")
	if n := strings.Count(read("results/tiny-compare/runs.journal"), "\n"); n != 4 || results.Exists("results/tiny-compare-3") {
		t.Errorf("%d runs in the first folder", n)
	}
}

// Expectations can call the sides a and b whatever their names are.
func TestSidesHaveTheAliasesAAndB(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	args := []string{"compare", "./tiny.yaml", "--a", "client.picker=rarest-first", "--b", "client.picker=random", "--seeds", "1", "--no-plots", "--baseline", "b"}
	for _, expect := range []string{"a.completion.mean < 3 * b.completion.mean", "rarest-first.completion.mean < 3 * random.completion.mean"} {
		if code, out, err := program(t, append(args, "--expect", expect)...); code != 0 || !strings.Contains(out, "met      "+expect) {
			t.Errorf("%s: exit %d: %s\n%s", expect, code, err, out)
		}
	}
}

// That there are too few seeds is noted before the runs, and in the verdict.
func TestTooFewSeedsAreNoted(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	args := []string{"compare", "./tiny.yaml", "--a", "groups.leechers.link.up=500 kB/s", "--b", "groups.leechers.link.up=100 kB/s", "--seeds", "4", "--no-plots"}
	_, _, said := program(t, append(args, "--dry-run")...)
	code, out, _ := program(t, args...)
	if code != 0 || !strings.Contains(said, "with 4 seeds no difference can be shown in 1 comparison, however large it is; use 6 seeds or more") ||
		!strings.Contains(out, "Too few seeds to tell") || strings.Contains(out, "No difference shown") {
		t.Errorf("exit %d: said %s\n%s", code, said, out)
	}
}

// Messages describe the problem and what would be accepted.
func TestSweepErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"sweep", "./tiny.yaml", "--max-seeds", "-1"}, `--max-seeds: "-1" is not a whole number of at least 2, such as 100`},
		{[]string{"sweep", "./tiny.yaml", "--seeds", "99999", "--vary", "client.choker.slots=1..100"}, "are 9999900 runs; at most 1000000 are played"},
		{[]string{"sweep", "./tiny.yaml", "--vary", "client=&a {choker: *a}"}, "is not a list of values"},
		{[]string{"sweep", "./tiny.yaml", "--set", "client=&a {choker: *a}"}, "*a refers to a node that contains it"},
		{[]string{"sweep", "./tiny.yaml", "--vary", "client.choker.slots=1,2", "--expect", "completion.mean < 3 s"}, `variants are the values of client.choker.slots: 1, 2; write for instance "1.completion.mean"`},
		{[]string{"sweep", "./tiny.yaml", "--metric", "completion.maen"}, `did you mean "completion_s.mean"?`},
	} {
		code, _, err := program(t, append(c.args, "--dry-run")...)
		if code != 2 || !strings.Contains(err, c.want) || len(err) > 2000 {
			t.Errorf("%q: exit %d; printed %q", c.args, code, err)
		}
	}
}

// Values that a spreadsheet would evaluate are quoted in tables.
func TestTablesHoldNoFormulas(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "sweep", "./tiny.yaml", "--vary", "about==cmd|x,plain", "--seeds", "1", "-q", "--no-plots", "-o", "s"); code != 0 {
		t.Fatal(err)
	}
	for _, name := range []string{"runs.csv", "means.csv", "comparison.csv", "completions.csv"} {
		text := read("s/" + name)
		if strings.Contains(text, ",=cmd") || strings.HasPrefix(text, "=") || strings.Contains(text, "\n=cmd") || name == "runs.csv" && !strings.Contains(text, "'=cmd|x") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}

// Completion offers the library, the strategies and the fields.
func TestCompletion(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"run fl", "flash-crowd"}, {"sweep pick", "pickers"}, {"validate lt", "lt8"}, {"list cho", "chokers"},
		{"run flash-crowd --set client.cho", "client.choker="}, {"run flash-crowd --set client.choker=tit", "client.choker=tit-for-tat"},
		{"run flash-crowd --set groups.leechers.cou", "groups.leechers.count="}, {"run flash-crowd --set network.transport=", "network.transport=utp"},
	} {
		_, out, _ := program(t, append([]string{"__complete"}, strings.Split(c.args, " ")...)...)
		if !strings.Contains(out, c.want) {
			t.Errorf("%s completes to\n%s", c.args, out)
		}
	}
}

// Help shows switches without values, and manual pages are the same each time.
func TestHelpAndManualPages(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, out, _ := program(t, "run", "--help"); strings.Contains(out, "true|false") || !strings.Contains(out, "--quiet") {
		t.Errorf("help:\n%s", out)
	}
	os.Mkdir("a", 0o755)
	os.Mkdir("b", 0o755)
	for _, dir := range []string{"a", "b"} {
		if code, _, err := program(t, "man", dir); code != 0 {
			t.Fatal(err)
		}
	}
	pages := contents(t, "a")
	if !strings.Contains(pages["swarmsim-run.1"], "torrent") || len(pages) < 8 {
		t.Errorf("%d pages", len(pages))
	}
	for name, text := range contents(t, "b") {
		if pages[name] != text {
			t.Errorf("%s differs", name)
		}
	}
}

// A run that is interrupted while its content is hashed leaves no files.
func TestInterruptedHashing(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", strings.Replace(tiny, "size: 512 KiB", "path: big", 1))
	write(t, "big", strings.Repeat("x", 1<<20))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, err bytes.Buffer
	if code := Run(ctx, &out, &err, []string{"run", "./tiny.yaml", "-o", "r"}); code != 1 || !strings.Contains(err.String(), "interrupted before the simulation began") || results.Exists("r") {
		t.Errorf("exit %d: %s", code, err.String())
	}
	noLeftovers(t)
}

// The largest seed works.
func TestTheLargestSeed(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--seed", "18446744073709551615", "-o", "r"); code != 0 {
		t.Errorf("exit %d: %s", code, err)
	}
}

// A sweep prints each warning of its scenarios once.
func TestSweepsWarn(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "trace.txt", "0\n1\n2\n3\n4\n5\n6\n")
	write(t, "tiny.yaml", strings.Replace(tiny, "count: 4,", "count: 3, arrival: {pattern: trace, file: trace.txt},", 1))
	_, _, said := program(t, "sweep", "./tiny.yaml", "--vary", "client.choker.slots=1,2", "--dry-run")
	if strings.Count(said, "has 7 arrivals, of which the group's 3 peers use the first") != 1 {
		t.Errorf("said %s", said)
	}
}

// A problem of some combinations is reported with the first of them.
func TestProblemsOfACombination(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	code, _, said := program(t, "sweep", "./tiny.yaml", "--vary", "content.size=1 MiB,0 B", "--dry-run")
	if code != 2 || !strings.Contains(said, "(with content.size=0 B)") {
		t.Errorf("exit %d: %s", code, said)
	}
}
