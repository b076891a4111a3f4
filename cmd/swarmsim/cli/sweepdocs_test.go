//go:build unix

package cli

import (
	"os"
	"os/exec"
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
	t.Chdir(t.TempDir())
	write(t, "mine.yaml", string(sweepsYAML.FindSubmatch(page)[1]))
	installShim(t)
	ran := 0
	for _, m := range sweepsScript.FindAllStringSubmatch(string(page), -1) {
		if n := needs.FindStringSubmatch(m[1]); n != nil {
			program := map[string]string{"GNU parallel": "parallel", "Snakemake": "snakemake"}[n[1]]
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
