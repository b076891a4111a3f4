package format

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"swarmsim/bench"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(pageStyle) },
	// The page has no script and loads nothing; its only style is the one with this digest.
	"policy": func() string {
		sum := sha256.Sum256([]byte(pageStyle))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'"
	},
}).Parse(pageText))

// PageName is the name of the page's format.
const PageName = "html"

// A Page writes the self-contained page.
type Page struct {
	// Report returns the address of the report of a run, as a link of the page: a relative path
	// with slashes. It may be nil, and may return "".
	Report func(c *bench.Cell, seed uint64) string
}

// writePage writes the page without links to reports.
func writePage(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	return (&Page{}).Write(w, r, c)
}

// The data of page.html.
type (
	pageData struct {
		Suite, Program, Base string
		Verdict              string
		Columns              []string
		Rows                 []pageRow
		Legend               []pageMark
		Cells                []*pageCell
	}
	pageRow struct {
		Case  string
		Cells []*pageCell // nil where the suite has no such cell
	}
	pageCell struct {
		ID           string
		Name         string
		Mark         pageMark
		Headline     string
		Note         string
		Version      string
		Seeds        string
		Compared     bool
		Metrics      []pageMetric
		Replays      []pageReplay
		Case, Column string
	}
	pageMetric struct {
		Metric, Before, After, Change, Interval, Moved string
		Tolerance, Better                              string
		Mark                                           pageMark
	}
	pageReplay struct{ Metrics, Seed, Command, Report string }
	// pageMark is a verdict: a sign, whose shape does not depend on colour, a word, and a class.
	pageMark struct{ Sign, Word, Class string }
)

var pageMarks = map[bench.Outcome]pageMark{
	bench.Same:            {"=", "same", "same"},
	bench.Better:          {"✓", "better", "better"},
	bench.Worse:           {"✗", "worse", "worse"},
	bench.Changed:         {"≠", "changed", "changed"},
	bench.ScenarioChanged: {"?", "scenario changed", "apart"},
	bench.Unsupported:     {"–", "not supported", "apart"},
	bench.Added:           {"+", "new", "apart"},
	bench.Removed:         {"−", "removed", "apart"},
}

// measured is the mark of a cell that has no baseline.
var measured = pageMark{"·", "measured", "same"}

// Write writes the page: a table of cases and subjects, each cell its verdict, and behind each
// cell its numbers and the commands that play its worst seeds again.
func (p *Page) Write(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	data := pageData{}
	if r != nil {
		data.Suite, data.Program = oneLine(r.Suite), oneLine(r.Program)
	}
	if c != nil {
		data.Suite, data.Program, data.Base = oneLine(c.Suite), oneLine(c.New), oneLine(c.Base)
	}
	all := cells(r, c)
	data.Verdict = verdict(all, c)
	for i := range all {
		x := p.cell(&all[i], fmt.Sprintf("cell-%d", i+1))
		data.Cells = append(data.Cells, x)
		if !slices.Contains(data.Columns, x.Column) {
			data.Columns = append(data.Columns, x.Column)
		}
		if !slices.Contains(data.Legend, x.Mark) {
			data.Legend = append(data.Legend, x.Mark)
		}
	}
	data.Rows = pageRows(data.Columns, data.Cells)
	return pageTemplate.Execute(w, &data)
}

// pageRows arranges the cells in a table.
func pageRows(columns []string, all []*pageCell) []pageRow {
	var rows []pageRow
	at := map[string]int{}
	for _, c := range all {
		k, known := at[c.Case]
		if !known {
			k = len(rows)
			at[c.Case] = k
			rows = append(rows, pageRow{c.Case, make([]*pageCell, len(columns))})
		}
		rows[k].Cells[slices.Index(columns, c.Column)] = c
	}
	return rows
}

// verdict says in a sentence what became of the suite.
func verdict(all []cell, c *bench.Comparison) string {
	if c == nil {
		return plural(len(all), "cell") + ", without a baseline."
	}
	count := map[bench.Outcome]int{}
	for i := range all {
		if x := all[i].compared; x != nil {
			count[x.Outcome]++
		}
	}
	text := fmt.Sprintf("%s of %d worse", plural(count[bench.Worse], "cell"), len(all))
	for _, o := range []bench.Outcome{
		bench.Changed, bench.Better, bench.ScenarioChanged, bench.Unsupported, bench.Added, bench.Removed,
	} {
		if count[o] > 0 {
			text += fmt.Sprintf(", %d %s", count[o], pageMarks[o].Word)
		}
	}
	return text + "."
}

