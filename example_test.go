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

// workedExamples are the chapters of docs/strategies.md that write a strategy: the file that each
// of them creates, the registry that it adds a line to, and the type of the list there.
var workedExamples = []struct{ heading, file, registry, list string }{
	{"## Write a choker", "client/choke/thrifty.go", "client/choke/registry.go", "Strategy"},
	{"## Write a picker", "client/pick/sampled.go", "client/pick/registry.go", "Strategy"},
	{"## Write an assignment rule", "client/assign/shuffled.go", "client/assign/registry.go", "RuleEntry"},
	{"## Write an end game", "client/assign/endgame_late.go", "client/assign/registry.go", "EndGameEntry"},
}

// TestWorkedExamples follows the worked examples of docs/strategies.md: it overlays their files and
// registry lines on the module and runs their commands.
func TestWorkedExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program again")
	}
	text, err := os.ReadFile("docs/strategies.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	var commands []string
	for _, example := range workedExamples {
		_, chapter := cut(t, string(text), example.heading+"\n")
		chapter, _, _ = strings.Cut(chapter, "\n## ")
		blocks := regexp.MustCompile("(?s)```(go|sh)\n(.*?)```").FindAllStringSubmatch(chapter, -1)
		if len(blocks) < 3 {
			t.Fatalf("%s has %d blocks of code", example.heading, len(blocks))
		}
		files[example.file] = blocks[0][2]
		if files[example.registry] == "" {
			registry, err := os.ReadFile(example.registry)
			if err != nil {
				t.Fatal(err)
			}
			files[example.registry] = string(registry)
		}
		list := "return []" + example.list + "{\n"
		before, after := cut(t, files[example.registry], list)
		files[example.registry] = before + list + blocks[1][2] + after
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

// follow runs a command of an example, with small content.
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

// overlay writes the file for the -overlay flag that replaces the contents of files (go help build).
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

// cut is strings.Cut, and fails the test if at is not found.
func cut(t *testing.T, text, at string) (before, after string) {
	t.Helper()
	before, after, found := strings.Cut(text, at)
	if !found {
		t.Fatalf("no %q", at)
	}
	return before, after
}
