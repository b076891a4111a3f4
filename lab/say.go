package lab

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// sentence is what was found, in one sentence.
func (o *Outcome) sentence() string {
	switch n := len(o.Comparisons); {
	case n == 0:
		return fmt.Sprintf("nothing was compared: there is one variant, played with %s", plural(o.Seeds, "seed"))
	case n == 1:
		return o.Comparisons[0].Sentence(1)
	case o.Differences == 0:
		return fmt.Sprintf("no difference shown in any of %d comparisons (corrected for their number, %s each)", n, plural(o.Seeds, "seed"))
	default:
		best := 0
		for i, c := range o.Comparisons {
			if c.Shown && (!o.Comparisons[best].Shown || math.Abs(float64(c.Change)) > math.Abs(float64(o.Comparisons[best].Change))) {
				best = i
			}
		}
		return fmt.Sprintf("%d of %d comparisons show a difference (corrected for their number, %s each); the largest: %s",
			o.Differences, n, plural(o.Seeds, "seed"), o.Comparisons[best].Sentence(n))
	}
}

// Sentence is what one comparison of so many found.
func (c *Comparison) Sentence(of int) string {
	subject := fmt.Sprintf("%s's %s", c.Variant, c.Metric)
	at := ""
	if len(c.At) > 0 {
		at = " at " + place(c.At)
	}
	if c.Seeds == 0 {
		return fmt.Sprintf("nothing to compare: no seed came to %s and %s's%s", subject, c.Baseline, at)
	}
	p := "p " + pText(float64(c.P))
	if of > 1 {
		p = "corrected p " + pText(float64(c.PHolm))
	}
	certainty := fmt.Sprintf("%s, %s", p, plural(c.Seeds, "seed"))
	switch {
	case c.Identical:
		return fmt.Sprintf("no difference shown: %s is the same as %s's with every seed%s (%s)", subject, c.Baseline, at, plural(c.Seeds, "seed"))
	case !c.Change.is():
		text := fmt.Sprintf("%s is %s, %s's %s%s (difference %s", subject, amount(float64(c.Mean), c.Unit), c.Baseline, amount(float64(c.BaselineMean), c.Unit), at, amount(float64(c.Difference), c.Unit))
		if c.DifferenceLow.is() {
			text += fmt.Sprintf(", 95 %% CI %s to %s", amount(float64(c.DifferenceLow), c.Unit), amount(float64(c.DifferenceHigh), c.Unit))
		}
		text += ", " + certainty + ")"
		if !c.Shown {
			text = "no difference shown: " + text
		}
		return text
	case !c.Shown && !c.ChangeLow.is():
		return fmt.Sprintf("no difference shown: %s is %s than %s's%s, but too few seeds say so (%s)", subject, lowerOrHigher(float64(c.Change)), c.Baseline, at, certainty)
	case !c.Shown:
		return fmt.Sprintf("no difference shown: %s is between %s and %s than %s's%s (95 %% CI, %s)",
			subject, lowerOrHigher(float64(c.ChangeLow)), lowerOrHigher(float64(c.ChangeHigh)), c.Baseline, at, certainty)
	}
	low, high := 100*float64(c.ChangeLow), 100*float64(c.ChangeHigh)
	if c.Change < 0 {
		low, high = -high, -low
	}
	return fmt.Sprintf("%s is %s than %s's%s (95 %% CI %s to %s %%, %s)",
		subject, lowerOrHigher(float64(c.Change)), c.Baseline, at, percent(low), percent(high), certainty)
}

func lowerOrHigher(change float64) string {
	word := " % higher"
	if change < 0 {
		word = " % lower"
	}
	return percent(100*math.Abs(change)) + word
}

