package lab

import (
	"fmt"
	"io"
	"strings"

	"swarmsim/lab/trial"
	"swarmsim/reports"
	"swarmsim/sim/record"
)

// draw draws the plots and writes the page.
func (p *Plan) draw(rows trial.Rows, o *SweepResult, create record.Create) error {
	var plots []reports.Plot
	for _, c := range p.charts(rows, o) {
		plot, err := c.Plot()
		if err != nil {
			return err
		}
		if err := plot.Write(create); err != nil {
			return fmt.Errorf("plot %s: %w", plot.File, err)
		}
		plots = append(plots, plot)
	}
	resolved := *p.Cells[p.baseline()].trial.Scenario
	resolved.Comment = "" // a sweep that is read from its results has the scenario without its comment
	base, err := resolved.Print()
	if err != nil {
		return err
	}
	s := &reports.Sheet{
		Title: o.Sweep,
		Sub:   strings.TrimSpace(o.About + " " + o.capitalize(o.description()) + "."),
		Lead:  []string{o.capitalize(o.Conclusion) + "."},
		Data:  p.sheetData(rows, o),
		Parts: []reports.Part{{Items: o.sentences(o.Notes)}},
	}
	if o.Tournament != nil {
		s.Parts = append([]reports.Part{{Items: o.sentences(o.Tournament.Findings)}}, s.Parts...)
	}
	if len(o.Expectations) > 0 {
		s.Parts = append(s.Parts, o.expectationsPart())
	}
	if len(o.Replays) > 0 {
		s.Parts = append(s.Parts, p.replaysPart(rows, o))
	}
	s.Parts = append(s.Parts, reports.Part{Plots: plots}, o.numbersPart())
	if n := len(o.Comparisons); n > 1 && n <= maxPrinted {
		var all []string
		for i := range o.Comparisons {
			all = append(all, o.Comparisons[i].Sentence(n))
		}
		s.Parts = append(s.Parts, reports.Part{Title: "All comparisons", Items: o.sentences(all)})
	}
	title := "The resolved scenario"
	if o.Tournament != nil {
		title += " of the default alone"
	} else if len(p.Cells) > 1 {
		title += ", at the first point with the baseline variant"
	}
	s.Parts = append(s.Parts, reports.Part{Title: title, Pre: string(base)})
	return writeFile(create, PageFile, s.Write)
}

func (o *SweepResult) expectationsPart() reports.Part {
	table := [][]string{{"", "expectation", "actual"}}
	for _, e := range o.Expectations {
		verdict := "met"
		if !e.Met {
			verdict = "NOT MET"
		}
		table = append(table, []string{verdict, e.Expect, e.Actual})
	}
	return reports.Part{Title: "Expectations", Table: table}
}

func (o *SweepResult) numbersPart() reports.Part {
	part := reports.Part{Title: "All numbers", Table: o.table(maxOnPage)}
	if o.Tournament != nil {
		part.Title, part.Text = "Ranking", "Score is the mean of the other measures, which are shares. It is compared with that of the "+
			"default; corrected p is p corrected for the comparisons of all measures (Holm)."
		return part
	}
	if len(o.Comparisons) > 0 {
		part.Text = "Changes are relative to " + o.Baseline + "; effect sizes are Hedges' g; " +
			"corrected p is p corrected for multiple comparisons (Holm)."
	}
	if note := o.tableNote(maxOnPage); note != "" {
		part.Text = strings.TrimSpace(note + ". " + part.Text)
	}
	return part
}

// sentences makes sentences of texts.
func (o *SweepResult) sentences(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, o.capitalize(t)+".")
	}
	return out
}

// writeFile creates a file once all of its text has been made, and writes it.
func writeFile(create record.Create, name string, write func(io.Writer) error) error {
	var text strings.Builder
	err := write(&text)
	if err != nil {
		return err
	}
	f, err := create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text.String())
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
