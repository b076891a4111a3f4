package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block returns the first block of docs/ci.md in a language that contains a text.
func block(t *testing.T, language, contains string) string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(m[1], contains) {
			return m[1]
		}
	}
	t.Fatalf("docs/ci.md has no block of %s with %q", language, contains)
	return ""
}

// Who follows docs/ci.md in a repository of his own gets a gate: a toy change makes it fail, with the
// metric and a command that leads to the swarm.
func TestGuideLeadsToAGate(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := func(at string, words ...string) (int, string) {
		c := exec.CommandContext(t.Context(), words[0], words[1:]...)
		c.Dir = at
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := c.CombinedOutput()
		if err != nil && c.ProcessState == nil {
			t.Fatal(err)
		}
		return c.ProcessState.ExitCode(), string(out)
	}
	must := func(t *testing.T, at string, words ...string) {
		t.Helper()
		if code, out := run(at, words...); code != 0 {
			t.Fatalf("%v: exit %d: %s", words, code, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bin := filepath.Join(dir, "bin")
	must(t, root, "go", "build", "-pgo=off", "-o", bin+"/", "./cmd/bench", "./cmd/swarmsim")
	bench := filepath.Join(bin, "bench")

	t.Run("the client of this repository", func(t *testing.T) {
		suite := block(t, "yaml", "name: mine\n")
		write("mine/bench/suite.yaml", suite)
		at := filepath.Join(dir, "mine")
		must(t, at, bench, "save", "bench/baseline.yaml", "bench/suite.yaml", "-q")
		must(t, at, bench, "compare", "bench/baseline.yaml", "--exact")
		write("mine/bench/suite.yaml", strings.Replace(suite, "slots: 4", "slots: 1", 1))
		code, out := run(at, bench, "compare", "bench/baseline.yaml")
		replay := regexp.MustCompile(`worst seed \d+: (swarmsim run .*)`).FindStringSubmatch(out)

		if code != exitRegressed || !strings.Contains(out, "WORSE  crowd, mine: completion_p50") || replay == nil {
			t.Fatalf("exit %d: %s", code, out)
		}
		must(t, at, "sh", "-c", filepath.Join(bin, replay[1]))
	})
	t.Run("a program of your own", func(t *testing.T) {
		source := block(t, "go", "inFlight")
		program, err := os.ReadFile(filepath.Join(root, "bench/subjects/example/main.go"))
		if err != nil || source != string(program) {
			t.Fatal("docs/ci.md and bench/subjects/example differ", err)
		}
		write("own/go.mod", "module own\n\ngo 1.24\n")
		write("own/main.go", source)
		write("own/bench/suite.yaml", block(t, "yaml", "name: example\n"))
		at := filepath.Join(dir, "own")
		must(t, at, "go", "build", "-o", "bench/example", ".")
		must(t, at, bench, "save", "bench/baseline.yaml", "bench/suite.yaml", "-q")
		must(t, at, bench, "compare", "bench/baseline.yaml", "--exact")
		write("own/main.go", strings.Replace(source, "inFlight = 8", "inFlight = 2", 1))
		must(t, at, "go", "build", "-o", "bench/example", ".")
		code, out := run(at, bench, "compare", "bench/baseline.yaml")
		if code != exitRegressed || !strings.Contains(out, "WORSE  crowd, example: completion_p50") || !strings.Contains(out, "bench replay") {
			t.Fatalf("exit %d: %s", code, out)
		}
	})
}
