package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	sweepsYAML   = regexp.MustCompile("(?s)```yaml\n(name: mine\n.*?)```")
	sweepsScript = regexp.MustCompile("(?s)```sh\n(.*?)```")
	needs        = regexp.MustCompile(`(?m)^# needs (.*)$`)
)

// The commands in docs/sweeps.md do what it says, but for those that need a cluster.
func TestCommandsOfSweepsPage(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	page, err := os.ReadFile("../../../docs/sweeps.md")
	if err != nil {
		t.Fatal(err)
	}
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	write(t, "mine.yaml", string(sweepsYAML.FindSubmatch(page)[1]))
	if err := os.Mkdir("bin", 0o755); err != nil {
		t.Fatal(err)
	}
	shim := fmt.Sprintf("#!/bin/sh\n%s=$(printf '%%s\\n' \"$@\") exec '%s'\n", programEnv, self)
	if err := os.WriteFile("bin/swarmsim", []byte(shim), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Join(mustGetwd(t), "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	ran := 0
	for _, m := range sweepsScript.FindAllStringSubmatch(string(page), -1) {
		if n := needs.FindStringSubmatch(m[1]); n != nil {
			program := map[string]string{"GNU parallel": "parallel"}[n[1]]
			if _, err := exec.LookPath(program); program == "" || err != nil {
				t.Logf("not run, needs %s:\n%s", n[1], m[1])
				continue
			}
		}
		out, err := exec.Command(shell, "-euo", "pipefail", "-c", m[1]).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s%s", err, m[1], out)
		}
		ran += strings.Count(m[1], "swarmsim ")
	}
	if ran < 8 {
		t.Errorf("only %d commands were run", ran)
	}
}

func mustGetwd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
