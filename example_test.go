package swarmsim

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The worked example of docs/strategies.md, followed to the letter: its file and
// its line of registration are laid over the module, and its commands are run.
func TestWorkedExample(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program anew")
	}
	text, err := os.ReadFile("docs/strategies.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter := cut(t, string(text), "## A choker of your own, in an afternoon")
	blocks := regexp.MustCompile("(?s)```(go|sh)\n(.*?)```").FindAllStringSubmatch(chapter, -1)
	if len(blocks) < 4 {
		t.Fatalf("%d blocks of code", len(blocks))
	}
	registry, err := os.ReadFile("client/choke/registry.go")
	if err != nil {
		t.Fatal(err)
	}
	before, after := cut(t, string(registry), "return []Strategy{\n")
	dir := t.TempDir()
	over := overlay(t, dir, map[string]string{
		"client/choke/thrifty.go":  blocks[0][2],
		"client/choke/registry.go": before + "return []Strategy{\n" + blocks[1][2] + after,
	})
	for _, b := range blocks[2:] {
		for _, command := range strings.Split(strings.TrimSpace(b[2]), "\n") {
			follow(t, dir, over, command)
		}
	}
}

// follow runs a command of the example, with a small content where it plays.
func follow(t *testing.T, dir, over, command string) {
	t.Helper()
	if strings.Contains(command, "swarmsim compare") {
		if _, err := os.Stat("cmd/swarmsim/compare.go"); err != nil {
			return // this version compares nothing yet
		}
		command += " --no-plots"
	}
	if strings.Contains(command, "swarmsim ") {
		command += " --set content.size=4MiB --set expect=[] --force -o " + filepath.Join(dir, "results")
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
		path := filepath.Join(dir, filepath.Base(name))
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
