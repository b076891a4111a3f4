package swarmsim

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The worked examples of docs/strategies.md, followed to the letter: their files
// and their lines of registration are laid over the module, and their commands are
// run.
func TestWorkedExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program anew")
	}
	text, err := os.ReadFile("docs/strategies.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	var commands []string
	_, chapter := cut(t, string(text), "## A choker of your own, in an afternoon")
	choker, picker := cut(t, chapter, "## A picker of your own")
	for _, example := range []struct{ chapter, file, registry string }{
		{choker, "client/choke/thrifty.go", "client/choke/registry.go"},
		{picker, "client/pick/sampled.go", "client/pick/registry.go"},
	} {
		blocks := regexp.MustCompile("(?s)```(go|sh)\n(.*?)```").FindAllStringSubmatch(example.chapter, -1)
		if len(blocks) < 3 {
			t.Fatalf("%d blocks of code", len(blocks))
		}
		registry, err := os.ReadFile(example.registry)
		if err != nil {
			t.Fatal(err)
		}
		before, after := cut(t, string(registry), "return []Strategy{\n")
		files[example.file] = blocks[0][2]
		files[example.registry] = before + "return []Strategy{\n" + blocks[1][2] + after
		for _, b := range blocks[2:] {
			commands = append(commands, strings.Split(strings.TrimSpace(b[2]), "\n")...)
		}
	}
	dir := t.TempDir()
	over := overlay(t, dir, files)
	for i, command := range commands {
		follow(t, filepath.Join(dir, strconv.Itoa(i)), over, command)
	}
}

// follow runs a command of the example, with a small content where it plays.
func follow(t *testing.T, results, over, command string) {
	t.Helper()
	if strings.Contains(command, "swarmsim compare") {
		command += " --no-plots"
	}
	if strings.Contains(command, "swarmsim ") {
		command += " --set content.size=4MiB --set expect=[] -o " + results
	}
	command = strings.Replace(command, "--seeds 10", "--seeds 3", 1)
	command = strings.Replace(strings.Replace(command, "go run ", "go run -overlay "+over+" ", 1), "go test ", "go test -overlay "+over+" ", 1)
	if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// overlay says that files have other contents (go help build, -overlay).
func overlay(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	replace := map[string]string{}
	for name, text := range files {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		whole, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		replace[whole] = path
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// cut is strings.Cut that must find.
func cut(t *testing.T, text, at string) (before, after string) {
	t.Helper()
	before, after, found := strings.Cut(text, at)
	if !found {
		t.Fatalf("no %q", at)
	}
	return before, after
}
