package format

import (
	"cmp"
	"math"
	"slices"

	"swarmsim/bench"
	"swarmsim/lab/stats"
)

// cell is a cell of the results with its comparison. Either may be nil.
type cell struct {
	Case, Subject, Composition string
	result                     *bench.Cell
	compared                   *bench.CellComparison
}

// cells returns all cells: those of the results in their order, then those that only the
// comparison has.
func cells(r *bench.Results, c *bench.Comparison) []cell {
	var out []cell
	type key struct{ Case, Subject, Composition string }
	at := map[key]int{}
	if r != nil {
		for i := range r.Cells {
			x := &r.Cells[i]
			at[key{x.Case, x.Subject, x.Composition}] = len(out)
			out = append(out, cell{x.Case, x.Subject, x.Composition, x, nil})
		}
	}
	if c != nil {
		for i := range c.Cells {
			x := &c.Cells[i]
			if k, known := at[key{x.Case, x.Subject, x.Composition}]; known {
				out[k].compared = x
				continue
			}
			out = append(out, cell{x.Case, x.Subject, x.Composition, nil, x})
		}
	}
	return out
}

// name returns the name of the cell: its case, subject and composition.
func (c *cell) name() string { return join(c.Case, c.column()) }

// column returns the name of what is benched in the cell.
func (c *cell) column() string { return join(c.Subject, c.Composition) }

// join joins the parts of a name that are not empty.
func join(parts ...string) string {
	out := ""
	for _, p := range parts {
		if out != "" && p != "" {
			out += " / "
		}
		out += p
	}
	return out
}

// unsupported returns why the subject cannot play the case, or "".
func (c *cell) unsupported() string {
	if c.compared != nil && c.compared.Outcome == bench.Unsupported {
		return cmp.Or(c.compared.Note, "not supported")
	}
	if c.result != nil {
		return c.result.Unsupported
	}
	return ""
}

// moved is a metric of a cell that moved, or a whole cell that did.
type moved struct {
	cell   *cell
	metric *bench.MetricComparison
	note   string // how the cell moved, such as that it is no longer supported; "" for a metric
}

// movedMetrics returns the metrics with an outcome, those that moved most first.
func movedMetrics(all []cell, outcome bench.Outcome) []moved {
	var out []moved
	for i := range all {
		if all[i].compared == nil {
			continue
		}
		n := len(out)
		for k := range all[i].compared.Metrics {
			if m := &all[i].compared.Metrics[k]; m.Outcome == outcome {
				out = append(out, moved{&all[i], m, ""})
			}
		}
		if len(out) == n && all[i].compared.Outcome == outcome {
			out = append(out, moved{&all[i], wholeCell(outcome), all[i].compared.Note})
		}
	}
	slices.SortStableFunc(out, func(a, b moved) int { return cmp.Compare(extent(b.metric), extent(a.metric)) })
	return out
}

// wholeCell stands for the metrics of a cell that moved as a whole.
func wholeCell(outcome bench.Outcome) *bench.MetricComparison {
	none := math.NaN()
	return &bench.MetricComparison{Metric: "cell", Outcome: outcome, Before: none, After: none, Relative: none,
		Interval: stats.Interval{Estimate: none, Low: none, High: none}}
}

// extent returns how far a metric moved. A metric that was 0, or that one side lacks, moved
// farther than any other.
func extent(m *bench.MetricComparison) float64 {
	if math.IsNaN(m.Relative) {
		return math.Inf(1)
	}
	return math.Abs(m.Relative)
}

// summary is the mean of a metric over the seeds that have it, with its range.
type summary struct {
	Mean, Low, High float64
	N               int
}

// summarize summarizes a series. All are NaN if no seed has a value.
func summarize(values []float64) summary {
	s := summary{Low: math.NaN(), High: math.NaN()}
	sum := 0.0
	for _, x := range values {
		if math.IsNaN(x) {
			continue
		}
		if s.N++; s.N == 1 {
			s.Low, s.High = x, x
		}
		s.Low, s.High = min(s.Low, x), max(s.High, x)
		sum += x
	}
	s.Mean = sum / float64(s.N)
	return s
}

// finite reports whether a number can be written in JSON.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
