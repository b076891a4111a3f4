package browser

import (
	"path/filepath"
	"testing"
)

const smallScenario = `
name: small
content: {size: 4 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 10, link: {up: 200 kB/s, down: 1 MB/s}}
`

func TestReportLoads(t *testing.T) {
	needChromium(t)
	results := playScenario(t, smallScenario)
	for _, l := range looks {
		p := open(t, filepath.Join(results, "report.html"), l)
		p.waitFor(`document.readyState === "complete" && document.body.innerText.includes("small")`)
		if asked := p.asked(); len(asked) != 1 {
			t.Errorf("%s: the report asks for %q, not for itself alone", l.name, asked)
		}
		p.screenshot("report", false)
		p.screenshot("report-whole", true)
	}
}
