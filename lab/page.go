package lab

import (
	"fmt"
	"io"
	"strings"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

// draw makes the pictures and the page that holds everything.
func (p *Plan) draw(rows Rows, o *Outcome, create record.Create) error {
	var plots []reports.Plot
	for _, d := range p.pictures(rows, o) {
		plot, err := d.Plot()
		if err != nil {
			return err
		}
		if err := plot.Write(create); err != nil {
			return fmt.Errorf("plot %s: %w", plot.File, err)
		}
		plots = append(plots, plot)
	}
	base, err := p.Cells[p.baseline()].played.Print()
	if err != nil {
		return err
	}
	s := &reports.Sheet{Title: o.Sweep, Sub: strings.TrimSpace(o.About + " " + capital(o.how()) + "."), Lead: []string{capital(o.Found) + "."}}
	s.Parts = append(s.Parts, reports.Part{Items: sentences(o.Notes)})
	if len(o.Expectations) > 0 {
		table := [][]string{{"", "expectation", "actual"}}
		for _, e := range o.Expectations {
			table = append(table, []string{metText(e.Met), e.Expect, e.Actual})
		}
		s.Parts = append(s.Parts, reports.Part{Title: "Expectations", Table: table})
	}
	s.Parts = append(s.Parts, reports.Part{Plots: plots},
		reports.Part{Title: "All numbers", Text: "Changes are against " + o.Baseline + "; an effect size is Hedges' g; p is corrected for the number of comparisons (Holm).", Table: o.fullTable()})
	if len(o.Comparisons) == 0 {
		s.Parts[len(s.Parts)-1].Text = ""
	}
	if n := len(o.Comparisons); n > 1 && n <= maxShown {
		var all []string
		for i := range o.Comparisons {
			all = append(all, o.Comparisons[i].Sentence(n))
		}
		s.Parts = append(s.Parts, reports.Part{Title: "Comparison by comparison", Items: sentences(all)})
	}
	title := "The scenario, resolved"
	if len(p.Cells) > 1 {
		title += ", at the first point and variant compared with"
	}
	s.Parts = append(s.Parts, reports.Part{Title: title, Pre: string(base)})
	return writeWith(create, PageFile, func(w io.Writer) error { return s.Write(w) })
}

func metText(met bool) string {
	if met {
		return "met"
	}
	return "NOT MET"
}

func sentences(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, capital(t)+".")
	}
	return out
}
