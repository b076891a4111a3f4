package browser

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// trickle is a scenario whose peers are few enough to be told apart.
const trickle = `
name: trickle
content: {size: 4 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 10, link: {up: 200 kB/s, down: 1 MB/s}}
`

// crowd is a scenario with as many leechers as a replay shows.
const crowd = `
name: crowd
content: {size: 8 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 5 MB/s, down: 10 MB/s}}
  - {name: leechers, count: 199, link: {up: 200 kB/s, down: 1 MB/s}, arrival: {pattern: flash-crowd, decay: 20 s}}
`

// openReplay opens the report of a scenario's run.
func openReplay(t *testing.T, text string, l look) *tab {
	t.Helper()
	needChromium(t)
	p := open(t, filepath.Join(playScenario(t, text), "report.html"), l)
	p.waitFor(`window.swarmsim?.replay`)
	return p
}

// replayTime is the time that the replay shows, in seconds.
func replayTime(p *tab) float64 {
	p.t.Helper()
	return eval[float64](p, `swarmsim.replay.time()`)
}

func TestReplayPlaysPausesScrubsAndSteps(t *testing.T) {
	p := openReplay(t, trickle, desktop)
	p.click(".replay-play")
	p.waitFor(`swarmsim.replay.time() > 0.5`)
	p.click(".replay-play")
	at := replayTime(p)
	time.Sleep(200 * time.Millisecond) // in which nothing may move
	if now := replayTime(p); now != at {
		t.Errorf("paused at %v s, it goes on to %v s", at, now)
	}
	p.setValue(".replay-scrub", "5")
	p.waitFor(`document.querySelector(".replay-time").innerText.startsWith("5.0 s of ")`)
	p.run(`document.querySelector(".replay-canvas").focus()`)
	p.press(kb.ArrowRight)
	after := replayTime(p)
	p.press(kb.ArrowLeft)
	if before := replayTime(p); after <= 5 || before > 5 || before < 4 {
		t.Errorf("a step from 5 s leads to %v s, and back to %v s", after, before)
	}
	p.waitFor(`document.querySelector(".replay-events").innerText.length > 10`)
	p.press(" ")
	p.waitFor(`document.querySelector(".replay-play").innerText.includes("Pause")`)
	p.press(" ")
	if speed := eval[string](p, `document.querySelector(".replay-controls select").value`); speed == "" {
		t.Error("no speed is chosen")
	}
	p.press("+")
	p.press(kb.End)
	p.waitFor(`document.querySelector(".replay-counts").innerText.includes("0 transfers")`)
}

// The counts that the replay tells are those of peers.csv.
func TestReplayShowsWhatTheRecordHolds(t *testing.T) {
	needChromium(t)
	results := playScenario(t, trickle)
	p := open(t, filepath.Join(results, "report.html"), desktop)
	p.waitFor(`window.swarmsim?.replay`)
	peers := columns(t, filepath.Join(results, "peers.csv"))
	for i, completed := range numbers(t, peers["completed_s"]) {
		if completed == nil {
			continue
		}
		script := `(() => { const r = swarmsim.replay, p = r.trace.numbers.indexOf(%s);
			r.state.seek(Math.floor((%v) / r.trace.tick)); return r.state.count[p]; })()`
		before := eval[int](p, fmt.Sprintf(script, peers["peer"][i], *completed-0.001))
		after := eval[int](p, fmt.Sprintf(script, peers["peer"][i], *completed+0.001))
		if before >= 64 || after != 64 {
			t.Errorf("peer %s has %d pieces before its completion, and %d after it, of 64", peers["peer"][i], before, after)
		}
	}
}

