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

// how says how it was played.
func (o *Outcome) how() string {
	numbers := ""
	if len(o.Comparisons) > 0 {
		numbers = ", variants of a seed with common random numbers"
		if !o.CRN {
			numbers = ", each with random numbers of its own"
		}
	}
	return fmt.Sprintf("%s of %s, %s%s", plural(o.Runs, "run"), o.Scenario, plural(o.Seeds, "seed"), numbers)
}

// maxShown bounds the lines of a table on a terminal; the files have them all.
const maxShown = 40

// Print writes the outcome for people.
func (o *Outcome) Print(w io.Writer, colours bool) error {
	fmt.Fprintf(w, "%s: %s\n\n", o.Sweep, o.how())
	if err := printTable(w, o.fullTable()); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s.\n", capital(o.Found))
	for _, n := range o.Notes {
		fmt.Fprintf(w, "Note: %s.\n", n)
	}
	return reports.Expectations(w, o.Expectations, colours)
}

// capital begins a sentence, unless it begins with a variant's or a metric's name.
func capital(s string) string {
	if first, _, _ := strings.Cut(s, " "); strings.ContainsAny(first, "'._") || s == "" {
		return s
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

func printTable(w io.Writer, table [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, row := range table {
		if i > maxShown {
			break
		}
		fmt.Fprintln(t, strings.Join(row, "\t")+"\t")
	}
	err := t.Flush()
	if more := len(table) - 1 - maxShown; more > 0 {
		fmt.Fprintf(w, "... and %d more; the files have them all\n", more)
	}
	return err
}

// fullTable is for people: every mean, and beside it how it compares. The first
// row has the headings. Columns that say the same all over are left out.
func (o *Outcome) fullTable() [][]string {
	head := []string{}
	if len(o.Means) > 0 {
		for _, s := range o.Means[0].At {
			head = append(head, s.Field)
		}
	}
	several := func(of func(Mean) string) bool {
		return slices.ContainsFunc(o.Means, func(m Mean) bool { return of(m) != of(o.Means[0]) })
	}
	name, metric := func(m Mean) string { return m.Variant }, func(m Mean) string { return m.Metric }
	named, metrics := several(name), several(metric)
	if named {
		head = append(head, cmp.Or(o.Field, "variant"))
	}
	value := "mean"
	if metrics {
		head = append(head, "metric")
	} else if len(o.Means) > 0 {
		value = o.Means[0].Metric
	}
	head = append(head, value, "95 % interval")
	compared := len(o.Comparisons) > 0
	if compared {
		head = append(head, "change", "95 % interval", "effect", "p", "")
	}
	table := [][]string{head}
	for _, m := range o.Means {
		var row []string
		for _, s := range m.At {
			row = append(row, s.Value)
		}
		if named {
			row = append(row, m.Variant)
		}
		if metrics {
			row = append(row, m.Metric)
		}
		row = append(row, amount(float64(m.Mean), m.Unit), reach(m.Low, m.High, func(x float64) string { return amount(x, m.Unit) }))
		if compared {
			row = append(row, o.beside(m)...)
		}
		table = append(table, row)
	}
	return table
}

// beside is how a mean compares.
func (o *Outcome) beside(m Mean) []string {
	i := slices.IndexFunc(o.Comparisons, func(c Comparison) bool {
		return c.Variant == m.Variant && c.Metric == m.Metric && slices.Equal(c.At, m.At)
	})
	if i < 0 {
		return []string{"", "", "", "", "baseline"}
	}
	c := &o.Comparisons[i]
	change, interval, effect := "-", "-", "-"
	if c.Change.is() {
		change = signed(100 * float64(c.Change))
		interval = reach(c.ChangeLow, c.ChangeHigh, func(x float64) string { return signed(100 * x) })
	} else if c.Difference.is() {
		change = amount(float64(c.Difference), c.Unit)
		interval = reach(c.DifferenceLow, c.DifferenceHigh, func(x float64) string { return amount(x, c.Unit) })
	}
	if c.EffectSize.is() {
		effect = strconv.FormatFloat(float64(c.EffectSize), 'f', 2, 64)
	}
	return []string{change, interval, effect, strings.TrimPrefix(pText(float64(c.PHolm)), "= "), c.verdict()}
}

func reach(low, high Number, write func(float64) string) string {
	if !low.is() || !high.is() {
		return "-"
	}
	return write(float64(low)) + " to " + write(float64(high))
}
