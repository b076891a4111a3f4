package cli

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folders lists the runs of a sweep that were played again.
func folders(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "runs", "*", "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range found {
		out = append(out, filepath.Base(filepath.Dir(f)))
	}
	return out
}

// compare plays the median and the worst seed of each variant again, once, and links their reports.
func TestComparePlaysSomeRunsAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	write(t, "odd.yaml", "{name: odd, about: <script>alert(1)</script>, scenario: ./tiny.yaml, "+
		"variants: {plain: {}, random: {client.picker: random}}}")
	compare := func(more ...string) {
		t.Helper()
		args := []string{"compare", "./odd.yaml", "-q", "-o", "c"}
		if code, _, err := program(t, append(args, more...)...); code != 0 {
			t.Fatal(err)
		}
	}
	compare("--seeds", "5")
	first := folders(t, "c")
	if len(first) < 3 || len(first) > 6 || !slices.ContainsFunc(first, func(f string) bool { return strings.HasPrefix(f, "random-seed") }) {
		t.Fatalf("played again: %v", first)
	}
	page := read("c/report.html")
	for _, f := range first {
		if !strings.Contains(page, `href="runs/`+f+`/report.html"`) {
			t.Errorf("the page has no link to %s", f)
		}
	}
	if strings.Contains(page, "<script>alert") || !strings.Contains(page, "&lt;script&gt;alert") {
		t.Error("what the sweep is about is not shown as text")
	}
	stamp := read("c/runs/" + first[0] + "/meta.json")
	compare("--seeds", "5")
	if read("c/runs/"+first[0]+"/meta.json") != stamp {
		t.Error("a finished run was played again")
	}
	compare("--seeds", "1")
	if now := folders(t, "c"); len(now) != 2 || !strings.HasSuffix(now[0], "-seed1") || !strings.HasSuffix(now[1], "-seed1") {
		t.Errorf("with one seed: %v", now)
	}
}

// A sweep of many combinations, and one without a page, plays nothing again.
func TestSweepsPlayFewRunsAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "many.yaml", tinySweep)
	sweep := func(more ...string) []string {
		t.Helper()
		args := []string{"sweep", "./many.yaml", "-q", "--force", "--seeds", "2", "-o", "m"}
		if code, _, err := program(t, append(args, more...)...); code != 0 {
			t.Fatal(err)
		}
		return folders(t, "m")
	}
	if got := sweep(); len(got) != 0 {
		t.Errorf("10 combinations: %v", got)
	}
	one := "groups.seed.link.up=1 MB/s,2 MB/s"
	if got := sweep("--vary", one, "--no-plots"); len(got) != 0 {
		t.Errorf("without plots: %v", got)
	}
	if got := sweep("--vary", one, "--replays=false"); len(got) != 0 {
		t.Errorf("with --replays=false: %v", got)
	}
	if got := sweep("--vary", one); len(got) < 4 || !strings.Contains(strings.Join(got, " "), "random-point2-seed") {
		t.Errorf("4 combinations: %v", got)
	}
}
