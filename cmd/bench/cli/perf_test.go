package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// Every workload is a valid scenario, and the result of one is a line that benchmark tools read.
func TestPerf(t *testing.T) {
	for _, w := range workloads {
		if _, err := scenario.Load(scenario.Source{Text: []byte(w.text), Shown: w.name, Files: fstest.MapFS{}, Dir: ".", Catalogue: sim.Catalogue()}); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
	}
	var out, errs bytes.Buffer
	if code := Run(t.Context(), &out, &errs, []string{"perf", "closed-100"}); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	line := regexp.MustCompile(`(?m)^BenchmarkPerf/workload=closed-100/workers=1 1 \d+ ns/op \d+ blocks/cpu-s [\d.]+ events/block [\d.]+ virtual-s/wall-s \d+ B/peer [\d.]+ allocs/block$`)
	if !line.MatchString(out.String()) {
		t.Errorf("printed\n%s", out.String())
	}
	profile := filepath.Join(t.TempDir(), "cpu.out")
	if code := Run(t.Context(), &out, &errs, []string{"perf", "--cpuprofile", profile, "closed-100"}); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if info, err := os.Stat(profile); err != nil || info.Size() == 0 {
		t.Errorf("no profile: %v", err)
	}
	if code := Run(t.Context(), &out, &errs, []string{"perf", "closed-1000"}); code != 2 || !strings.Contains(errs.String(), "did you mean") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
