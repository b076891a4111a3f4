package validation

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/template"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

//go:embed page.md
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"value":   func(f Finding, x float64) string { return Value(x, f.Unit) },
	"percent": signed,
	"links":   linkTable,
	"clientLinks": func(all []*Result) []*Result {
		return slices.DeleteFunc(slices.Clone(all), func(r *Result) bool { return r.Case != "links-clients" })
	},
	"allowed": func(f Finding) string {
		switch {
		case f.Within == 0:
			return ""
		case f.Met:
			return fmt.Sprintf("%.0f %%", 100*f.Within)
		}
		return fmt.Sprintf("**missed** %.0f %%", 100*f.Within)
	},
	"seeds": func(r *Result) string { return Plural(r.Seeds, "seed") },
}).Parse(pageText))

// signed writes a share in percent, with its sign.
func signed(x float64) string {
	return strings.Replace(fmt.Sprintf("%+.1f %%", 100*x), "-", "−", 1)
}

// Value writes a measure with its unit.
func Value(x float64, unit string) string {
	if unit != "" && math.Abs(x) >= 1000 {
		return fmt.Sprintf("%.0f %s", x, unit)
	}
	return strings.TrimSpace(fmt.Sprintf("%.4g %s", x, unit))
}

// pageData is the data of page.md.
type pageData struct {
	Kinds   map[string][]*Result
	Folder  string // of the plots, relative to the page
	Checked int
	Missed  int
}

// WritePage writes the results as a Markdown page, and its plots with create. folder is the
// path of the plots relative to the page.
func WritePage(out io.Writer, results []*Result, folder string, create record.Create) error {
	data := pageData{Kinds: map[string][]*Result{}, Folder: folder}
	for _, r := range results {
		data.Kinds[r.Kind] = append(data.Kinds[r.Kind], r)
		for _, f := range r.Measures {
			if f.Within > 0 {
				data.Checked++
			}
			if !f.Met {
				data.Missed++
			}
		}
	}
	for _, kind := range []string{"truth", "theory", "published", "segments"} {
		if len(data.Kinds[kind]) == 0 {
			continue
		}
		if err := draw(forest(kind, data.Kinds[kind]), create); err != nil {
			return err
		}
	}
	for _, r := range data.Kinds["truth"] {
		if err := draw(curve(r), create); err != nil {
			return err
		}
	}
	return page.Execute(out, data)
}

// draw draws a chart of any kind.
func draw(chart interface{ Plot() (reports.Plot, error) }, create record.Create) error {
	p, err := chart.Plot()
	if err != nil {
		return err
	}
	return p.Write(create)
}

// overview are the measures of the measured swarms in the overview.
var overview = []string{"mean", "last", "dup"}

// forest plots the deviations of the cases of a kind.
func forest(kind string, results []*Result) *reports.Forest {
	titles := map[string]string{
		"truth":     "Simulated against real clients",
		"theory":    "Simulated against closed-form models",
		"published": "Simulated against a published simulator",
		"segments":  "Segments of 1,500 bytes against 16 KiB",
	}
	f := &reports.Forest{File: "validation-" + kind, Title: titles[kind], X: "deviation of the mean over the seeds"}
	for _, r := range results {
		for _, m := range r.Measures {
			if m.Within == 0 || kind == "truth" && !slices.Contains(overview, m.Measure) {
				continue
			}
			share := func(x float64) float64 {
				return 100 * (x - m.Expected) / math.Abs(m.Expected)
			}
			f.Rows = append(f.Rows, reports.ForestRow{
				Name: r.Case + " " + m.Measure, Value: share(m.Simulated), Low: share(m.Low), High: share(m.High),
				Within: 100 * m.Within, Red: !m.Met,
			})
		}
	}
	return f
}

// curve plots the progress of a measured swarm, measured and simulated.
func curve(r *Result) *reports.Chart {
	client, _, _ := strings.Cut(r.About, ":")
	c := &reports.Chart{
		File:  "validation-" + r.Case,
		Title: r.Case + ": " + client,
		X:     "time since the leechers arrived (s)",
		Y:     "share of the content (%)",
	}
	for _, which := range []struct{ suffix, name string }{{"union", "on some leecher"}, {"mean", "on the mean leecher"}} {
		simulated := reports.ChartLine{Name: "simulated: " + which.name, Xs: []float64{0}, Ys: []float64{0}}
		measured := reports.ChartLine{Name: "measured runs", Loose: true}
		for _, share := range curves {
			name := fmt.Sprintf("t%d_%s", share, which.suffix)
			i := slices.IndexFunc(r.Measures, func(f Finding) bool { return f.Measure == name })
			if i < 0 {
				continue
			}
			m := r.Measures[i]
			simulated.Xs, simulated.Ys = append(simulated.Xs, m.Simulated), append(simulated.Ys, float64(share))
			for _, x := range m.Runs {
				measured.Xs, measured.Ys = append(measured.Xs, x), append(measured.Ys, float64(share))
			}
		}
		c.Lines = append(c.Lines, simulated, measured)
	}
	return c
}
