package lab

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"swarmsim/lab/trial"
	"swarmsim/reports"
	"swarmsim/reports/page"
)

// Bounds of the charts of every seed. The tables and plots have everything.
const (
	maxSeedRows   = 16
	maxSeedDots   = 2000
	maxSeedCharts = 4
)

// sheetData returns what the scripts of the page show.
func (p *Plan) sheetData(rows trial.Rows, o *SweepResult) *page.Sheet {
	data := &page.Sheet{Charts: []page.SeedChart{}, Replays: []page.SheetReplay{}}
	of := p.values(rows, o.Seeds)
	if p.compared() <= maxSeedRows && p.compared()*o.Seeds <= maxSeedDots {
		for i := range p.Metrics[:min(len(p.Metrics), maxSeedCharts)] {
			data.Charts = append(data.Charts, p.seedChart(of, o, i))
		}
	}
	for i := range o.Replays {
		if r := &o.Replays[i]; r.InStep() && r.Data != nil {
			data.Replays = append(data.Replays, page.SheetReplay{Title: p.replayName(r), Href: reportOf(r), Data: r.Data})
		}
	}
	return data
}

func (p *Plan) replayName(r *Replay) string {
	return fmt.Sprintf("%s, seed %d", p.cellName(r.Cell), r.Seed)
}

func reportOf(r *Replay) string { return path.Join(r.Folder, reports.PageFile) }

// seedChart returns the chart of a metric.
func (p *Plan) seedChart(of values, o *SweepResult, metric int) page.SeedChart {
	m := p.Metrics[metric]
	chart := page.SeedChart{Title: m.Name, Unit: m.Unit, CRN: o.CRN}
	for c := range p.compared() {
		mean := &o.Means[metric*p.compared()+c]
		row := page.SeedsRow{Name: p.cellName(c), Mean: orNull(mean.Mean), Low: orNull(mean.Low), High: orNull(mean.High)}
		for nth, v := range of(c, m.Full) {
			row.Seeds = append(row.Seeds, p.run(c, nth).Seed)
			row.Values = append(row.Values, orNull(Number(v)))
			row.Links = append(row.Links, o.linkOf(c, nth))
		}
		chart.Rows = append(chart.Rows, row)
	}
	return chart
}

func orNull(n Number) *float64 {
	x := float64(n)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// linkOf returns where the report of a run is; "" if it was not played again.
func (o *SweepResult) linkOf(cell, nth int) string {
	for i := range o.Replays {
		if r := &o.Replays[i]; r.Cell == cell && r.Nth == nth {
			return reportOf(r)
		}
	}
	return ""
}

// replaysPart lists the runs that were played again.
func (p *Plan) replaysPart(rows trial.Rows, o *SweepResult) reports.Part {
	m := p.Metrics[0]
	of := p.values(rows, o.Seeds)
	part := reports.Part{
		Title: "Runs to look at",
		Text: fmt.Sprintf("By %s: of each variant the seed with the median and the %s. Each was played again with its "+
			"whole record.", m.Name, p.worstWord()),
	}
	for i := range o.Replays {
		r := &o.Replays[i]
		value := of(r.Cell, m.Full)[r.Nth]
		why := r.Why
		if r.Data == nil { // the page shows no replay
			why = slices.DeleteFunc(slices.Clone(why), func(w string) bool { return w == inStep })
			if len(why) == 0 {
				why = []string{"the seed of the baseline's median"}
			}
		}
		part.Links = append(part.Links, reports.Link{
			Href: reportOf(r),
			Text: p.replayName(r),
			Note: fmt.Sprintf("%s: %s %s", strings.Join(why, " and "), m.Name, strings.TrimSpace(fmt.Sprintf("%.4g %s", value, m.Unit))),
		})
	}
	return part
}
