package lab

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"swarmsim/reports"
)

// description describes the runs of the sweep.
func (o *SweepResult) description() string {
	numbers := ""
	if len(o.Comparisons) > 0 {
		numbers = ", with common random numbers"
		if !o.CRN {
			numbers = ", with independent random numbers"
		}
	}
	if t := o.Tournament; t != nil {
		return fmt.Sprintf("%d variants, alone and in %d games x %s = %s of %s, with common random numbers",
			len(t.Ranking), len(t.Games), plural(o.Seeds, "random seed"), plural(o.RunsPlanned, "run"), o.Scenario)
	}
	runs, cells := plural(o.RunsPlanned, "run")+" of "+o.Scenario, o.RunsPlanned/max(o.Seeds, 1)
	switch {
	case cells == 1 && o.Seeds == 1:
		return runs
	case cells == 1:
		return runs + " with different random seeds"
	}
	return fmt.Sprintf("%d combinations x %s = %s%s", cells, plural(o.Seeds, "random seed"), runs, numbers)
}

// Bounds of the rows of a table; the files have all of them.
const (
	maxPrinted = 40  // on a terminal
	maxOnPage  = 120 // on a page
)

// Print prints the result for people.
func (o *SweepResult) Print(w io.Writer, colours bool) error {
	fmt.Fprintf(w, "%s: %s\n\n", o.Sweep, o.description())
	if err := printTable(w, o.table(maxPrinted)); err != nil {
		return err
	}
	if note := o.tableNote(maxPrinted); note != "" {
		fmt.Fprintf(w, "%s.\n", note)
	}
	fmt.Fprintf(w, "\n%s.\n", o.capitalize(o.Conclusion))
	if o.Tournament != nil {
		for _, finding := range o.Tournament.Findings {
			fmt.Fprintf(w, "%s.\n", o.capitalize(finding))
		}
	}
	for _, n := range o.Notes {
		fmt.Fprintf(w, "Note: %s.\n", n)
	}
	return reports.Expectations(w, o.Expectations, colours)
}

// capitalize capitalizes a sentence, unless it begins with the name of a metric, or with another
// name: a variant's in the possessive, or one with parts, such as a field's.
func (o *SweepResult) capitalize(s string) string {
	first, _, _ := strings.Cut(s, " ")
	isMetric := slices.ContainsFunc(o.Means, func(m Mean) bool { return m.Metric == first })
	if isMetric || strings.ContainsAny(first, "'._") || s == "" {
		return s
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

func printTable(w io.Writer, table [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range table {
		fmt.Fprintln(t, strings.Join(row, "\t")+"\t")
	}
	return t.Flush()
}

// tableNote says what a table for people leaves out.
func (o *SweepResult) tableNote(limit int) string {
	if o.Tournament != nil || len(o.Means) <= limit {
		return ""
	}
	return fmt.Sprintf("Of %d means these are the lowest and the highest, by rank; %s and %s have all of them",
		len(o.Means), MeansFile, ComparisonFile)
}

// table returns the means, of more than limit the lowest and the highest, each with its comparison to
// the baseline, as a table for people. The first row has the headings. The columns of the variant and
// the metric are left out if there is only one.
func (o *SweepResult) table(limit int) [][]string {
	if o.Tournament != nil {
		return o.Tournament.table(o)
	}
	var head []string
	means := o.shownMeans(limit)
	withRank := len(means) > 0 && means[0].rank > 0
	if withRank {
		head = append(head, "rank")
	}
	if len(o.Means) > 0 {
		for _, s := range o.Means[0].At {
			head = append(head, s.Field)
		}
	}
	differ := func(of func(Mean) string) bool {
		return slices.ContainsFunc(o.Means, func(m Mean) bool { return of(m) != of(o.Means[0]) })
	}
	withVariant := differ(func(m Mean) string { return m.Variant })
	withMetric := differ(func(m Mean) string { return m.Metric })
	if withVariant {
		head = append(head, cmp.Or(o.Field, "variant"))
	}
	value := "mean"
	if withMetric {
		head = append(head, "metric")
	} else if len(o.Means) > 0 {
		value = o.Means[0].Metric
	}
	head = append(head, value, "95 % interval")
	compared := len(o.Comparisons) > 0
	if compared {
		head = append(head, "change", "its 95 % interval", "effect size", "corrected p", "")
	}
	table := [][]string{head}
	for _, m := range means {
		var row []string
		if withRank {
			row = append(row, strconv.Itoa(m.rank))
		}
		for _, s := range m.At {
			row = append(row, s.Value)
		}
		if withVariant {
			row = append(row, m.Variant)
		}
		if withMetric {
			row = append(row, m.Metric)
		}
		write := func(x float64) string { return withUnit(x, m.Unit) }
		row = append(row, write(float64(m.Mean.Mean)), intervalText(m.Low, m.High, write))
		if compared {
			row = append(row, o.comparisonCells(m.Mean)...)
		}
		table = append(table, row)
	}
	return table
}

// comparisonCells returns the cells that compare a mean with the baseline.
func (o *SweepResult) comparisonCells(m Mean) []string {
	i := slices.IndexFunc(o.Comparisons, func(c Comparison) bool {
		return c.Variant == m.Variant && c.Metric == m.Metric && slices.Equal(c.At, m.At)
	})
	if i < 0 {
		return []string{"", "", "", "", "baseline"}
	}
	c := &o.Comparisons[i]
	change, interval, effect, p := "-", "-", "-", "-"
	if c.Change.exists() {
		change = signedPercent(100 * float64(c.Change))
		interval = intervalText(c.ChangeLow, c.ChangeHigh, func(x float64) string { return signedPercent(100 * x) })
	} else if c.Difference.exists() {
		write := func(x float64) string { return signed(x, c.Unit) }
		change = write(float64(c.Difference))
		interval = intervalText(c.DifferenceLow, c.DifferenceHigh, write)
	}
	if c.EffectSize.exists() {
		effect = strconv.FormatFloat(float64(c.EffectSize), 'f', 2, 64)
	}
	if c.Seeds > 0 {
		p = strings.TrimPrefix(pValue(float64(c.PHolm)), "= ")
	}
	return []string{change, interval, effect, p, c.verdict()}
}

func intervalText(low, high Number, write func(float64) string) string {
	if !low.exists() || !high.exists() {
		return "-"
	}
	return write(float64(low)) + " to " + write(float64(high))
}
