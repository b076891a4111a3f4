package reports

import (
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"io"
	"regexp"
	"strings"

	"swarmsim/reports/page"
)

// Sheet is a self-contained page of tables and plots, about more than one run.
type Sheet struct {
	Title, Sub string
	Lead       []string // the main results, in sentences
	Data       *page.Sheet
	Parts      []Part
}

// Part is a section of a sheet. Every field is optional.
type Part struct {
	Title string
	Text  string
	Items []string   // a bulleted list
	Links []Link     // another
	Table [][]string // the first row has the headings
	Plots []Plot
	Pre   string // preformatted text
}

// Link leads to a file beside the page.
type Link struct {
	Href, Text string
	Note       string // after the link
}

//go:embed sheet.html
var sheetText string

var sheet = template.Must(template.New("sheet").Funcs(template.FuncMap{
	"style":  func() template.CSS { return template.CSS(page.SheetStyle) },
	"script": func() template.JS { return template.JS(page.SheetScript) },
	"policy": func() string { return page.Policy(page.SheetScript, page.SheetStyle) },
	"mark": func(cell string) string {
		return map[string]string{"met": "met", "differs": "met", "NOT MET": "unmet"}[cell]
	},
}).Parse(sheetText))

// shownPart is a Part as sheet.html needs it.
type shownPart struct {
	Part
	Head     []string
	Rows     [][]string
	Pictures []shownPlot
}

// Write writes the page.
func (s *Sheet) Write(w io.Writer) error {
	var parts []shownPart
	for _, p := range s.Parts {
		shown := shownPart{Part: p}
		if len(p.Table) > 0 {
			shown.Head, shown.Rows = p.Table[0], p.Table[1:]
		}
		for _, plot := range p.Plots {
			picture, err := show(plot)
			if err != nil {
				return err
			}
			picture.Picture = plainPicture(picture.Picture, plot.Title)
			shown.Pictures = append(shown.Pictures, picture)
		}
		parts = append(parts, shown)
	}
	blocks, err := s.blocks()
	if err != nil {
		return err
	}
	return sheet.Execute(w, struct {
		Title, Sub string
		Lead       []string
		Charts     bool
		Replays    int
		Blocks     template.HTML
		Parts      []shownPart
	}{s.Title, s.Sub, s.Lead, s.Data != nil && len(s.Data.Charts) > 0, s.replays(), blocks, parts})
}

func (s *Sheet) replays() int {
	if s.Data == nil {
		return 0
	}
	return len(s.Data.Replays)
}

// blocks returns the script elements with the data.
func (s *Sheet) blocks() (template.HTML, error) {
	if s.Data == nil {
		return "", nil
	}
	var out strings.Builder
	if err := addBlock(&out, "data-sheet", s.Data); err != nil {
		return "", err
	}
	for i, r := range s.Data.Replays {
		if err := addBlock(&out, fmt.Sprintf("data-replay-%d", i), r.Data); err != nil {
			return "", err
		}
	}
	return template.HTML(out.String()), nil //nolint:gosec // base64
}

var styleAttribute = regexp.MustCompile(`style="([^"]*)"`)

// plainPicture replaces the styles in the elements of a picture, which the page's policy forbids, by
// attributes, and gives it a text alternative.
func plainPicture(svg template.HTML, title string) template.HTML {
	text := styleAttribute.ReplaceAllStringFunc(string(svg), func(attribute string) string {
		var out []string
		for _, declaration := range strings.Split(styleAttribute.FindStringSubmatch(attribute)[1], ";") {
			if name, value, ok := strings.Cut(declaration, ":"); ok {
				out = append(out, fmt.Sprintf(`%s="%s"`, strings.TrimSpace(name), strings.TrimSpace(value)))
			}
		}
		return strings.Join(out, " ")
	})
	text = strings.Replace(text, "<svg ", fmt.Sprintf(`<svg role="img" aria-label="%s" `, html.EscapeString(title)), 1)
	return template.HTML(text) //nolint:gosec // made by this package
}
