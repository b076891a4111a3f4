package reports

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"swarmsim/reports/page"
	"swarmsim/sim/record"
)

//go:embed page.html
var pageText string

var runPage = template.Must(template.New("page").Funcs(template.FuncMap{
	"size":      Size,
	"duration":  func(s record.Seconds) string { return duration(float64(s)) },
	"times":     times,
	"clock":     clock,
	"style":     func() template.CSS { return template.CSS(page.RunStyle) },
	"script":    func() template.JS { return template.JS(page.RunScript) },
	"policy":    func() string { return page.Policy(page.RunScript, page.RunStyle) },
	"ratio":     shareRatio,
	"completed": func(s *record.Summary, g record.Group) string { return completedText(s, &g) },
}).Parse(pageText))

// pageData is the data of page.html.
type pageData struct {
	Summary  *record.Summary
	Ending   string
	Lead     []string // what happened
	Facts    []shownFact
	Story    []paragraph // the author's introduction
	Scenario string
	Replay   bool
	Blocks   template.HTML // data for the script
}

type shownFact struct{ Name, Text string }

type shownPlot struct {
	Plot
	Picture template.HTML
}

// PageFile is the self-contained page of a results folder.
const PageFile = "report.html"

// Write writes the plots and the page of a record. scenario is the text of the resolved
// scenario, for the page.
func Write(r *Record, scenario string, create record.Create) error {
	plots, err := Plots(r)
	if err != nil {
		return err
	}
	data := pageData{Summary: &r.Summary, Ending: ending(&r.Summary), Lead: lead(&r.Summary), Scenario: scenario, Story: story(scenario)}
	for _, f := range facts(&r.Summary) {
		data.Facts = append(data.Facts, shownFact{f.name, f.text})
	}
	for _, p := range plots {
		if err := p.Write(create); err != nil {
			return fmt.Errorf("plot %s: %w", p.File, err)
		}
	}
	if data.Blocks, data.Replay, err = runBlocks(r); err != nil {
		return err
	}
	f, err := create(PageFile)
	if err != nil {
		return err
	}
	if err := runPage.Execute(f, &data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// runBlocks returns the script elements with the data of a run, and whether there is a replay.
func runBlocks(r *Record) (blocks template.HTML, replay bool, err error) {
	var out strings.Builder
	if err := addBlock(&out, "data-record", PageData(r)); err != nil {
		return "", false, err
	}
	data, err := ReplayData(r)
	if err != nil {
		return "", false, err
	}
	if data != nil {
		if err := addBlock(&out, "data-replay", data); err != nil {
			return "", false, err
		}
	}
	return template.HTML(out.String()), data != nil, nil //nolint:gosec // base64
}

// addBlock adds a script element with data.
func addBlock(out *strings.Builder, id string, data any) error {
	text, err := page.Block(data)
	fmt.Fprintf(out, "<script type=\"application/octet-stream\" id=\"%s\">%s</script>\n", id, text)
	return err
}

// paragraph is a paragraph of text, or a command.
type paragraph struct {
	Text    string
	Command bool
}

// story returns the comment at the top of the scenario. Its indented lines are commands.
func story(scenario string) []paragraph {
	var out []paragraph
	open := false // the last paragraph continues
	for line := range strings.Lines(scenario) {
		text, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		command := strings.HasPrefix(text, "  ")
		text = strings.TrimSpace(text)
		switch {
		case text == "":
			open = false
			continue
		case open && !command && !out[len(out)-1].Command:
			out[len(out)-1].Text += " " + text
			continue
		}
		out, open = append(out, paragraph{text, command}), true
	}
	return out
}

// show draws a plot for a page, without its title.
func show(p Plot) (shownPlot, error) {
	title := p.figure.Title.Text
	p.figure.Title.Text = "" // the page has a heading instead
	defer func() { p.figure.Title.Text = title }()
	var svg bytes.Buffer
	if _, err := p.WriteTo(&svg); err != nil {
		return shownPlot{}, err
	}
	text := svg.Bytes()
	if i := bytes.Index(text, []byte("<svg")); i >= 0 { // without the XML prologue
		text = text[i:]
	}
	return shownPlot{p, template.HTML(text)}, nil //nolint:gosec // made by this package
}
