package reports

import (
	"slices"
	"strconv"
	"strings"

	"swarmsim/reports/page"
	"swarmsim/sim/record"
)

// PageData makes the data of the page of a run. The sentences and the tables of its summary are in the
// page itself.
func PageData(r *Record) *page.Record {
	out := &page.Record{
		EndS:      float64(r.Summary.VirtualS),
		Pieces:    r.Summary.Pieces,
		Spans:     r.spans(),
		Simulated: !r.Summary.Measured && r.Summary.Observer == "",
		Marks:     []page.Mark{},
		Charts:    []page.Chart{},
		Heat:      heatData(r),
		Matrix:    matrixData(r),
		Peers:     peerColumns(r),
	}
	for _, e := range r.Summary.Events {
		if float64(e.AtS) <= out.EndS {
			out.Marks = append(out.Marks, page.Mark{AtS: float64(e.AtS), UntilS: float64(e.UntilS), Text: e.Event})
		}
	}
	for _, draw := range []func(*Record) []page.Chart{overTime, clientCharts, distributions} {
		out.Charts = append(out.Charts, draw(r)...)
	}
	return out
}

// series is a line of a chart over time.
type series struct{ name, column string }

// overTime returns the charts of timeseries.csv.
func overTime(r *Record) []page.Chart {
	whole := "of the whole swarm"
	if r.Summary.Observer != "" {
		whole = "of the client"
	}
	charts := []page.Chart{
		r.chart("throughput", "Throughput", "B/s", "rate "+whole, &r.Series,
			"Useful content, and everything that was sent and received on the links "+whole+
				". The difference is overhead and duplicates.",
			series{"useful content", "goodput_Bps"}, series{"sent on links", "upload_Bps"}, series{"received on links", "download_Bps"}),
		r.chart("population", "Population", "1", "peers", &r.Series,
			"The peers that are present. A leecher that completes becomes a seed until it leaves.",
			series{"leechers", "leechers"}, series{"seeds", "seeds"}, series{"complete, not uploading", "complete_not_uploading"}),
		r.chart("copies", "Copies of pieces", "1", "copies in the swarm", &r.Series,
			observerText(r)+"How evenly pieces are replicated. A rarest piece with one copy depends on a single peer.",
			series{"most common piece", "copies_max"}, series{"mean", "copies_mean"}, series{"rarest piece", "copies_min"}),
	}
	charts[1].Steps = true
	if highest(r.Series.Numbers("complete_not_uploading")) == 0 {
		charts[1].Lines = charts[1].Lines[:2]
	}
	var groups []series
	for _, g := range r.groups() {
		if slices.ContainsFunc(r.Series.Words(g+":down_Bps"), func(cell string) bool { return cell != "" }) {
			groups = append(groups, series{g, g + ":down_Bps"})
		}
	}
	if len(groups) > 0 && r.Summary.Observer == "" {
		charts = append(charts, r.chart("download-rate", "Download rate by group", "B/s", "mean rate of a leecher", &r.Series,
			"The mean download rate of the leechers of each group. There is no line while no leecher of the group downloads.", groups...))
	}
	return append(charts, r.chart("entropy", "Piece entropy", "1", "entropy of the copies of leechers", &r.Series,
		"How evenly the copies of leechers are distributed over the pieces: 1 if every piece has as many, 0 if a single "+
			"piece has all of them. There is no line while no leecher has a piece.", series{"entropy", "piece_entropy"}))
}

// clientCharts returns the charts of client.csv, which only the record of a live client has.
func clientCharts(r *Record) []page.Chart {
	if r.Client.Len() == 0 {
		return nil
	}
	charts := []page.Chart{
		r.chart("pieces", "Pieces of the client", "1", "pieces", &r.Client, "The verified pieces of the client. A straight line is a constant rate.",
			series{"verified", "pieces"}),
		r.chart("neighbours", "Neighbours of the client", "1", "neighbours", &r.Client,
			"The established connections, and BEP 3's four states of them.",
			series{"connected", "neighbours"}, series{"have pieces that it wants", "interesting"}, series{"unchoke it", "unchoking"},
			series{"want its pieces", "interested"}, series{"unchoked by it", "unchoked"}),
	}
	for i := range charts {
		charts[i].Steps = true
	}
	return charts
}

// chart returns a chart of columns over time.
func (r *Record) chart(id, title, unit, label string, from *Table, caption string, lines ...series) page.Chart {
	c := page.Chart{
		ID: id, Kind: page.OverTime, Title: title, Caption: caption, Label: label, XLabel: "time", Unit: unit,
		Times: from.Numbers("t_s"),
	}
	for _, l := range lines {
		c.Lines = append(c.Lines, page.Line{Name: l.name, Values: from.nullable(l.column)})
	}
	return c
}

// nullable returns a column with null for empty cells.
func (t *Table) nullable(column string) []*float64 {
	words, numbers := t.Words(column), t.Numbers(column)
	out := make([]*float64, len(words))
	for i, w := range words {
		if w != "" {
			out[i] = &numbers[i]
		}
	}
	return out
}

// heatData returns availability.csv.
func heatData(r *Record) *page.Heat {
	if r.Heat.Len() == 0 || len(r.Heat.Columns) < 2 {
		return nil
	}
	out := &page.Heat{Times: r.Heat.Numbers("t_s")}
	for _, column := range r.Heat.Columns[1:] {
		first, _ := strconv.Atoi(strings.TrimPrefix(column, "piece_"))
		out.First = append(out.First, first)
		out.Bins = append(out.Bins, r.Heat.Numbers(column))
	}
	return out
}

// matrixData returns the unchoke matrix; nil for fewer than two groups.
func matrixData(r *Record) *page.Matrix {
	var groups []*record.Group
	for i := range r.Summary.Groups {
		if g := &r.Summary.Groups[i]; len(g.Unchoked) > 0 {
			groups = append(groups, g)
		}
	}
	if len(groups) < 2 {
		return nil
	}
	out := &page.Matrix{Caption: "The share of the time of a group's " + slotsText(groups) + " that each group got, and its ratio to " +
		"the share if all present leechers were equally likely. A blue diagonal shows clustering."}
	for _, from := range groups {
		out.Groups = append(out.Groups, from.Name)
		var share, uniform []float64
		for _, to := range groups {
			share = append(share, float64(from.Unchoked[to.Name]))
			uniform = append(uniform, float64(from.UnchokedUniform[to.Name]))
		}
		out.Share, out.Uniform = append(out.Share, share), append(out.Uniform, uniform)
	}
	return out
}

// peerColumns returns peers.csv.
func peerColumns(r *Record) []page.Column {
	out := []page.Column{}
	for _, name := range r.Peers.Columns {
		c := page.Column{Name: name}
		switch name {
		case "group", "outcome", "seed":
			c.Words = r.Peers.Words(name)
		default:
			c.Numbers = r.Peers.nullable(name)
		}
		out = append(out, c)
	}
	return out
}
