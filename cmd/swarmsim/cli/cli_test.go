package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

const tiny = `name: tiny
content: {size: 512 KiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 4, link: {up: 500 kB/s, down: 1 MB/s}}
expect: ["completion.count == 4"]
`

// program runs the program and returns its exit code and output.
func program(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = Run(context.Background(), &out, &err, args)
	return code, out.String(), err.String()
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRunWritesAResultsFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	code, out, err := program(t, "run", "./tiny.yaml", "-o", "r")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	for _, want := range []string{"leechers", "lower bound", "met      completion.count == 4", filepath.Join("r", "report.html")} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	files := []string{"summary.json", "peers.csv", "timeseries.csv", "availability.csv", "meta.json", "scenario.yaml", "report.html"}
	for _, plot := range []string{"throughput", "population", "completion", "copies", "availability", "download-rate", "entropy", "share-ratio"} {
		files = append(files, plot+".svg", plot+".png")
	}
	for _, f := range files {
		if st, err := os.Stat(filepath.Join("r", f)); err != nil || st.Size() < 30 {
			t.Errorf("%s: %v", f, err)
		}
	}
	page, _ := os.ReadFile("r/report.html")
	for _, want := range []string{`id="data-record"`, `id="data-replay"`, "default-src &#39;none&#39;"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page has no %s", want)
		}
	}

	// An existing folder is refused, and replaced with --force.
	if code, _, err := program(t, "run", "./tiny.yaml", "-o", "r"); code != 2 || !strings.Contains(err, "--force") {
		t.Errorf("exit %d: %s", code, err)
	}
	if code, _, err := program(t, "run", "./tiny.yaml", "-o", "r", "--force", "-q"); code != 0 {
		t.Errorf("--force: exit %d: %s", code, err)
	}
	write(t, "precious", "x")
	if err := os.Mkdir("home", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "home/precious", "x")
	if code, _, _ := program(t, "run", "./tiny.yaml", "-o", "home", "--force"); code != 2 {
		t.Errorf("--force replaced a folder without results: exit %d", code)
	}

	// Plots that are drawn again are the same.
	before, _ := os.ReadFile("r/copies.svg")
	if code, out, err := program(t, "report", "r"); code != 0 || !strings.Contains(out, "lower bound") {
		t.Errorf("report: exit %d: %s", code, err)
	}
	if after, _ := os.ReadFile("r/copies.svg"); !bytes.Equal(before, after) {
		t.Error("a plot drawn again differs")
	}
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "slash/"); code != 0 {
		t.Errorf("-o slash/: exit %d: %s", code, err)
	}
	noLeftovers(t)
}

func noLeftovers(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(".*making*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestExitCodes(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	write(t, "bad.yaml", strings.Replace(tiny, "64 KiB", "64", 1))
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"run ./tiny.yaml -q --no-plots", 0, ""},
		{"run ./tiny.yaml -q --no-plots --set groups.leechers.count=5", 99, "an expectation is not met"},
		{"run ./bad.yaml", 2, `./bad.yaml:2:33: content.piece: "64" has no unit`},
		{"run ./gone.yaml", 2, "no such file"},
		{"run flashcrowd", 2, `did you mean "flash-crowd"?`},
		{"run ./tiny.yaml --workers 0", 2, `--workers: "0" is not a whole number from 1 to 256, such as 4`},
		{"run ./tiny.yaml --seed x", 2, `--seed: "x" is not a seed: a whole number`},
		{"run ./tiny.yaml --seed", 2, "--seed needs a value (seed), such as --seed 7"},
		{"validate lt8 --seeds none", 2, `--seeds: "none" is not a whole number of at least 1, such as 20`},
		{"sweep ./tiny.yaml --seeds 9..2", 2, `--seeds: "9..2" is neither a number of seeds, such as 20, nor a range, such as 11..30`},
		{"sweep ./tiny.yaml --target-ci x", 2, `--target-ci: "x" is not a share such as 2 %`},
		{"sweep ./tiny.yaml --vary client.picker", 2, `--vary: "client.picker" must look like client.picker=rarest-first,random`},
		{"compare ./tiny.yaml --variant a=b", 2, `--variant: "a=b" must look like NAME:client.choker=random`},
		{"compare ./tiny.yaml --a x --b y", 2, `--a: "x": must have the form path=value`},
		{"run ./tiny.yaml --colour red", 2, "there is no flag --colour; swarmsim run --help shows them"},
		{"run ./tiny.yaml --sed 3", 2, "there is no flag --sed, did you mean --seed?"},
		{"run", 2, "swarmsim run needs a scenario, such as swarmsim run flash-crowd"},
		{"run a b", 2, "takes one argument, a scenario; found 2: a b"},
		{"run pickers", 2, "library:sweeps/pickers.yaml is a sweep, not a scenario; play it with swarmsim sweep pickers"},
		{"run ./tiny.yaml --set groups.lechers.count=3", 2, `the list has no item "lechers", did you mean "leechers"?; it has seed, leechers`},
		{"run ./tiny.yaml --memory lots", 2, "--memory: \"lots\" is not an amount of data"},
		{"run ./tiny.yaml --memory 1MiB", 2, "a run of 5 peers needs about"},
		{"check ./tiny.yaml --set groups.leechers.count=1000000 --set groups.seed.count=1000000", 2, "Lower count or client.connections.max"},
		{"rnu ./tiny.yaml", 2, "unknown command"},
		{"run ./tiny.yaml --set nonsense", 2, "path=value"},
		{"check ./bad.yaml", 2, "has no unit"},
		{"run ./tiny.yaml --set content={path:.}", 2, "content"},
		{"report .", 2, "not a results folder"},
	} {
		code, _, err := program(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(err, c.want) {
			t.Errorf("%s: exit %d, want %d; printed %q", c.args, code, c.code, err)
		}
	}
	// A bad scenario creates no folder.
	if code, _, _ := program(t, "run", "./bad.yaml", "-o", "never"); code != 2 {
		t.Errorf("exit %d", code)
	}
	if _, err := os.Stat("never"); err == nil {
		t.Error("a bad scenario created a results folder")
	}
	noLeftovers(t)
}

