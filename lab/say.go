package lab

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"swarmsim/sim/scenario"
)

// sentence is what was found, in one sentence.
func (o *Outcome) sentence() string {
	switch n := len(o.Comparisons); {
	case n == 0 && len(o.Means) == 1 && o.Means[0].Mean.is():
		m := o.Means[0]
		text := fmt.Sprintf("nothing was compared; %s is %s", m.Metric, amount(float64(m.Mean), m.Unit))
		if m.Low.is() {
			text += fmt.Sprintf(" (95 %% CI %s to %s, %s)", amount(float64(m.Low), m.Unit), amount(float64(m.High), m.Unit), plural(m.Seeds, "seed"))
		}
		return text
	case n == 0:
		return fmt.Sprintf("nothing was compared: there is one variant, played with %s", plural(o.Seeds, "seed"))
	case n == 1:
		return o.Comparisons[0].Sentence(1)
	case o.Differences == 0 && !o.canShow():
		return fmt.Sprintf("too few seeds to tell: with %s none of %d comparisons could show a difference, however large", plural(o.Seeds, "seed"), n)
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
	subject, other := c.Variant+"'s "+c.Metric, c.Baseline+"'s"
	if c.field != "" && !isWord(c.Variant) { // a number is nobody
		subject, other = fmt.Sprintf("%s with %s = %s", c.Metric, c.field, c.Variant), "with "+c.Baseline
	}
	at := ""
	if len(c.At) > 0 {
		at = " at " + place(c.At)
	}
	if c.Seeds == 0 {
		return fmt.Sprintf("nothing to compare: no seed came to %s and %s%s", subject, other, at)
	}
	p := "p " + pText(float64(c.P))
	if of > 1 {
		p = "corrected p " + pText(float64(c.PHolm))
	}
	certainty := fmt.Sprintf("%s, %s", p, plural(c.Seeds, "seed"))
	switch {
	case c.Identical:
		return fmt.Sprintf("no difference shown: %s is the same as %s, whatever the seed%s (%s)", subject, other, at, plural(c.Seeds, "seed"))
	case !c.Change.is():
		text := fmt.Sprintf("%s is %s, %s %s%s (difference %s", subject, amount(float64(c.Mean), c.Unit), other, amount(float64(c.BaselineMean), c.Unit), at, amount(float64(c.Difference), c.Unit))
		if c.DifferenceLow.is() {
			text += fmt.Sprintf(", 95 %% CI %s to %s", amount(float64(c.DifferenceLow), c.Unit), amount(float64(c.DifferenceHigh), c.Unit))
		}
		text += ", " + certainty + ")"
		if !c.Shown {
			text = c.verdict() + ": " + text
		}
		return text
	case !c.Shown && !c.ChangeLow.is():
		return fmt.Sprintf("%s: %s is %s than %s%s, but too few seeds say so (%s)", c.verdict(), subject, lowerOrHigher(float64(c.Change)), other, at, certainty)
	case !c.Shown:
		return fmt.Sprintf("%s: %s is between %s and %s than %s%s (95 %% CI, %s)", c.verdict(),
			subject, lowerOrHigher(float64(c.ChangeLow)), lowerOrHigher(float64(c.ChangeHigh)), other, at, certainty)
	}
	low, high := 100*float64(c.ChangeLow), 100*float64(c.ChangeHigh)
	if c.Change < 0 {
		low, high = -high, -low
	}
	return fmt.Sprintf("%s is %s than %s%s (95 %% CI %s to %s %%, %s)",
		subject, lowerOrHigher(float64(c.Change)), other, at, percent(low), percent(high), certainty)
}

// verdict is what a comparison shows, in a few words.
func (c *Comparison) verdict() string {
	switch {
	case c.Shown:
		return "differs"
	case c.TooFew:
		return "too few seeds to tell"
	}
	return "no difference shown"
}

// isWord reports whether a variant's name can own something in a sentence.
func isWord(s string) bool {
	return scenario.ValidName(s) && (s[0] < '0' || s[0] > '9')
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

// signed is a change in percent; what rounds to nothing has no sign.
func signed(x float64) string {
	if math.Abs(x) < 0.05 {
		return "0.0 %"
	}
	return fmt.Sprintf("%+.1f %%", x)
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

// maxWarnings bounds what is said of a sweep's scenarios.
const maxWarnings = 10

// Warnings are what is known of a sweep before anything is played: what is odd about
// its scenarios, each thing once, and that nothing could be shown.
func (p *Plan) Warnings() []string {
	var out []string
	for i := range p.Cells {
		for _, w := range p.Cells[i].played.Warnings {
			if text := w.Error(); !slices.Contains(out, text) && len(out) < maxWarnings {
				out = append(out, text)
			}
		}
	}
	if text := p.tooFew(p.Sweep.mostSeeds()); text != "" {
		out = append(out, text)
	}
	return out
}

// tooFew says that with so many seeds no difference can be shown, however large
// it is; nothing where one can.
func (p *Plan) tooFew(seeds int) string {
	n := p.compares()
	if n == 0 || canShow(seeds, n, p.Sweep.CRN) {
		return ""
	}
	need := seeds
	for !canShow(need, n, p.Sweep.CRN) && need < 64 {
		need++
	}
	return fmt.Sprintf("with %s no difference can be shown in %s, however large it is; give %d or more", plural(seeds, "seed"), plural(n, "comparison"), need)
}

// compares counts the comparisons.
func (p *Plan) compares() int { return len(p.Metrics) * p.Points * (len(p.Variants) - 1) }

// canShow reports whether the corrected test of so many comparisons can come to a
// difference at all: whether its smallest p is small enough.
func canShow(seeds, comparisons int, paired bool) bool {
	return leastP(seeds, paired)*float64(comparisons) < alpha
}

// notes are what a reader must know to trust the numbers.
func (p *Plan) notes(o *Outcome, rows Rows) []string {
	var out []string
	if text := p.tooFew(o.Seeds); text != "" {
		out = append(out, text)
	}
	if slices.ContainsFunc(o.Comparisons, func(c Comparison) bool { return c.Seeds > 1 && !c.Identical && !c.EffectSize.is() }) {
		out = append(out, "an effect size is - where the difference is the same with every seed: it has no size against how it varies")
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
