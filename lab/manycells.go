package lab

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"swarmsim/reports"
)

// Bounds of what plots and tables for people show. Beyond them they show a sample; the tables in
// files have everything.
const (
	maxLines    = 12 // of a chart
	sampleLines = 8  // of a chart with more variants
	maxBars     = 60 // points with an interval on a line
	maxRanked   = 48 // combinations whose means need no chart by rank
)

// sampleRanks returns count of n ranks at equal distances, with the first and the last.
func sampleRanks(n, count int) []int {
	if n <= count {
		count = n
	}
	out := make([]int, count)
	for i := range out {
		out[i] = i * (n - 1) / max(1, count-1)
	}
	return out
}

// lines returns the variants that have a line in a chart of a metric: all, or of many the baseline
// and some from the lowest to the highest mean over all points.
func (p *Plan) lines(o *SweepResult, metric int) []int {
	all := make([]int, len(p.Variants))
	means := make([]float64, len(p.Variants))
	for v := range all {
		all[v] = v
		var of []float64
		for point := range p.Points {
			of = append(of, float64(o.Means[metric*p.compared()+p.cellAt(point, v)].Mean))
		}
		means[v] = meanOf(of)
	}
	if len(all) <= maxLines {
		return all
	}
	ranked := slices.Clone(all)
	slices.SortStableFunc(ranked, func(a, b int) int { return cmp.Compare(means[a], means[b]) }) // NaN is the lowest
	out := []int{p.baseline()}
	for _, r := range sampleRanks(len(ranked), sampleLines) {
		if v := ranked[r]; v != p.baseline() {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// sampleNote says for a caption that not all variants have a line.
func (p *Plan) sampleNote() string {
	if len(p.Variants) <= maxLines {
		return ""
	}
	return fmt.Sprintf(" Of %d variants these are the baseline and some from the lowest to the highest mean.", len(p.Variants))
}

// rankChart plots the means of a metric of all combinations by rank; nil if there are few.
func (p *Plan) rankChart(o *SweepResult, metric int) []chart {
	if p.compared() <= maxRanked {
		return nil
	}
	m := p.Metrics[metric]
	order := o.byRank(m.Name)
	band := []reports.ChartLine{{Name: "mean"}, {Name: "95 % interval, lower end"}, {Name: "upper end"}}
	for i, k := range order {
		mean := o.Means[k]
		for l, y := range []Number{mean.Mean, mean.Low, mean.High} {
			if !y.exists() {
				y = mean.Mean
			}
			band[l].Steps = true
			band[l].Xs, band[l].Ys = append(band[l].Xs, float64(i+1)), append(band[l].Ys, float64(y))
		}
	}
	return withoutEmpty(&reports.Chart{
		File:    fileName("rank", m.Name),
		Title:   fmt.Sprintf("%s of all %d combinations, by rank", m.Name, p.compared()),
		X:       "rank",
		Y:       "mean and 95 % interval" + unitSuffix(m.Unit),
		Fit:     true,
		Lines:   band,
		Caption: "Means over the seeds, the lowest first. The highest of many means is high by chance too: look at the comparisons.",
	})
}

// byRank returns the indices of the means of a metric that exist, from the lowest to the highest.
func (o *SweepResult) byRank(metric string) []int {
	var order []int
	for i := range o.Means {
		if o.Means[i].Metric == metric && o.Means[i].Mean.exists() {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(o.Means[a].Mean, o.Means[b].Mean) })
	return order
}

// ranked is a mean with its rank among those of its metric.
type ranked struct {
	Mean
	rank int // 0 if all means are shown, in their order
}

// shownMeans returns the means for a table for people: all or, if they are more than limit, the lowest
// and the highest of each metric.
func (o *SweepResult) shownMeans(limit int) []ranked {
	var out []ranked
	if len(o.Means) <= limit {
		for _, m := range o.Means {
			out = append(out, ranked{Mean: m})
		}
		return out
	}
	var metrics []string
	for _, m := range o.Means {
		if !slices.Contains(metrics, m.Metric) {
			metrics = append(metrics, m.Metric)
		}
	}
	half := max(3, limit/2/len(metrics))
	for _, metric := range metrics {
		order := o.byRank(metric)
		for i, k := range order {
			if i < half || i >= len(order)-half {
				out = append(out, ranked{o.Means[k], i + 1})
			}
		}
	}
	return out
}

// sampledPoints returns the points that have charts of their own: all, or some at equal distances.
func sampledPoints(points int) []int { return sampleRanks(points, maxCharts) }

// largestChanges keeps of many rows of a forest plot those with the largest changes, in their order.
func largestChanges(rows []reports.ForestRow, count int) []reports.ForestRow {
	if len(rows) <= count {
		return rows
	}
	sizes := make([]float64, len(rows))
	for i, r := range rows {
		sizes[i] = math.Abs(r.Value)
	}
	sorted := slices.Sorted(slices.Values(sizes))
	least := sorted[len(sorted)-count]
	var out []reports.ForestRow
	for i, r := range rows {
		if sizes[i] >= least && len(out) < count {
			out = append(out, r)
		}
	}
	return out
}
