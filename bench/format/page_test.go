package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"swarmsim/bench"
)

// parsePage parses a page and returns its elements with their attributes, in order.
func parsePage(t *testing.T, text string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}

func elements(all []*html.Node, name string) []*html.Node {
	return slices.DeleteFunc(slices.Clone(all), func(n *html.Node) bool { return n.Data != name })
}

// Every cell has a verdict in words and a sign, and opens its numbers, its report and its command.
func TestPage(t *testing.T) {
	r, c := example()
	var out bytes.Buffer
	p := &Page{Report: func(c *bench.Cell, seed uint64) string { return c.Case + "/report.html" }}
	if err := p.Write(&out, r, c); err != nil {
		t.Fatal(err)
	}
	all := parsePage(t, out.String())
	var verdicts []string
	for _, b := range elements(all, "button") {
		if attribute(b, "popovertargetaction") == "" {
			verdicts = append(verdicts, strings.TrimSpace(textOf(b)))
		}
	}
	want := []string{
		"✗ worsefairness -8.16 % and 1 more", "✓ bettercompletion_p50 +4.17 %", "? scenario changed", "– not supported",
		"= same", "− removed",
	}
	if !slices.Equal(verdicts, want) {
		t.Errorf("the verdicts are %q, not %q", verdicts, want)
	}
	sections := elements(all, "section")
	if len(sections) != 6 {
		t.Fatalf("%d sections", len(sections))
	}
	text := textOf(sections[0])
	for _, want := range []string{"completion_p50", "12.5 s", "+4.17 %", "2 of 3", "seed 7", "bench play standard --case flash-8 --subject default --seed 7", "± 2 %"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
	if links := elements(all, "a"); len(links) != 3 || attribute(links[0], "href") != "flash-8/report.html" {
		t.Errorf("%d links", len(links))
	}
	if !strings.Contains(textOf(sections[3]), "the program has no NAT") {
		t.Error("why a case is not supported is missing")
	}
	if !strings.Contains(out.String(), "1 cell of 6 worse, 1 better, 1 scenario changed, 1 not supported, 1 removed. Baseline v0.8.0, compared with v0.9.0.") {
		t.Error("the sentence of the verdict is another")
	}
}

// Without a baseline the page has the numbers.
func TestPageWithoutBaseline(t *testing.T) {
	r, _ := example()
	all := parsePage(t, write(t, "html", r, nil))
	if text := textOf(elements(all, "section")[1]); !strings.Contains(text, "20.375 s20 to 20.75 s") {
		t.Errorf("the numbers are %s", text)
	}
}

// The page loads nothing, runs nothing and holds no markup from names.
func TestPageHostile(t *testing.T) {
	r, c := hostileExample()
	p := &Page{Report: func(c *bench.Cell, seed uint64) string { return "javascript:" + c.Case }}
	var out bytes.Buffer
	if err := p.Write(&out, r, c); err != nil {
		t.Fatal(err)
	}
	all := parsePage(t, out.String())
	known := strings.Fields("html head meta title style body h1 h2 p div table thead tbody tr th td button span small section header a pre")
	for _, n := range all {
		if !slices.Contains(known, n.Data) {
			t.Errorf("element %s", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "src" || a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("%s=%q of %s", a.Key, a.Val, n.Data)
			}
		}
	}
	sections := elements(all, "section")
	if len(sections) != len(hostile) || len(elements(all, "style")) != 1 {
		t.Errorf("%d sections for %d cells, %d styles", len(sections), len(hostile), len(elements(all, "style")))
	}
	for i, s := range sections {
		if !strings.Contains(textOf(s), oneLine(hostile[i])) {
			t.Errorf("%q is missing in %s", hostile[i], textOf(s))
		}
	}
}

// The policy allows the page's own style and nothing else.
func TestPagePolicy(t *testing.T) {
	all := parsePage(t, write(t, "html", nil, nil))
	sum := sha256.Sum256([]byte(textOf(elements(all, "style")[0])))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	if got := attribute(elements(all, "meta")[1], "content"); got != want {
		t.Errorf("the policy is %s, not %s", got, want)
	}
}