// cell returns a cell of the page.
func (p *Page) cell(c *cell, id string) *pageCell {
	out := &pageCell{
		ID: id, Case: oneLine(c.Case), Column: oneLine(c.column()), Name: oneLine(c.name()), Mark: measured,
	}
	if c.result != nil {
		out.Version = oneLine(c.result.Version)
		out.Seeds = plural(len(c.result.Seeds), "seed") + ": " + list(c.result.Seeds)
		if len(c.result.Seeds) == 0 {
			out.Seeds = ""
		}
	}
	switch {
	case c.compared != nil:
		out.Mark, out.Note = pageMarks[c.compared.Outcome], oneLine(c.compared.Note)
	case c.unsupported() != "":
		out.Mark, out.Note = pageMarks[bench.Unsupported], oneLine(c.unsupported())
	}
	if c.compared != nil && len(c.compared.Metrics) > 0 {
		out.Compared = true
		p.compared(out, c)
	} else if c.result != nil {
		out.measured(c.result)
	}
	return out
}

// compared fills in the metrics of a cell that is compared.
func (p *Page) compared(out *pageCell, c *cell) {
	for i := range c.compared.Metrics {
		m := &c.compared.Metrics[i]
		before, after := "", ""
		if !math.IsNaN(m.Before) || !math.IsNaN(m.After) {
			before, after = values(m)
		}
		x := pageMetric{
			Metric: oneLine(m.Metric), Before: before, After: after, Mark: pageMarks[m.Outcome],
			Better: directionWords[m.Direction],
		}
		if m.Outcome != bench.Same || m.Moved > 0 {
			x.Change, x.Interval = change(m), interval(m)
			x.Moved = fmt.Sprintf("%d of %d", m.Moved, c.compared.Seeds)
		}
		if m.Tolerance > 0 {
			x.Tolerance = fmt.Sprintf("± %.3g %%", 100*m.Tolerance)
		}
		out.Metrics = append(out.Metrics, x)
	}
	one := []cell{*c}
	for _, o := range []bench.Outcome{bench.Worse, bench.Changed, bench.Better} {
		all := movedMetrics(one, o)
		if len(all) > 0 && out.Headline == "" && o == c.compared.Outcome {
			out.Headline = strings.TrimSpace(oneLine(all[0].metric.Metric)+" "+change(all[0].metric)) + more(len(all)-1)
		}
		for _, m := range all {
			out.replay(m.metric, p.report(c, m.metric.WorstSeed))
		}
	}
}

// more says how many metrics moved besides the first.
func more(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// report returns the address of the report of a run, or "".
func (p *Page) report(c *cell, seed uint64) string {
	if p.Report == nil || c.result == nil {
		return ""
	}
	return p.Report(c.result, seed)
}

// replay adds the command that plays a metric's worst seed again, once for all metrics with the
// same command.
func (c *pageCell) replay(m *bench.MetricComparison, report string) {
	if m.Replay == "" && report == "" {
		return
	}
	for i := range c.Replays {
		if r := &c.Replays[i]; r.Command == printable(m.Replay) {
			r.Metrics += ", " + oneLine(m.Metric)
			return
		}
	}
	c.Replays = append(c.Replays, pageReplay{oneLine(m.Metric), fmt.Sprint(m.WorstSeed), printable(m.Replay), report})
}

// measured fills in the metrics of a cell that has no baseline.
func (c *pageCell) measured(r *bench.Cell) {
	for i := range r.Metrics {
		m := &r.Metrics[i]
		s := summarize(m.Values)
		x := pageMetric{
			Metric: oneLine(m.Metric), After: number(s.Mean, m.Unit, usualPrecision), Better: directionWords[m.Direction],
		}
		if s.Low < s.High {
			x.Interval = number(s.Low, "", usualPrecision) + " to " + number(s.High, m.Unit, usualPrecision)
		}
		c.Metrics = append(c.Metrics, x)
	}
}