// percent is a number of percent with three digits, or one behind the point.
func percent(x float64) string {
	switch a := math.Abs(x); {
	case a >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a < 1 && a > 0:
		return strconv.FormatFloat(x, 'g', 2, 64)
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

func pText(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return "= " + strconv.FormatFloat(p, 'g', 2, 64)
}

// amount writes a value with its unit.
func amount(x float64, unit string) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "-"
	}
	text := strconv.FormatFloat(x, 'g', 4, 64)
	if math.Abs(x) >= 1000 && math.Abs(x) < 1e15 {
		text = strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strings.TrimSpace(text + " " + unit)
}

func place(at []Setting) string {
	var out []string
	for _, s := range at {
		out = append(out, s.Field+" = "+s.Value)
	}
	return strings.Join(out, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// notes are what a reader must know to trust the numbers.
func (p *Plan) notes(o *Outcome, rows Rows) []string {
	var out []string
	if n := len(o.Comparisons); n > 0 {
		if least := leastP(o.Seeds, o.CRN); least*float64(n) >= alpha {
			need := o.Seeds
			for leastP(need, o.CRN)*float64(n) >= alpha && need < 64 {
				need++
			}
			out = append(out, fmt.Sprintf("with %s no difference can be shown in %s, however large it is; give %d or more",
				plural(o.Seeds, "seed"), plural(n, "comparison"), need))
		}
	}
	unfinished := 0
	for _, r := range p.Runs(o.Seeds) {
		if row := rows[r.Key]; row != nil && row.Values["unfinished"] > 0 {
			unfinished++
		}
	}
	if unfinished > 0 {
		out = append(out, fmt.Sprintf("in %d of %s some leechers did not complete; completion times are those of the others", unfinished, plural(o.Runs, "run")))
	}
	missing := map[string]int{}
	for _, m := range o.Means {
		missing[m.Metric] += m.Missing
	}
	for _, m := range p.Metrics {
		if missing[m.Name] > 0 {
			out = append(out, fmt.Sprintf("%s has no value in %d of %s; they are left out", m.Name, missing[m.Name], plural(o.Runs, "run")))
		}
	}
	if t := o.Target; t != nil && !t.Reached {
		out = append(out, fmt.Sprintf("with %d seeds, the most allowed, the widest interval reaches %s %% to either side; %s %% was wanted",
			o.Seeds, percent(100*float64(t.Widest)), percent(100*float64(t.Share))))
	}
	return out
}

// Print writes the outcome for people.
func (o *Outcome) Print(w io.Writer, colours bool) error {
	how := "each with the same random numbers"
	if !o.CRN {
		how = "each with random numbers of its own"
	}
	fmt.Fprintf(w, "%s: %s of %s, %s, %s\n\n", o.Sweep, plural(o.Runs, "run"), o.Scenario, plural(o.Seeds, "seed"), how)
	if err := o.printMeans(w); err != nil {
		return err
	}
	if len(o.Comparisons) > 0 {
		fmt.Fprintln(w)
		if err := o.printComparisons(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n%s.\n", capital(o.Found))
	for _, n := range o.Notes {
		fmt.Fprintf(w, "Note: %s.\n", n)
	}
	if len(o.Expectations) > 0 {
		fmt.Fprintln(w)
	}
	for _, e := range o.Expectations {
		met, colour := "met    ", "32"
		if !e.Met {
			met, colour = "NOT MET", "31;1"
		}
		if colours {
			met = "\x1b[" + colour + "m" + met + "\x1b[0m"
		}
		if _, err := fmt.Fprintf(w, "%s  %s  (%s)\n", met, e.Expect, e.Actual); err != nil {
			return err
		}
	}
	return nil
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// maxShown bounds the lines of a table on a terminal; the files have them all.
const maxShown = 60

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

func (o *Outcome) printMeans(w io.Writer) error { return printTable(w, o.meansTable()) }

func (o *Outcome) printComparisons(w io.Writer) error { return printTable(w, o.comparisonsTable()) }

// meansTable is for people: the first row has the headings.
func (o *Outcome) meansTable() [][]string {
	var head []string
	if len(o.Means) > 0 {
		head = fieldsOf(o.Means[0].At)
	}
	named := false
	for _, m := range o.Means {
		named = named || m.Variant != ""
	}
	if named {
		head = append(head, "variant")
	}
	table := [][]string{append(head, "metric", "mean", "95 % interval", "sd", "seeds")}
	for _, m := range o.Means {
		row := valuesOf(m.At)
		if named {
			row = append(row, m.Variant)
		}
		table = append(table, append(row, m.Metric, amount(float64(m.Mean), m.Unit), reach(m.Low, m.High, func(x float64) string { return amount(x, m.Unit) }),
			amount(float64(m.SD), m.Unit), strconv.Itoa(m.Seeds)))
	}
	return table
}

func (o *Outcome) comparisonsTable() [][]string {
	if len(o.Comparisons) == 0 {
		return nil
	}
	table := [][]string{append(fieldsOf(o.Comparisons[0].At), "compared with "+o.Baseline, "metric", "change", "95 % interval", "effect size", "p", "corrected p", "")}
	for _, c := range o.Comparisons {
		change, interval := "-", "-"
		if c.Change.is() {
			change = fmt.Sprintf("%+.1f %%", 100*float64(c.Change))
			interval = reach(c.ChangeLow, c.ChangeHigh, func(x float64) string { return fmt.Sprintf("%+.1f %%", 100*x) })
		} else if c.Difference.is() {
			change = amount(float64(c.Difference), c.Unit)
			interval = reach(c.DifferenceLow, c.DifferenceHigh, func(x float64) string { return amount(x, c.Unit) })
		}
		verdict := "no difference shown"
		if c.Shown {
			verdict = "differs"
		}
		effect := "-"
		if c.EffectSize.is() {
			effect = strconv.FormatFloat(float64(c.EffectSize), 'f', 2, 64)
		}
		table = append(table, append(valuesOf(c.At), c.Variant, c.Metric, change, interval, effect,
			strings.TrimPrefix(pText(float64(c.P)), "= "), strings.TrimPrefix(pText(float64(c.PHolm)), "= "), verdict))
	}
	return table
}

func reach(low, high Number, write func(float64) string) string {
	if !low.is() || !high.is() {
		return "-"
	}
	return write(float64(low)) + " to " + write(float64(high))
}

func fieldsOf(at []Setting) []string {
	var out []string
	for _, s := range at {
		out = append(out, s.Field)
	}
	return out
}

func valuesOf(at []Setting) []string {
	var out []string
	for _, s := range at {
		out = append(out, s.Value)
	}
	return out
}
