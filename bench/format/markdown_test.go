package format

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"swarmsim/bench"
)

// rendered renders Markdown as GitHub does: with its tables and its links, and with HTML.
func rendered(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := md.Convert([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What is worse comes first and most first, what is better has a table of its own.
func TestMarkdown(t *testing.T) {
	r, c := example()
	text := write(t, "markdown", r, c)
	page := rendered(t, text)
	if !strings.Contains(page, "<h3>Suite <code>standard</code>: 2 metrics worse, 1 metric better</h3>") {
		t.Errorf("the heading is another:\n%s", page)
	}
	at := 0
	for _, want := range []string{
		"<strong>Worse</strong>", "<code>fairness</code>", "-8.16 % (-10 % to -6 %)",
		"<code>completion_p50</code>", "<td style=\"text-align:right\">12.5 s</td>", "+4.17 %", "<summary>Play the worst seeds again</summary>",
		"# flash-8 / default / fairness\nbench play standard --case flash-8 --subject default --seed 1\n",
		"<strong>Better</strong>", "<code>anacrolix</code>",
		"<strong>Not compared</strong>", "<code>natted / default</code>: scenario changed (digest a1 before, a2 now)",
		"<code>old / default</code>: removed",
	} {
		i := strings.Index(page[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing, or is out of order, in\n%s", want, page)
		}
		at += i
	}
	if strings.Contains(page, "the program has no NAT") {
		t.Error("what is not supported is no news")
	}
}

// Nothing is written if nothing moved.
func TestMarkdownSilence(t *testing.T) {
	r, c := example()
	c.Cells = []bench.CellComparison{
		{Case: "flash-8", Subject: "default", Metrics: []bench.MetricComparison{{Metric: "fairness", Before: 1, After: 1}}},
		{Case: "natted", Subject: "anacrolix", Outcome: bench.Unsupported, Note: "no NAT"},
	}
	if text := write(t, "markdown", r, c); text != "" {
		t.Errorf("wrote\n%s", text)
	}
	if text := write(t, "markdown", r, nil); text != "" {
		t.Errorf("without a baseline, wrote\n%s", text)
	}
}

// Names are text: no element, link, mention or cell of a table comes from them.
func TestMarkdownHostile(t *testing.T) {
	r, c := hostileExample()
	page := rendered(t, write(t, "markdown", r, c))
	for _, forbidden := range []string{"<script", "<a ", "<img", "<em>", "</style>", "<!--"} {
		if strings.Contains(page, forbidden) {
			t.Errorf("%s comes from a name", forbidden)
		}
	}
	rows := strings.Count(page, "<tr>")
	if cells := strings.Count(page, "<td"); cells != 7*(rows-3) {
		t.Errorf("%d cells in %d rows of 7, 3 of them heads", cells, rows)
	}
	for i, name := range hostile {
		if i%4 == 3 {
			continue // in the list instead
		}
		if want := "<td><code>" + escapedHTML(oneLine(name)) + "</code></td>"; !strings.Contains(page, want) {
			t.Errorf("%s is missing in\n%s", want, page)
		}
	}
	if open, closed := strings.Count(page, "<details>"), strings.Count(page, "</details>"); open != 1 || closed != 1 {
		t.Errorf("%d of details, %d closed", open, closed)
	}
}

func escapedHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// A long comment says how much it leaves out, and stays below GitHub's limit.
func TestMarkdownIsBounded(t *testing.T) {
	c := &bench.Comparison{}
	for range 2000 {
		c.Cells = append(c.Cells, bench.CellComparison{Case: strings.Repeat("x", 100), Outcome: bench.Worse, Metrics: []bench.MetricComparison{
			{Metric: "m", Outcome: bench.Worse, Before: 0, After: 1, Relative: math.NaN(), Replay: "play"},
		}})
	}
	text := write(t, "markdown", nil, c)
	if !strings.Contains(text, "... and 1950 more.") || len(text) > 65536 {
		t.Errorf("%d bytes", len(text))
	}
}