func TestReplayFollowsAPeerAndExplains(t *testing.T) {
	p := openReplay(t, trickle, desktop)
	p.run(`document.getElementById("replay").scrollIntoView(); swarmsim.replay.seek(6)`)
	at := eval[[2]float64](p, `(() => { const r = document.querySelector(".replay-canvas").getBoundingClientRect();
		return [r.left + r.width / 2, r.top + r.height / 2]; })()`) // the seed
	p.clickAt(at[0], at[1])
	p.waitFor(`document.querySelector(".replay-peer h3").innerText === "Peer 1, seed"`)
	p.run(`document.querySelector(".replay-links:last-of-type li button").click()`)
	p.waitFor(`!document.querySelector(".replay-why").hidden`)
	for _, want := range []string{"Peer 1 has unchoked peer", "In its last round, at ", "as it is a seed", " picked piece ", "What decided: rarest-first"} {
		if why := p.text(".replay-why"); !strings.Contains(why, want) {
			t.Errorf("%q does not contain %q", why, want)
		}
	}
	if n := eval[int](p, `document.querySelectorAll(".replay-why .replay-marked").length`); n != 1 {
		t.Errorf("%d rows of the ranking are marked", n)
	}
	p.run(`document.querySelector(".replay-canvas").focus()`)
	p.press(kb.ArrowDown)
	p.waitFor(`document.querySelector(".replay-peer h3").innerText === "Peer 2, leechers"`)
	p.run(`document.querySelector(".replay-canvas").focus()`) // wherever the rest of the page has put it
	p.press(kb.Escape)
	p.waitFor(`document.querySelector(".replay-peer").hidden`)
}

func TestReplayLooks(t *testing.T) {
	if testing.Short() {
		t.Skip("for people to look at")
	}
	for _, l := range looks {
		p := openReplay(t, crowd, l)
		p.run(`document.getElementById("replay").scrollIntoView(); swarmsim.replay.seek(25)`)
		time.Sleep(100 * time.Millisecond) // until it is drawn
		p.screenshot("replay", false)
		p.run(`swarmsim.replay.select(9)`)
		p.waitFor(`!document.querySelector(".replay-peer").hidden`)
		p.screenshot("replay-followed", false)
	}
}

// 200 peers move smoothly, if the machine has nothing else to do: the test reports the rate, and
// fails only if it is far from that.
func TestReplayOf200PeersIsSmooth(t *testing.T) {
	p := openReplay(t, crowd, desktop)
	if n := eval[int](p, `swarmsim.replay.trace.shown`); n != 200 {
		t.Fatalf("it shows %d peers", n)
	}
	p.run(`document.getElementById("replay").scrollIntoView(); swarmsim.replay.seek(10); swarmsim.replay.play()`)
	count, longest := p.frames(5 * time.Second)
	t.Logf("%.1f frames per second, at most %v between two", float64(count)/5, longest.Round(time.Millisecond))
	if count < 25 {
		t.Errorf("%d frames in 5 s", count)
	}
}

// A comparison shows every seed and two runs in step, and leads to reports.
func TestComparisonShowsSeedsAndRunsInStep(t *testing.T) {
	needChromium(t)
	out := filepath.Join(t.TempDir(), "results")
	swarmsim(t, "compare", scenarioFile(t, trickle), "--a", "client.picker=rarest-first", "--b", "client.picker=random",
		"--seeds", "3", "-q", "-o", out)
	for _, l := range looks {
		p := open(t, filepath.Join(out, "report.html"), l)
		p.waitFor(`window.swarmsim?.pair`)
		if asked := p.asked(); len(asked) != 1 {
			t.Errorf("%s: the page asks for %q, not for itself alone", l.name, asked)
		}
		if n := eval[int](p, `document.querySelectorAll(".seeds-dot").length`); n != 6 {
			t.Errorf("%d values of 2 variants with 3 seeds", n)
		}
		p.run(`document.querySelector(".seeds-chart").focus()`)
		p.press(kb.ArrowRight)
		if line := p.text(".seeds-line"); !strings.HasPrefix(line, "Seed 1: rarest-first ") || !strings.Contains(line, "; random ") {
			t.Errorf("the first seed is %q", line)
		}
		p.setValue(".replay-pair .replay-scrub", "6")
		p.waitFor(`[...document.querySelectorAll(".replay-counts")].every(e => e.innerText.startsWith("6.0 s: "))`)
		if p.wider() {
			t.Errorf("%s: the page scrolls sideways", l.name)
		}
		p.screenshot("comparison", true)
		if l == desktop {
			p.click(`a[href^="runs/"]`)
			p.waitFor(`window.swarmsim?.replay && location.pathname.includes("/runs/")`)
		}
	}
}
