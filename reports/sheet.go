package reports

import (
	_ "embed"
	"html/template"
	"io"
)

// Sheet is a self-contained page of tables and plots, about more than one run.
type Sheet struct {
	Title, Sub string
	Lead       []string // the main results, in sentences
	Parts      []Part
}

// Part is a section of a sheet. Every field is optional.
type Part struct {
	Title string
	Text  string
	Items []string   // a bulleted list
	Table [][]string // the first row has the headings
	Plots []Plot
	Pre   string // preformatted text
}

//go:embed sheet.html
var sheetText string

var sheet = template.Must(template.New("sheet").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(pageStyle) },
	"mark": func(cell string) string {
		return map[string]string{"met": "met", "differs": "met", "NOT MET": "unmet"}[cell]
	},
}).Parse(sheetText))

// Write writes the page.
func (s *Sheet) Write(w io.Writer) error {
	type part struct {
		Part
		Head     []string
		Rows     [][]string
		Pictures []shownPlot
	}
	var parts []part
	for _, p := range s.Parts {
		shown := part{Part: p}
		if len(p.Table) > 0 {
			shown.Head, shown.Rows = p.Table[0], p.Table[1:]
		}
		for _, plot := range p.Plots {
			picture, err := show(plot)
			if err != nil {
				return err
			}
			shown.Pictures = append(shown.Pictures, picture)
		}
		parts = append(parts, shown)
	}
	return sheet.Execute(w, struct {
		Title, Sub string
		Lead       []string
		Parts      []part
	}{s.Title, s.Sub, s.Lead, parts})
}
