package browser

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// buildPlayground builds the playground once, and returns its folder.
var buildPlayground = sync.OnceValues(func() (string, error) {
	folder := filepath.Join(temporary, "playground")
	return folder, runIn(root, "go", "run", "./docs/playground/build", "-o", folder)
})

// openPlayground opens the playground, from disk, and waits until it is ready. link is what follows
// its address.
func openPlayground(t *testing.T, l look, link string) *tab {
	t.Helper()
	needChromium(t)
	folder, err := buildPlayground()
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, fileURL(t, filepath.Join(folder, "index.html"))+link, l)
	p.awaitPlayground(`!document.getElementById("run").disabled`)
	return p
}

// awaitPlayground waits for a condition, or until the playground says that there is a problem.
func (p *tab) awaitPlayground(condition string) {
	p.t.Helper()
	p.waitFor("(" + condition + `) || !document.getElementById("problem").hidden`)
	if problem := p.text("#problem"); problem != "" {
		p.t.Fatalf("the playground says: %s", problem)
	}
}

// file returns a file of a run that the playground offers for download.
func (p *tab) file(side, name string) string {
	p.t.Helper()
	p.run(`window.blobs = []; URL.createObjectURL = (blob) => { window.blobs.push(blob); return "#"; }`)
	p.run(`[...document.querySelectorAll("#` + side + ` .files a")].find((a) => a.textContent === "` + name + `").click()`)
	return eval[string](p, `window.blobs[0].text()`)
}

const done = `document.getElementById("status").innerText === "Done."`

// The page simulates what the command line simulates.
func TestPlaygroundRunsWhatTheCommandLineRuns(t *testing.T) {
	p := openPlayground(t, desktop, "#scenario=flash-crowd&set=groups.leechers.count%3D10&seed=7")
	if asked := p.asked(); len(asked) != 1 {
		t.Errorf("the playground asks for %q, not for itself alone", asked)
	}
	p.setValue("#set-content\\.size", "1")
	p.setValue("#set-client\\.picker", "random")
	command := eval[string](p, `document.getElementById("command").textContent`)
	const want = "swarmsim run flash-crowd --set groups.leechers.count=10 --set 'content.size=2 MiB' --set client.picker=random --seed 7"
	if command != want {
		t.Errorf("the command is\n%s, not\n%s", command, want)
	}
	p.click("#run")
	p.awaitPlayground(done)
	out := filepath.Join(t.TempDir(), "results")
	swarmsim(t, "run", "flash-crowd", "--set", "groups.leechers.count=10", "--set", "content.size=2 MiB",
		"--set", "client.picker=random", "--seed", "7", "-q", "-o", out)
	for _, name := range []string{"summary.json", "peers.csv", "timeseries.csv"} {
		want, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.file("swarm", name); got != string(want) {
			t.Errorf("%s differs from the command line's:\n%s", name, got)
		}
	}
	if text := p.text("#verdict"); !strings.Contains(text, "The server's bill is") {
		t.Errorf("the verdict is %q", text)
	}
	if text := p.text("#server"); !strings.Contains(text, "All 10 leechers completed") {
		t.Errorf("the server: %q", text)
	}
}

func TestPlaygroundLooks(t *testing.T) {
	if testing.Short() {
		t.Skip("for people to look at")
	}
	for _, l := range looks {
		p := openPlayground(t, l, "#scenario=flash-crowd&set=groups.leechers.count%3D100&set=content.size%3D4+MiB")
		p.screenshot("playground", false)
		p.click("#run")
		p.awaitPlayground(done)
		p.waitFor(`document.querySelectorAll("#replays canvas").length === 2`)
		p.setValue("#replays .replay-scrub", "20")
		p.click("#all summary")
		p.waitFor(`document.querySelectorAll("#all canvas").length >= 5`)
		p.screenshot("playground-done", true)
		if p.wider() {
			t.Errorf("%s: the page scrolls sideways", l.name)
		}
	}
}

// A run that takes long is stopped, the page goes on, and what a browser cannot play is refused.
func TestPlaygroundStopsAndRefuses(t *testing.T) {
	folder, err := buildPlayground()
	if err != nil {
		t.Fatal(err)
	}
	needChromium(t)
	p := open(t, serve(t, folder)+"/#scenario=steady-state&set=content.size%3D64+MiB", desktop)
	p.awaitPlayground(`!document.getElementById("run").disabled`)
	p.click("#run")
	p.waitFor(`document.querySelector("#swarm .live").innerText.includes("downloading")`)
	p.screenshot("playground-live", false)
	p.click("#stop")
	p.waitFor(`document.getElementById("status").innerText === "Stopped."`)
	p.setValue("#scenario", "flash-crowd")
	p.setValue("#set-groups\\.leechers\\.count", "13")
	p.setValue("#set-content\\.size", "8")
	p.click("#run")
	p.waitFor(`document.getElementById("problem").innerText.includes("more than the 4194304 that a browser plays")`)
}