// An interrupted run writes what it has recorded, marked incomplete.
func TestInterrupt(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, err bytes.Buffer
	if code := Run(ctx, &out, &err, []string{"run", "./tiny.yaml", "-o", "r"}); code != 1 {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(out.String(), "INCOMPLETE") || !strings.Contains(err.String(), "marked incomplete") {
		t.Errorf("printed\n%s\n%s", out.String(), err.String())
	}
	text, _ := os.ReadFile("r/summary.json")
	if !bytes.Contains(text, []byte(`"incomplete": true`)) {
		t.Errorf("the summary is not marked:\n%s", text)
	}
}

// Without -o the first free name is used.
func TestDefaultFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	for _, want := range []string{"results/tiny", "results/tiny-2", "results/tiny-3"} {
		if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots"); code != 0 {
			t.Fatalf("exit %d: %s", code, err)
		}
		if _, err := os.Stat(want); err != nil {
			t.Error(err)
		}
	}
}

// The scenario that check prints is the same when it is checked again.
func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range scenarios.Names() {
		code, out, err := program(t, "check", name)
		if code != 0 {
			t.Fatalf("%s: exit %d: %s", name, code, err)
		}
		write(t, "again.yaml", out)
		if _, again, _ := program(t, "check", "./again.yaml"); again != out {
			t.Errorf("%s: checked again, it differs", name)
		}
	}
}

// check and the table of a run note what limits connections besides the links; check
// prints notes to standard error.
func TestNotes(t *testing.T) {
	t.Chdir(t.TempDir())
	const note = "a connection from seed to leechers carries at most 205 kB/s (window 24 KiB, round trip 120 ms)"
	_, out, err := program(t, "check", "flash-crowd", "--set", "network.window=24 KiB")
	if strings.Contains(out, note) || !strings.Contains(err, "note: "+note) {
		t.Errorf("check notes %q", err)
	}
	_, out, _ = program(t, "run", "flash-crowd", "--no-plots", "--set", "network.window=24 KiB", "--set", "groups.leechers.count=1", "--set", "content.size=1 MiB", "--set", "expect=[]")
	if !strings.Contains(out, note) {
		t.Errorf("a run's table is\n%s", out)
	}
}

func TestListShowsEverything(t *testing.T) {
	code, out, _ := program(t, "list")
	for _, want := range append(scenarios.Names(), "tit-for-tat", "rarest-first") {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, out)
		}
	}
}

// The schema accepts the library and refuses what the program refuses.
func TestSchema(t *testing.T) {
	_, out, _ := program(t, "schema")
	var s jsonschema.Schema
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	accepts := func(text string) error {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		return resolved.Validate(v)
	}
	for _, name := range scenarios.Names() {
		text, _ := scenarios.Text(name)
		if err := accepts(string(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s, err := scenario.Load(scenario.Source{Text: text, Shown: name, Files: os.DirFS("/"), Dir: ".", Catalogue: sim.Catalogue()})
		if err != nil {
			t.Fatal(err)
		}
		printed, err := s.Print()
		if err != nil {
			t.Fatal(err)
		}
		if err := accepts(string(printed)); err != nil {
			t.Errorf("%s, resolved: %v", name, err)
		}
	}
	for _, fine := range []string{tiny + "client: {seed_choker: {slots: 8}}\n", tiny + "client: {choker: {name: random, rotate: 5 s}}\n"} {
		if err := accepts(fine); err != nil {
			t.Errorf("the schema refuses\n%s: %v", fine, err)
		}
	}
	for _, bad := range []string{
		strings.Replace(tiny, "count: 4", "conut: 4", 1),
		strings.Replace(tiny, "64 KiB", "64", 1),
		tiny + "client: {choker: tit-for-tot}\n",
		tiny + "client: {choker: {name: tit-for-tat, slots: many}}\n",
	} {
		if accepts(bad) == nil {
			t.Errorf("the schema accepts\n%s", bad)
		}
	}
}
