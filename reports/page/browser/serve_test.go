package browser

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// longScenario is one whose run takes longer than any test.
const longScenario = `
name: long
about: A run <b>with</b> "markup" in its words.
content: {size: 60 GiB, piece: 16 MiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 6, link: {up: 200 kB/s, down: 1 MB/s}, arrival: {pattern: spread, over: 10 s}}
stop: {deadline: 200 h}
`

const servedScenario = `
name: small
content: {size: 4 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 10, link: {up: 200 kB/s, down: 1 MB/s}}
`

// hostileReport tries what a report that a stranger made might try.
const hostileReport = `<!doctype html><title>hostile</title><body><script type="module">
const tried = [];
const attempt = async (name, f) => { try { await f(); tried.push(name + ": done"); } catch { tried.push(name + ": refused"); } };
const body = JSON.stringify({scenario: "folder/small.yaml", settings: {}});
await attempt("ask", () => fetch("/api/runs", {method: "POST", body, headers: {"Content-Type": "application/json"}}));
await attempt("ask blindly", () => fetch("/api/runs", {method: "POST", body, mode: "no-cors"}));
await attempt("read the page", () => fetch("/").then(r => r.text()));
await attempt("frame", () => { if (parent !== window) parent.document.body.append("x"); else throw 0; });
await attempt("cookies", () => document.cookie);
await attempt("move the page", () => { if (top === window) throw 0; top.location = "/#/scenarios"; });
document.body.textContent = tried.join("\n");
</script>`

// serving is a running swarmsim serve.
type serving struct {
	url     string
	results string
	process *exec.Cmd
}

// startServe starts swarmsim serve with a folder of two scenarios.
func startServe(t *testing.T) *serving {
	t.Helper()
	needChromium(t)
	path, err := buildSwarmsim()
	if err != nil {
		t.Fatal(err)
	}
	s := &serving{results: t.TempDir()}
	folder := t.TempDir()
	for name, text := range map[string]string{"small.yaml": servedScenario, "long.yaml": longScenario} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s.process = exec.Command(path, "serve", "--addr", "127.0.0.1:0", "--results", s.results, "--scenarios", folder)
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.process.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	s.url = strings.TrimSpace(strings.TrimPrefix(line, "page"))
	return s
}

// A scenario is chosen, its sliders are moved, it runs, and its report is there; on every screen.
func TestServeRunsAScenario(t *testing.T) {
	s := startServe(t)
	for _, l := range looks {
		p := open(t, s.url, l)
		p.waitFor(`document.querySelector(".cards")`)
		p.screenshot("serve-scenarios", false)
		if p.wider() {
			t.Errorf("%s: the list of scenarios scrolls sideways", l.name)
		}
		p.typeInto("input[type=search]", "small")
		p.waitFor(`document.querySelectorAll(".cards a").length === 1`)
		p.click(".cards a")
		p.waitFor(`document.querySelector(".settings")`)
		p.setValue(`[id="set-groups.leechers.count"]`, "14")
		p.waitFor(`document.querySelector(".command").textContent.includes("--set groups.leechers.count=14")`)
		if facts := p.text(".panel .facts"); !strings.HasPrefix(facts, "15 peers") {
			t.Errorf("%s: the estimate is %q", l.name, facts)
		}
		p.screenshot("serve-setup", false)
		p.click(".panel .primary")
		p.waitFor(`document.querySelector(".state.finished")`)
		if text := p.text(".message"); !strings.HasPrefix(text, "14 of 14 leechers completed") {
			t.Errorf("%s: the run ended with %q", l.name, text)
		}
		if n := eval[int](p, `document.querySelectorAll(".chart path.line").length`); n < 4 {
			t.Errorf("%s: the charts have %d lines", l.name, n)
		}
		if p.wider() {
			t.Errorf("%s: the run scrolls sideways", l.name)
		}
		p.screenshot("serve-run", false)
		p.click(".report a.primary")
		p.waitFor(`document.title.includes("small") && document.body?.innerText.includes("leechers")`)
	}
}

// A run is stopped; what it recorded is listed among the results, marked incomplete.
func TestServeStopsARun(t *testing.T) {
	s := startServe(t)
	p := open(t, s.url+"#/setup/folder%2Flong.yaml", desktop)
	p.waitFor(`document.querySelector(".settings")`)
	if about := p.text(".lead"); about != `A run <b>with</b> "markup" in its words.` {
		t.Errorf("the description is shown as %q", about)
	}
	p.click(".panel .primary")
	p.waitFor(`document.querySelectorAll(".chart path.line").length > 3`)
	p.screenshot("serve-live", false)
	p.click(".stop")
	p.waitFor(`document.querySelector(".state.stopped")`)
	if text := p.text(".message"); !strings.Contains(text, "marked incomplete") {
		t.Errorf("the run ended with %q", text)
	}
	p.click(`nav a[data-view=results]`)
	p.waitFor(`document.querySelector(".results .rows")`)
	if text := p.text(".results .rows"); !strings.Contains(text, "long") || !strings.Contains(text, "incomplete") {
		t.Errorf("the results are listed as %q", text)
	}
	p.screenshot("serve-results", false)
	if err := s.process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.waitFor(`!document.getElementById("banner").hidden`)
	p.take() // the browser notes that the event stream has ended
	if err := s.process.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
}

// A report that a stranger made can neither start a run nor read the page that shows it.
func TestServeContainsAHostileReport(t *testing.T) {
	s := startServe(t)
	folder := filepath.Join(s.results, "<img src=x onerror=alert(1)>")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	summary := `{"scenario":"<script>alert(1)</script>","about":"<b>x</b>","ended":"done","seed":1}`
	for name, text := range map[string]string{"summary.json": summary, "report.html": hostileReport} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := open(t, s.url+"#/results", desktop)
	p.waitFor(`document.querySelector(".results .rows a")`)
	if text := p.text(".results .rows"); !strings.Contains(text, "<img src=x onerror=alert(1)>") || !strings.Contains(text, "<script>alert(1)</script>") {
		t.Errorf("hostile names are shown as %q", text)
	}
	p.click(".results .rows a")
	p.waitFor(`document.body?.innerText.includes("move the page")`)
	for line := range strings.Lines(p.text("body")) {
		if !strings.HasSuffix(strings.TrimSpace(line), ": refused") {
			t.Errorf("a hostile report: %s", line)
		}
	}
	p.take() // the refusals
	q := open(t, s.url+"#/runs", desktop)
	q.waitFor(`document.querySelector(".runs .empty")`)
}
