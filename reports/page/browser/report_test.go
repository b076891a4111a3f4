package browser

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

const smallScenario = `
name: small
content: {size: 4 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: fast, count: 6, link: {up: 300 kB/s, down: 1 MB/s}}
  - {name: slow, count: 5, link: {up: 80 kB/s, down: 500 kB/s}, arrival: {pattern: spread, over: 10 s}}
events:
  - {at: 5 s, action: tracker-outage, for: 10 s}
`

func TestReportLoads(t *testing.T) {
	needChromium(t)
	results := playScenario(t, smallScenario)
	for _, l := range looks {
		p := openReport(t, results, l)
		if asked := p.asked(); len(asked) != 1 {
			t.Errorf("%s: the report asks for %q, not for itself alone", l.name, asked)
		}
		if p.wider() {
			t.Log(eval[string](p, `[...document.querySelectorAll("main *, header *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 8).map((e) => e.tagName + "." + e.className + " " + e.getBoundingClientRect().right).join("; ")`))
			t.Errorf("%s: the page is wider than the window", l.name)
		}
		p.screenshot("report", false)
		p.screenshot("report-whole", true)
		p.run(`document.getElementById("watch").scrollIntoView()`)
		p.screenshot("replay", false)
		p.run(`swarmsim.peers.show(3)`)
		p.waitFor(`document.querySelector("#peer canvas")`)
		p.screenshot("peer", false)
	}
}

// openReport opens a report and waits until it can be used.
func openReport(t *testing.T, results string, l look) *tab {
	t.Helper()
	p := open(t, filepath.Join(results, "report.html"), l)
	p.waitFor(`document.documentElement.classList.contains("ready")`)
	return p
}

// columns reads a CSV file of the record.
func columns(t *testing.T, path string) map[string][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for i, name := range rows[0] {
		for _, row := range rows[1:] {
			out[name] = append(out[name], row[i])
		}
	}
	return out
}

// numbers returns the values of cells; an empty one is null.
func numbers(t *testing.T, cells []string) []*float64 {
	t.Helper()
	out := make([]*float64, len(cells))
	for i, c := range cells {
		if c == "" {
			continue
		}
		x, err := strconv.ParseFloat(c, 64)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = &x
	}
	return out
}

// same reports whether two lists have the same numbers, and nulls in the same places.
func same(a, b []*float64) bool {
	return slices.EqualFunc(a, b, func(x, y *float64) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) })
}

// What charts draw is what the files of the record say.
func TestChartsEqualTheRecord(t *testing.T) {
	needChromium(t)
	results := playScenario(t, smallScenario)
	p := openReport(t, results, desktop)
	series, peers := columns(t, filepath.Join(results, "timeseries.csv")), columns(t, filepath.Join(results, "peers.csv"))
	drawn := func(id string) [][]*float64 {
		return eval[[][]*float64](p, fmt.Sprintf(`swarmsim.charts.find((c) => c.chart.id === %q).data.map((column) => Array.from(column))`, id))
	}
	for id, names := range map[string][]string{
		"throughput":    {"t_s", "goodput_Bps", "upload_Bps", "download_Bps"},
		"population":    {"t_s", "leechers", "seeds"},
		"copies":        {"t_s", "copies_max", "copies_mean", "copies_min"},
		"download-rate": {"t_s", "fast:down_Bps", "slow:down_Bps"},
		"entropy":       {"t_s", "piece_entropy"},
	} {
		got := drawn(id)
		if len(got) != len(names) {
			t.Errorf("%s has %d columns, want %d", id, len(got), len(names))
			continue
		}
		for i, name := range names {
			if !same(got[i], numbers(t, series[name])) {
				t.Errorf("%s does not show the column %s", id, name)
			}
		}
	}
	for id, column := range map[string]string{"completion": "download_s", "completed": "completed_s", "share-ratio": "share_ratio"} {
		checkDistribution(t, id, drawn(id), peers, column)
	}
	heat := columns(t, filepath.Join(results, "availability.csv"))
	for bin, got := range eval[[][]*float64](p, `swarmsim.record.heat.bins`) {
		if name := fmt.Sprintf("piece_%d", bin); !same(got, numbers(t, heat[name])) {
			t.Errorf("the heat map does not show %s", name)
		}
	}
}

// checkDistribution compares the lines of a distribution, one a group, with a column of peers.csv.
func checkDistribution(t *testing.T, id string, drawn [][]*float64, peers map[string][]string, column string) {
	t.Helper()
	values := numbers(t, peers[column])
	for i, group := range []string{"fast", "slow"} {
		members := 0
		for r := range values {
			if peers["group"][r] == group {
				members++
			}
		}
		for k, x := range drawn[0] {
			n := 0
			for r, v := range values {
				if peers["group"][r] == group && v != nil && *v <= *x {
					n++
				}
			}
			if got := *drawn[i+1][k]; got != 100*float64(n)/float64(members) {
				t.Errorf("%s: %v %% of %s have at most %v, want %d of %d", id, got, group, *x, n, members)
				return
			}
		}
	}
}

