package format

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"swarmsim/bench"
)

// writeText writes what moved, for people: regressions first, with the command that replays the
// worst seed of each. If nothing moved it writes one line. Without a comparison it writes the means.
func writeText(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	var b strings.Builder
	switch {
	case c != nil:
		writeMoves(&b, c)
	case r != nil:
		writeMeans(&b, r)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sections are the outcomes that are printed, and their headings.
var sections = []struct {
	outcome bench.Outcome
	heading string
}{
	{bench.Worse, "WORSE"},
	{bench.Changed, "CHANGED"},
	{bench.Better, "BETTER"},
	{bench.ScenarioChanged, "OTHER SCENARIO"},
	{bench.Added, "ADDED"},
	{bench.Removed, "REMOVED"},
}

func writeMoves(b *strings.Builder, c *bench.Comparison) {
	for _, s := range sections {
		for i := range c.Cells {
			writeCell(b, &c.Cells[i], s.outcome, s.heading)
		}
	}
	for i := range c.Cells {
		x := &c.Cells[i]
		for k := range x.Metrics {
			if m := &x.Metrics[k]; m.Needed > 0 {
				fmt.Fprintf(b, "too few runs: %s, %s: %d are needed to tell a difference of %s\n", oneLine(x.Name()), oneLine(m.Metric), m.Needed, needed(m))
			}
		}
	}
	fmt.Fprintln(b, conclusion(c))
}

// needed describes the difference that the recommended number of runs tells.
func needed(m *bench.MetricComparison) string {
	if m.Tolerance > 0 {
		return percent(m.Tolerance)
	}
	return "what was measured, " + percent(m.Relative)
}

// writeCell writes the metrics of a cell that have an outcome, or the cell itself if it has no metrics.
func writeCell(b *strings.Builder, c *bench.CellComparison, outcome bench.Outcome, heading string) {
	if len(c.Metrics) == 0 && c.Outcome == outcome {
		fmt.Fprintf(b, "%s  %s: %s\n", heading, oneLine(c.Name()), oneLine(c.Note))
		return
	}
	for i := range c.Metrics {
		m := &c.Metrics[i]
		if m.Outcome != outcome {
			continue
		}
		fmt.Fprintf(b, "%s  %s: %s\n", heading, oneLine(c.Name()), move(m))
		if m.Replay == "" {
			continue
		}
		which := "seed"
		if m.Outcome == bench.Worse {
			which = "worst seed"
		}
		fmt.Fprintf(b, "    %s %d: %s\n", which, m.WorstSeed, printable(m.Replay))
	}
}

// move describes how a metric moved.
func move(m *bench.MetricComparison) string {
	if m.Outcome == bench.Added || m.Outcome == bench.Removed {
		return oneLine(m.Metric)
	}
	if m.Metric == bench.RecordMetric {
		return fmt.Sprintf("the record differs with %s, and no metric does", seeds(m.Moved))
	}
	if m.Lost > 0 {
		return fmt.Sprintf("%s has no value with %s any more", oneLine(m.Metric), seeds(m.Lost))
	}
	before, after := values(m)
	text := fmt.Sprintf("%s from %s to %s", oneLine(m.Metric), before, after)
	var notes []string
	if !math.IsNaN(m.Relative) {
		notes = append(notes, signedPercent(m.Relative))
	}
	if i := m.Interval; i.Low != i.High && !math.IsNaN(i.Low) {
		notes = append(notes, fmt.Sprintf("95 %% interval %s to %s", signedPercent(i.Low), signedPercent(i.High)))
	}
	if m.Tolerance > 0 {
		notes = append(notes, "tolerance "+percent(m.Tolerance))
	}
	notes = append(notes, fmt.Sprintf("%s moved", seeds(m.Moved)))
	return text + " (" + strings.Join(notes, ", ") + ")"
}

func seeds(n int) string {
	if n == 1 {
		return "1 seed"
	}
	return fmt.Sprintf("%d seeds", n)
}

// conclusion is the last line.
func conclusion(c *bench.Comparison) string {
	var parts []string
	for _, o := range []bench.Outcome{
		bench.Worse, bench.Better, bench.Changed, bench.ScenarioChanged, bench.Added, bench.Removed,
	} {
		if n := c.Count(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	same := fmt.Sprintf("%d same", c.Count(bench.Same))
	if n := c.Count(bench.Unsupported); n > 0 {
		same += fmt.Sprintf(", %d unsupported", n)
	}
	return fmt.Sprintf("%s: %s", oneLine(c.Suite), strings.Join(append(parts, same), ", "))
}

// writeMeans writes a table of each cell's means.
func writeMeans(b *strings.Builder, r *bench.Results) {
	for i := range r.Cells {
		c := &r.Cells[i]
		name := strings.Join(slices.DeleteFunc([]string{oneLine(c.Case), oneLine(c.Subject), oneLine(c.Composition)},
			func(s string) bool { return s == "" }), ", ")
		if c.Unsupported != "" {
			fmt.Fprintf(b, "%s: not supported: %s\n", name, oneLine(c.Unsupported))
			continue
		}
		fmt.Fprintf(b, "%s (%s)\n", name, seeds(len(c.Seeds)))
		for k := range c.Metrics {
			m := &c.Metrics[k]
			fmt.Fprintf(b, "  %-22s %s\n", m.Metric, number(summarize(m.Values).Mean, m.Unit, usualPrecision))
		}
	}
}

// percent writes a share in per cent, without an exponent.
func percent(x float64) string {
	if math.Abs(x) >= 1 {
		return strconv.FormatFloat(100*x, 'f', 0, 64) + " %"
	}
	return strconv.FormatFloat(100*x, 'g', 3, 64) + " %"
}

func signedPercent(x float64) string {
	if x > 0 {
		return "+" + percent(x)
	}
	return percent(x)
}
