package reports

import (
	"cmp"
	"slices"

	"swarmsim/reports/page"
)

// distributions returns the charts about single peers.
func distributions(r *Record) []page.Chart {
	if r.Summary.Observer != "" {
		return nil
	}
	leechers := r.Peers.rowsWhere("seed", func(cell string) bool { return cell != "true" })
	complete := r.Peers.rowsWhere("completed_s", isGiven)
	charts := []page.Chart{
		r.distribution("completed_s", leechers, page.Chart{
			ID: "completed", Title: "Completions", Unit: "s", XLabel: "time", Label: "share of leechers complete",
			Caption: "When leechers completed.",
		}),
		withBound(r, r.distribution("download_s", leechers, page.Chart{
			ID: "completion", Title: "Completion time by group", Unit: "s", XLabel: "time since arrival", Label: "share of leechers complete",
			Caption: "How long downloads took, from the arrival of each leecher.",
		})),
		r.distribution("share_ratio", complete, page.Chart{
			ID: "share-ratio", Title: "Fairness: share ratio by group", Unit: "1", XLabel: "content sent / content received",
			Label: "share of complete leechers",
			Caption: "How much content complete leechers sent for the content that they received. In a fair swarm the line is " +
				"steep at 1; leechers on the right sent more than they received.",
		}),
	}
	if r.Summary.Playback != nil {
		viewers := r.Peers.rowsWhere("startup_s", isGiven)
		charts = append(charts,
			r.distribution("startup_s", viewers, page.Chart{
				ID: "startup", Title: "Start-up delay", Unit: "s", XLabel: "time since arrival", Label: "share of viewers",
				Caption: "How long viewers waited until playback began.",
			}),
			r.distribution("stalled_s", viewers, page.Chart{
				ID: "stalls", Title: "Stalls", Unit: "s", XLabel: "total time of stalls", Label: "share of viewers",
				Caption: "How long playback stalled in total.",
			}))
	}
	return slices.DeleteFunc(charts, func(c page.Chart) bool { return len(c.Lines) == 0 })
}

// withBound adds the lower bound of the longest download to a chart of downloads.
func withBound(r *Record, c page.Chart) page.Chart {
	if r.Summary.BoundS != nil {
		bound := float64(*r.Summary.BoundS)
		c.Lines = append(c.Lines, page.Line{
			Name: "lower bound of the longest, for any protocol", Values: []*float64{&bound}, Members: 1, Dashed: true,
		})
	}
	return c
}

func isGiven(cell string) bool { return cell != "" }

// rowsWhere returns for each row whether its cell of a column passes a test.
func (t *Table) rowsWhere(column string, passes func(cell string) bool) []bool {
	out := make([]bool, 0, t.Len())
	for _, cell := range t.Words(column) {
		out = append(out, passes(cell))
	}
	return out
}

// distribution completes a chart with the distribution of a column of peers.csv in each group, among
// some of its rows.
func (r *Record) distribution(column string, among []bool, c page.Chart) page.Chart {
	c.Kind, c.Steps = page.Distribution, true
	group, values := r.Peers.Words("group"), r.Peers.nullable(column)
	for _, g := range r.groups() {
		line := page.Line{Name: g}
		for i, v := range values {
			if group[i] != g || !among[i] {
				continue
			}
			line.Members++
			if v != nil {
				line.Values = append(line.Values, v)
			}
		}
		if len(line.Values) > 0 {
			slices.SortFunc(line.Values, func(a, b *float64) int { return cmp.Compare(*a, *b) })
			c.Lines = append(c.Lines, line)
		}
	}
	return c
}
