package serve

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Nothing outside of the results folder is reached, by any spelling or link.
func TestNothingOutsideIsReached(t *testing.T) {
	s := newSite(t, nil)
	outside := filepath.Join(filepath.Dir(s.results), "secret.html")
	s.write(outside, "a secret")
	t.Cleanup(func() { os.Remove(outside) })
	s.write(filepath.Join(s.results, "run", "report.html"), "a report")
	s.write(filepath.Join(s.results, "run", ".hidden.html"), "a secret")
	s.write(filepath.Join(s.results, ".run.making-1", "report.html"), "a secret")
	if runtime.GOOS != "windows" {
		for name, target := range map[string]string{"out.html": outside, "folder": filepath.Dir(s.results), "run/up.html": "../../secret.html"} {
			if err := os.Symlink(target, filepath.Join(s.results, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, path := range []string{
		"/results/../secret.html", "/results/%2e%2e/secret.html", "/results/..%2fsecret.html", "/results/run/..%2f..%2fsecret.html",
		"/results/run/%2e%2e/%2e%2e/secret.html", "/results/..%5csecret.html", "/results/%2fetc/passwd", "/results//etc/passwd",
		"/results/out.html", "/results/folder/secret.html", "/results/run/up.html", "/results/run/.hidden.html",
		"/results/.run.making-1/report.html", "/results/run", "/results/run/", "/results/", "/results/%00", "/results/run/report.html%00.png",
		"/web/../server.go", "/web/..%2fserver.go", "/web/index.html", "/web/test", "/web/test%2fformat.test.js",
	} {
		status, text, _ := s.ask("GET", path, "")
		if status == http.StatusOK || strings.Contains(text, "secret\n") || strings.Contains(text, "a secret") {
			t.Errorf("%s: %d %q", path, status, text)
		}
	}
	if status, text, _ := s.ask("GET", "/results/run/report.html", ""); status != http.StatusOK || text != "a report" {
		t.Errorf("the report itself: %d %q", status, text)
	}
}

// A scenario of the folder reads no file outside of it.
func TestScenariosReadNothingOutside(t *testing.T) {
	s := newSite(t, nil)
	secret := filepath.Join(t.TempDir(), "secret.bin")
	s.write(secret, strings.Repeat("secret", 50_000))
	relative, err := filepath.Rel(s.folder, secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"absolute.yaml": secret, "relative.yaml": filepath.ToSlash(relative)} {
		s.write(filepath.Join(s.folder, name), strings.Replace(tiny, "size: 512 KiB", "path: '"+path+"'", 1))
		status, text := s.post("/api/runs", `{"scenario":"folder/`+name+`"}`)
		if status != http.StatusUnprocessableEntity || !strings.Contains(message(text), "outside of the folder") {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Symlink(secret, filepath.Join(s.folder, "link.bin")); err != nil {
		t.Fatal(err)
	}
	s.write(filepath.Join(s.folder, "link.yaml"), strings.Replace(tiny, "size: 512 KiB", "path: link.bin", 1))
	if status, text := s.post("/api/runs", `{"scenario":"folder/link.yaml"}`); status != http.StatusUnprocessableEntity {
		t.Errorf("a link: %d %s", status, text)
	}
}

// A report runs its scripts as a stranger's: in a sandbox, without a way to this server or another.
func TestReportsAreInASandbox(t *testing.T) {
	s := newSite(t, nil)
	s.write(filepath.Join(s.results, "evil", "report.html"), "<script>fetch('/api/runs', {method: 'POST'})</script>")
	s.write(filepath.Join(s.results, "evil", "tool.exe"), "MZ")
	s.write(filepath.Join(s.results, "evil", "page.svg"), "<svg/>")
	for _, name := range []string{"report.html", "page.svg", "tool.exe"} {
		_, _, h := s.ask("GET", "/results/evil/"+name, "")
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "sandbox allow-scripts;") || strings.Contains(policy, "same-origin") ||
			!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "connect-src") {
			t.Errorf("%s: policy %q", name, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Opener-Policy") != "" {
			t.Errorf("%s: %v", name, h)
		}
	}
	if _, _, h := s.ask("GET", "/results/evil/tool.exe", ""); h.Get("Content-Disposition") != "attachment" {
		t.Error("an unknown file is shown, not downloaded")
	}
}

// Results are listed with what they are; files that are none are left out.
func TestResultsAreListed(t *testing.T) {
	s := newSite(t, nil)
	run := func(about string, rest string) string {
		return `{"scenario":"tiny","about":"` + about + `","seed":7,"ended":"done","peers":5,"content_bytes":524288,
			"completion_s":{"count":4,"mean":1,"p50":1.5,"p95":2,"last":2}` + rest + `}`
	}
	s.write(filepath.Join(s.results, "good", "summary.json"), run("fine", ""))
	s.write(filepath.Join(s.results, "good", "report.html"), "page")
	s.write(filepath.Join(s.results, "cut", "summary.json"), run("cut", `,"incomplete":true,"expectations":[{"expect":"a","met":false}]`))
	s.write(filepath.Join(s.results, "bad", "summary.json"), `{"scenario":`)
	s.write(filepath.Join(s.results, "other", "summary.json"), `{"colour":"red"}`)
	s.write(filepath.Join(s.results, "<img src=x onerror=alert(1)>", "summary.json"), run("<script>alert(1)</script>", ""))
	s.write(filepath.Join(s.results, "sw", "runs.journal"), "x")
	s.write(filepath.Join(s.results, "sw", "report.html"), "page")
	s.write(filepath.Join(s.results, "sw", "comparison.json"), `{"sweep":"sw","scenario":"tiny","runs":6,"seeds":3,"found":"nothing differs"}`)
	s.write(filepath.Join(s.results, "half", "runs.journal"), "x")
	s.write(filepath.Join(s.results, "ci", "bench.journal"), "x")
	s.write(filepath.Join(s.results, "ci", "bench.html"), "page")
	s.write(filepath.Join(s.results, "deep", "er", "run", "summary.json"), run("deep", ""))
	_, text, _ := s.ask("GET", "/api/results", "")
	var list resultList
	if err := json.Unmarshal([]byte(text), &list); err != nil || !list.Complete {
		t.Fatalf("%v: %s", err, text)
	}
	got := map[string]result{}
	for _, r := range list.Results {
		got[r.Kind+" "+r.Path] = r
	}
	for key, want := range map[string]struct {
		facts, page string
		marks       []string
	}{
		"run good":                         {"tiny: 4 of 4 leechers completed, half of them within 1.5 s, the last after 2.0 s; 512.0 KiB, 5 peers; seed 7", "good/report.html", nil},
		"run cut":                          {"tiny: 4 of 4", "", []string{"incomplete", "1 of 1 expectations not met"}},
		"run bad":                          {"summary.json cannot be read", "", []string{"damaged"}},
		"run <img src=x onerror=alert(1)>": {"tiny: ", "", nil},
		"run deep/er/run":                  {"tiny: ", "", nil},
		"sweep sw":                         {"6 runs of tiny, 3 seeds: nothing differs", "sw/report.html", nil},
		"sweep half":                       {"a sweep without a result", "", []string{"incomplete"}},
		"bench ci":                         {"a suite without results", "", []string{"incomplete"}},
		"page ci":                          {"a page of results", "ci/bench.html", nil},
	} {
		r, ok := got[key]
		if !ok || !strings.HasPrefix(r.Facts, want.facts) || r.Page != want.page || !slices.Equal(r.Marks, want.marks) {
			t.Errorf("%s: %+v", key, r)
		}
		delete(got, key)
	}
	if len(got) > 0 {
		t.Errorf("listed too: %v", got)
	}
}
