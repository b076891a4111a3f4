package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/bench"
)

// scratch is a git repository of a test, in which the test runs.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T) *scratch {
	t.Helper()
	for _, name := range []string{"git", "sh"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	s := &scratch{t, t.TempDir()}
	t.Chdir(s.dir)
	t.Setenv("TMPDIR", t.TempDir())
	s.git("init", "--quiet")
	return s
}

func (s *scratch) git(args ...string) string {
	s.t.Helper()
	out, err := git(s.t.Context(), s.dir, append([]string{"-c", "user.name=Toy", "-c", "user.email=toy@example.org",
		"-c", "commit.gpgsign=false"}, args...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

func (s *scratch) write(name, text string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(s.dir, name)), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// commit commits all files and returns the commit.
func (s *scratch) commit(message string) string {
	s.t.Helper()
	s.git("add", "-A")
	s.git("commit", "--quiet", "--allow-empty", "-m", message)
	return s.git("rev-parse", "HEAD")
}

// bench runs the program.
func (s *scratch) bench(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = Run(context.Background(), &out, &errs, args)
	return code, out.String(), errs.String()
}

// state describes what bisect must leave as it is.
func (s *scratch) state() string {
	s.t.Helper()
	text := s.git("rev-parse", "HEAD") + s.git("status", "--porcelain", "--ignored") + s.git("worktree", "list") +
		s.git("for-each-ref")
	err := filepath.WalkDir(s.dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == ".git" {
			return filepath.SkipDir
		}
		if err == nil && e.Type().IsRegular() {
			data, readErr := os.ReadFile(path)
			text += fmt.Sprintf("\n%s: %s", path, data)
			err = readErr
		}
		return err
	})
	left, globErr := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
	if err != nil || globErr != nil {
		s.t.Fatal(err, globErr)
	}
	return text + fmt.Sprint(left)
}

// toy is a subject whose only metrics are in a file beside it. The program that plays is built.
const toy = `#!/bin/sh
read -r line
case "$line" in
*'"describe"'*) echo '{"protocol":1,"name":"toy","version":"1","repeatable":true}' ;;
*) echo '{"protocol":1,"metrics":{"completion_p50":'$(cat "$(dirname "$0")/../speed")',"overhead":0.01}}' ;;
esac
`

const toySuite = `name: toys
seeds: 2
metrics: [completion_p50, overhead]
subjects:
  - name: toy
    command: [../out/toy]
cases:
  - name: crowd
    scenario: flash-crowd
`

// The commit that moved a metric is found, past one that cannot be built, and the checkout stays as
// it is.
func TestBisect(t *testing.T) {
	s := newScratch(t)
	s.write("toy.sh", toy)
	s.write("build.sh", "mkdir -p out && cp toy.sh out/toy\n")
	s.write("bench/suite.yaml", toySuite)
	s.write(".gitignore", "out/\nresults/\n")
	s.write("speed", "12.5")
	good := s.commit("the first toy")
	if err := shell(t.Context(), s.dir, "sh build.sh"); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := s.bench("save", "bench/base.yaml", "bench/suite.yaml", "-q"); code != 0 {
		t.Fatalf("save: exit %d: %s", code, errs)
	}
	s.commit("a baseline")
	s.write("build.sh", "exit 1\n")
	s.commit("a build that fails")
	s.write("build.sh", "mkdir -p out && cp toy.sh out/toy\n")
	for i := range 5 {
		s.write("notes", fmt.Sprint(i))
		s.commit("notes")
	}
	s.write("speed", "13.75")
	want := s.commit("slower: `toys` \x1b[31mrest")
	for i := range 4 {
		s.write("notes", fmt.Sprint("more", i))
		s.commit("more notes")
	}
	s.write("speed", "1") // not committed, as is the rest
	s.write("untracked", "x")
	s.write("bench/suite.yaml", toySuite+"# a comment\n")
	before := s.state()
	args := []string{"bisect", "bench/base.yaml", "--metric", "completion_p50", "--case", "crowd", "--good", good, "--build", "sh build.sh"}
	code, out, errs := s.bench(args...)
	if code != 0 {
		t.Fatalf("exit %d:\n%s%s", code, out, errs)
	}
	for _, text := range []string{
		want[:12] + " is the first commit that moves completion_p50\n  slower: `toys` ",
		"completion_p50 worse: 12.5 s before, 13.75 s now, most at seed 1\n", "  git show " + want[:12],
	} {
		if !strings.Contains(out, text) {
			t.Errorf("%q is missing in\n%s", text, out)
		}
	}
	if strings.Contains(out+errs, "\x1b") {
		t.Error("a commit's message reaches the terminal")
	}
	if after := s.state(); after != before {
		t.Errorf("the checkout was\n%s\nand is\n%s", before, after)
	}
	for _, x := range []struct {
		change []string // of the arguments
		want   string
	}{
		{[]string{"--metric", "overhead"}, "HEAD: overhead is that of the baseline there; give another --bad"},
		{[]string{"--good", "HEAD"}, "HEAD: completion_p50 already differs from the baseline there"},
		{[]string{"--good", "nowhere"}, `has no commit "nowhere"`},
		{[]string{"--bad", "--all"}, `has no commit "--all"`},
		{[]string{"--case", "churn"}, `has no metric "completion_p50" of the case "churn"`},
		{[]string{"--build", ""}, "the repository has no folder cmd/bench; give the command that builds the subject"},
	} {
		code, _, errs := s.bench(append(args[:len(args):len(args)], x.change...)...)
		if code != exitUsage || !strings.Contains(errs, x.want) {
			t.Errorf("%v: exit %d: %s", x.change, code, errs)
		}
	}
	if after := s.state(); after != before {
		t.Errorf("errors leave\n%s\nand not\n%s", after, before)
	}
}

// copier is a cmd/bench that plays nothing: it copies what it has into the folder of results.
const copier = `package main

import (
	_ "embed"
	"os"
	"path/filepath"
)

//go:embed results.yaml
var results []byte

func main() {
	for i, a := range os.Args {
		if a == "--out" {
			if err := os.MkdirAll(os.Args[i+1], 0o755); err != nil {
				panic(err)
			}
			if err := os.WriteFile(filepath.Join(os.Args[i+1], "results.yaml"), results, 0o644); err != nil {
				panic(err)
			}
		}
	}
}
`

// A repository with cmd/bench plays each commit with its own program.
func TestBisectBuildsBench(t *testing.T) {
	s := newScratch(t)
	s.write("go.mod", "module toy\n\ngo 1.26\n")
	s.write("cmd/bench/main.go", copier)
	results := func(p50 float64) string {
		r := &bench.Results{Suite: "standard", Digest: "abc", Program: "toy", Cells: []bench.Cell{{
			Case: "crowd-8", Subject: "swarmsim", Scenario: "def", Repeatable: true, Seeds: []uint64{1}, Records: []string{"fff"},
			Metrics: []bench.Series{{Metric: "completion_p50", Unit: "s", Direction: bench.LowerIsBetter, Values: []float64{p50}}},
		}}}
		var out bytes.Buffer
		if err := r.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	s.write("base.yaml", results(12))
	s.write("cmd/bench/results.yaml", results(12))
	good := s.commit("first")
	s.commit("nothing")
	s.write("cmd/bench/results.yaml", results(11))
	want := s.commit("faster")
	s.commit("nothing again")
	code, out, errs := s.bench("bisect", "base.yaml", "--metric", "completion_p50", "--case", "crowd-8", "--good", good)
	if code != 0 || !strings.Contains(out, want[:12]+" is the first commit") || !strings.Contains(out, "better: 12 s before, 11 s now") {
		t.Errorf("exit %d:\n%s%s", code, out, errs)
	}
}
