package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	swarmsim "swarmsim/cmd/swarmsim/cli"
)

const tiny = `name: tiny
seeds: 2
cases:
  - name: five
    scenario: &five
      name: five
      content: {size: 1 MiB, piece: 64 KiB}
      groups:
        - {name: seed, count: 1, seed: true, link: {up: 200 kB/s, down: 1 MB/s}}
        - {name: leechers, count: 4, link: {up: 100 kB/s, down: 1 MB/s}}
  - name: six
    scenario: *five
    set: {groups.leechers.count: 5}
    seeds: 3..5
`

// in makes a test run in a folder.
func in(t *testing.T, dir string) {
	t.Helper()
	t.Chdir(dir)
}

// suiteFile writes a suite and returns its path.
func suiteFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "suite.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// runs runs the program and checks its exit code.
func runs(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Run(t.Context(), &out, &errs, args); got != code {
		t.Fatalf("bench %s: exit %d, wanted %d\n%s%s", strings.Join(args, " "), got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A suite gives the same bytes again, with any number of workers, and when it was interrupted.
func TestSameBytes(t *testing.T) {
	in(t, t.TempDir())
	suite := suiteFile(t, "compositions: [{name: m, mix: {aria2: 1, subject: 1}}]\n"+tiny)
	runs(t, exitOK, "run", suite, "-o", "one", "--workers", "1")
	runs(t, exitOK, "run", suite, "-o", "two", "--workers", "2")
	want := read(t, "one/results.yaml")
	if got := read(t, "two/results.yaml"); got != want {
		t.Errorf("with 2 workers\n%s\nand with 1\n%s", got, want)
	}
	for _, after := range []time.Duration{0, 5 * time.Millisecond, 30 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		var out, errs bytes.Buffer
		if code := Run(ctx, &out, &errs, []string{"run", suite, "-o", "cut", "--workers", "2"}); code != exitOK &&
			(code != exitFailed || !strings.Contains(errs.String(), "the same command resumes there")) {
			t.Errorf("exit %d: %s", code, errs.String())
		}
		cancel()
	}
	// A journal whose last line is incomplete, and one with a damaged line.
	journal := read(t, "one/bench.journal")
	for dir, text := range map[string]string{"cut": journal[:len(journal)*2/3], "damaged": strings.Replace(journal, "done", "gone", 1)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "bench.journal"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		runs(t, exitOK, "run", suite, "-o", dir)
		if got := read(t, dir+"/results.yaml"); got != want {
			t.Errorf("resumed from a %s journal\n%s\nand not\n%s", dir, got, want)
		}
	}
}

// A regression ends with 99, and names the case, the subject, the metric, both values, and a command
// that plays the worst seed.
func TestGate(t *testing.T) {
	in(t, t.TempDir())
	dir := filepath.Dir(suiteFile(t, ""))
	suite := filepath.Join(dir, "suite.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(suite, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	slow := "subjects: [{name: client, set: {client.choker: never}}]\nmetrics: [completion_p50]\n" + tiny
	write("subjects: [{name: client}]\nmetrics: [completion_p50]\n" + tiny)
	base := filepath.Join(dir, "base.yaml")
	runs(t, exitOK, "save", base, suite)
	if out, _ := runs(t, exitOK, "compare", base, "--exact"); out != "tiny: 2 same\n" {
		t.Errorf("printed\n%s", out)
	}
	saved := read(t, base)
	runs(t, exitOK, "save", base, suite, "--force", "-o", "again")
	if read(t, base) != saved {
		t.Error("saved again, the baseline differs")
	}
	write(slow)
	out, _ := runs(t, exitRegressed, "compare", base)
	line := regexp.MustCompile(`(?m)^WORSE  five, client: completion_p50 from \S+ s to \S+ s \(\+\S+ %, 2 seeds moved\)\n` +
		`    worst seed [12]: (swarmsim run results/bench/tiny/scenarios/five-client.yaml --seed [12])$`)
	found := line.FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("printed\n%s", out)
	}
	var played, errs bytes.Buffer
	if code := swarmsim.Run(t.Context(), &played, &errs, append(strings.Fields(found[1])[1:], "--json", "--no-plots")); code != 0 {
		t.Fatalf("%s: exit %d: %s", found[1], code, errs.String())
	}
	runs(t, exitOK, "save", "worse.yaml", suite)
	write("subjects: [{name: client}]\nmetrics: [completion_p50]\n" + tiny)
	runs(t, exitOK, "compare", "worse.yaml")
	runs(t, exitChanged, "compare", "worse.yaml", "--exact")
	write(strings.Replace("subjects: [{name: client}]\nmetrics: [completion_p50]\n"+tiny, "count: 4", "count: 3", 1))
	if out, _ := runs(t, exitOK, "compare", base); !strings.Contains(out, "OTHER SCENARIO  five, client") {
		t.Errorf("printed\n%s", out)
	}
	runs(t, exitChanged, "compare", base, "--exact")
	runs(t, exitOK, "replay", suite, "--case", "five", "-o", "replayed")
	if !strings.Contains(read(t, "replayed/report.html"), "<html") {
		t.Error("there is no report")
	}
}

// The command of a mixed cell plays what the cell played.
func TestReplayOfMix(t *testing.T) {
	in(t, t.TempDir())
	out, _ := runs(t, exitOK, "run", suiteFile(t, tiny), "--case", "five", "--mix", "aria2=1,transmission-3=1", "-o", "m", "--seeds", "2")
	if !strings.Contains(out, "five: completion_p50 of aria2 is ") || !strings.Contains(out, "mixing changes 0 of 8 measures\n") {
		t.Errorf("printed\n%s", out)
	}
	cell := read(t, "m/results.yaml")
	cell = cell[strings.Index(cell, "composition: mix"):]
	value := regexp.MustCompile(`completion_p50: .*values: \[[^,]*, ([^]]*)\]`).FindStringSubmatch(cell)
	var played, errs bytes.Buffer
	code := swarmsim.Run(t.Context(), &played, &errs, []string{"run", "m/scenarios/five-swarmsim-mix.yaml", "--seed", "2", "--json", "--no-plots"})
	if code != 0 || value == nil || !strings.Contains(played.String(), `"p50": `+value[1]) {
		t.Errorf("exit %d: %v in\n%s%s", code, value, played.String(), errs.String())
	}
}

// What the user has to correct ends with 2, says what is wrong, and changes no file.
func TestUsageErrors(t *testing.T) {
	in(t, t.TempDir())
	suite := suiteFile(t, tiny)
	runs(t, exitOK, "save", "base.yaml", suite)
	saved := read(t, "base.yaml")
	files := map[string]string{
		"notes.txt": "do not lose this\n", "empty.yaml": "", "cut.yaml": saved[:len(saved)-20],
		"newer.yaml": strings.Replace(saved, "format: 1", "format: 9", 1), "conflict.yaml": "<<<<<<< HEAD\n" + saved,
		"other.yaml": strings.Replace(saved, "suite: tiny", "suite: other", 1), "bad-suite.yaml": "name: x\ncases: 3\n",
		"library.yaml": strings.Replace(strings.Replace(saved, "suite: tiny", "suite: mine", 1), "file: ", "# ", 1),
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ args, want string }{
		{"compare missing.yaml", `cannot read the results missing.yaml: `},
		{"compare empty.yaml", "empty.yaml: is empty"},
		{"compare cut.yaml", "cut.yaml:"},
		{"compare newer.yaml", "newer.yaml:1:9: format: the file was written by a newer program"},
		{"compare conflict.yaml", "conflict.yaml:1:1: has a merge conflict"},
		{"compare other.yaml base.yaml", "has results of the suite other, and the new results are of tiny"},
		{"compare other.yaml", "has results of the suite other;"},
		{"compare library.yaml", "does not name the file of its suite mine; give it with --suite"},
		{"compare notes.txt", "notes.txt:1:1: is not a results file of bench"},
		{"compare base.yaml notes.txt", "notes.txt:1:1: is not a results file of bench"},
		{"compare", "takes a baseline and at most one results file; found 0 arguments"},
		{"save notes.txt " + suite, "notes.txt is not overwritten: it is not a baseline"},
		{"save . " + suite, ". is not overwritten: it is a folder"},
		{"save x.yaml bad-suite.yaml", "bad-suite.yaml:2:8: cases: found \"3\" where a list belongs"},
		{"save x.yaml --case five " + suite, "leave out --case and --subject"},
		{"run bad-suite.yaml", "bad-suite.yaml:2:8: cases"},
		{"run standart", `there is no suite "standart" in the library, did you mean "standard"?`},
		{"run ./no.yaml", `cannot read the suite "./no.yaml"`},
		{"run " + suite + " --case fife", `the suite has no case "fife", did you mean "five"?`},
		{"run " + suite + " --seeds few", `"few" is neither a number of seeds`},
		{"run " + suite + " --mix aria2", `"aria2" must look like libtorrent-2=4,transmission-3=4`},
		{"run " + suite + " --mix aria2=1", `a mix has two clients or more`},
		{"run " + suite + " --format jsn", `there is no format "jsn"`},
		{"run " + suite + " --write text", `"text" must look like junit=bench.xml`},
		{"run " + suite + " --write text=a --write text=a", "a is to be written twice"},
		{"run " + suite + " -o .", "exists and is not a suite's results folder"},
		{"replay " + suite, "give the case with --case"},
		{"replay " + suite + " --case five --subject x", "the suite has no cell five, x"},
		{"rum", `unknown command "rum"`},
	} {
		_, errs := runs(t, exitUsage, strings.Fields(c.args)...)
		if !strings.Contains(errs, c.want) {
			t.Errorf("bench %s\n%s\nwanted %s", c.args, errs, c.want)
		}
	}
	for name, text := range files {
		if read(t, name) != text {
			t.Errorf("%s was overwritten", name)
		}
	}
	// A baseline that cannot be read is one that saving repairs.
	for _, name := range []string{"cut.yaml", "newer.yaml"} {
		runs(t, exitOK, "save", name, suite)
		if read(t, name) != saved {
			t.Errorf("%s was not saved", name)
		}
	}
}

// list and schema print what there is, and results are written in the named formats.
func TestListAndFormats(t *testing.T) {
	in(t, t.TempDir())
	suite := suiteFile(t, tiny)
	if out, _ := runs(t, exitOK, "list"); !strings.Contains(out, "standard") || !strings.Contains(out, "completion_p50") {
		t.Errorf("printed\n%s", out)
	}
	if out, _ := runs(t, exitOK, "list", suite); !strings.Contains(out, "six") || !strings.Contains(out, "3 seeds") {
		t.Errorf("printed\n%s", out)
	}
	if out, _ := runs(t, exitOK, "schema"); !strings.Contains(out, `"compositions"`) {
		t.Errorf("printed\n%s", out)
	}
	out, _ := runs(t, exitOK, "run", suite, "--write", "text=a.txt", "--write", "text=folder/")
	if read(t, "a.txt") != out || read(t, "folder/report.txt") != out {
		t.Errorf("printed\n%s\nand wrote\n%s", out, read(t, "a.txt"))
	}
}