// A time that is chosen in the charts is that of the replay, too, and the other way round.
func TestChartsAndReplayShareATime(t *testing.T) {
	p := openReport(t, playScenario(t, smallScenario), desktop)
	p.waitFor(`swarmsim.replay`)
	p.run(`swarmsim.cursor.set(12)`)
	if at := eval[float64](p, `swarmsim.replay.time()`); at != 12 {
		t.Errorf("the replay is at %v s, and the charts at 12 s", at)
	}
	p.run(`swarmsim.replay.seek(20)`)
	if at := eval[float64](p, `swarmsim.cursor.get()`); at != 20 {
		t.Errorf("the charts are at %v s, and the replay at 20 s", at)
	}
}

// The table of peers sorts, filters and says what a filter means that it does not know.
func TestTableOfPeers(t *testing.T) {
	needChromium(t)
	results := playScenario(t, smallScenario)
	p := openReport(t, results, desktop)
	p.typeInto(".table-filter", "slow uploaded_bytes>=0")
	p.waitFor(`document.querySelector(".table-count").textContent.startsWith("5 of 12")`)
	p.run(`[...document.querySelectorAll(".peers th button")].find((b) => b.textContent === "uploaded bytes").click()`)
	p.waitFor(`document.querySelector("[aria-sort=ascending] button")?.textContent === "uploaded bytes"`)
	peers := columns(t, filepath.Join(results, "peers.csv"))
	sent := numbers(t, peers["uploaded_bytes"])
	var before float64
	for _, number := range eval[[]int](p, `swarmsim.table.rows()`) {
		x := *sent[number-1]
		if x < before || peers["group"][number-1] != "slow" {
			t.Errorf("peer %d, which sent %v, follows one that sent %v", number, x, before)
		}
		before = x
	}
	p.setValue(".table-filter", "speed>3")
	p.waitFor(`document.querySelector(".table-error").textContent === "There is no column speed."`)
	p.setValue(".table-filter", "")
	p.click(".peers tbody tr:nth-child(3) .peer-link")
	p.waitFor(`document.querySelector("#peer h3")?.textContent.startsWith("Peer ")`)
	p.run(`document.querySelector(".timeline-slider").focus()`)
	p.press(kb.ArrowRight)
	p.waitFor(`swarmsim.cursor.get() !== null`)
}

const hostileText = `<img src=x onerror="document.title='owned'"></script><script>document.title='owned'</script>` + "\u2028"

// Names from a scenario are texts, whatever they say.
func TestHostileNames(t *testing.T) {
	needChromium(t)
	results := playScenario(t, smallScenario+"about: '"+strings.ReplaceAll(hostileText, "'", "''")+"'\n")
	for _, name := range []string{"summary.json", "peers.csv", "timeseries.csv"} { // as a stranger may have written them
		path := filepath.Join(results, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		hostile := `<b onclick=x></script><script>document.title=1</script>`
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "slow", hostile)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	swarmsim(t, "report", results)
	p := openReport(t, results, desktop)
	p.run(`swarmsim.peers.show(9)`)
	p.waitFor(`document.querySelector("#peer h3")`)
	if title := eval[string](p, `document.title`); title != "small - swarmsim" {
		t.Errorf("the title is %q", title)
	}
	if !eval[bool](p, `document.body.innerText.includes("<b onclick=x>") && document.querySelectorAll("img, b[onclick]").length === 0`) {
		t.Error("a name is not shown as text")
	}
}

// A swarm of a thousand peers: the report is of moderate size, and the replay of the sample is smooth.
// The limits on time are for people, and measured: go test -run Thousand -v.
func TestThousandPeers(t *testing.T) {
	needChromium(t)
	if testing.Short() || os.Getenv("SWARMSIM_SCREENSHOTS") == "" {
		t.Skip("takes a minute: set SWARMSIM_SCREENSHOTS to a folder")
	}
	results := playScenario(t, strings.NewReplacer("count: 6", "count: 600", "count: 5", "count: 400", "4 MiB", "16 MiB").Replace(smallScenario))
	info, err := os.Stat(filepath.Join(results, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	p := openReport(t, results, desktop)
	t.Logf("%d peers: %.1f MB, ready after %.0f ms", eval[int](p, `swarmsim.table.rows().length`), float64(info.Size())/1e6, eval[float64](p, `swarmsim.readyMS`))
	if info.Size() > 10e6 {
		t.Errorf("the report has %d bytes", info.Size())
	}
	p.run(`document.getElementById("watch").scrollIntoView(); swarmsim.replay.play()`)
	n, longest := p.frames(5 * time.Second)
	t.Logf("%.1f frames a second, the longest took %v", float64(n)/5, longest)
	p.screenshot("thousand", false)
}
