package lab

import (
	"fmt"
	"math"

	"swarmsim/sim/scenario"
)

// sentence returns the result of the sweep in one sentence.
func (o *SweepResult) sentence() string {
	n, seeds := len(o.Comparisons), plural(o.Seeds, "seed")
	switch {
	case o.Tournament != nil:
		return o.Tournament.conclusion(o)
	case n == 0 && len(o.Means) == 1 && o.Means[0].Mean.exists():
		return "nothing was compared; " + o.Means[0].sentence()
	case n == 0:
		return "nothing was compared: there is one variant, played with " + seeds
	case n == 1:
		return o.Comparisons[0].Sentence(1)
	case o.Differences == 0 && !o.canShow():
		return fmt.Sprintf("too few seeds to tell: with %s none of %d comparisons could show a difference, "+
			"however large", seeds, n)
	case o.Differences == 0:
		return fmt.Sprintf("no difference shown in any of %d comparisons (corrected for multiple "+
			"comparisons, %s each)", n, seeds)
	}
	return fmt.Sprintf("%d of %d comparisons show a difference (corrected for multiple comparisons, %s each); the "+
		"largest: %s",
		o.Differences, n, seeds, o.largest().Sentence(n))
}

// largest returns the significant comparison with the largest relative change.
func (o *SweepResult) largest() *Comparison {
	best := &o.Comparisons[0]
	for i := range o.Comparisons {
		c := &o.Comparisons[i]
		if c.Shown && (!best.Shown || math.Abs(float64(c.Change)) > math.Abs(float64(best.Change))) {
			best = c
		}
	}
	return best
}

func (m *Mean) sentence() string {
	text := fmt.Sprintf("%s is %s", m.Metric, withUnit(float64(m.Mean), m.Unit))
	if m.Low.exists() {
		text += fmt.Sprintf(" (95 %% CI %s to %s, %s)",
			withUnit(float64(m.Low), m.Unit), withUnit(float64(m.High), m.Unit), plural(m.Seeds, "seed"))
	}
	return text
}

// Sentence returns the result of the comparison, which is one of the given number of
// comparisons, in one sentence.
func (c *Comparison) Sentence(comparisons int) string {
	subject, other := c.Variant+"'s "+c.Metric, c.Baseline+"'s"
	if c.field != "" && !isWord(c.Variant) { // a possessive of a number is hard to read
		subject, other = fmt.Sprintf("%s with %s = %s", c.Metric, c.field, c.Variant), "with "+c.Baseline
	}
	at := ""
	if len(c.At) > 0 {
		at = " at " + pointText(c.At)
	}
	seeds := plural(c.Seeds, "seed")
	certainty := fmt.Sprintf("p %s, %s", pValue(float64(c.P)), seeds)
	if comparisons > 1 {
		certainty = fmt.Sprintf("corrected p %s, %s", pValue(float64(c.PHolm)), seeds)
	}
	switch {
	case c.Seeds == 0:
		return fmt.Sprintf("nothing to compare: no seed gives a value of %s and %s%s", subject, other, at)
	case c.Identical:
		return fmt.Sprintf("no difference shown: %s is the same as %s with every seed%s (%s)", subject, other, at, seeds)
	case !c.Change.exists():
		return c.absoluteSentence(subject, other, at, certainty)
	case !c.Shown && !c.ChangeLow.exists():
		return fmt.Sprintf("%s: %s is %s than %s%s (%s)",
			c.verdict(), subject, lowerOrHigher(float64(c.Change)), other, at, certainty)
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

// absoluteSentence is for a baseline of 0, to which there is no relative change.
func (c *Comparison) absoluteSentence(subject, other, at, certainty string) string {
	write := func(n Number) string { return withUnit(float64(n), c.Unit) }
	text := fmt.Sprintf("%s is %s, %s %s%s (difference %s",
		subject, write(c.Mean), other, write(c.BaselineMean), at, write(c.Difference))
	if c.DifferenceLow.exists() {
		text += fmt.Sprintf(", 95 %% CI %s to %s", write(c.DifferenceLow), write(c.DifferenceHigh))
	}
	text += ", " + certainty + ")"
	if !c.Shown {
		text = c.verdict() + ": " + text
	}
	return text
}

// verdict returns the result in a few words.
func (c *Comparison) verdict() string {
	switch {
	case c.Seeds == 0:
		return "nothing to compare"
	case c.Shown:
		return "differs"
	case c.TooFew:
		return "too few seeds to tell"
	}
	return "no difference shown"
}

// isWord reports whether a variant's name can be used as a possessive in a sentence.
func isWord(s string) bool {
	return scenario.ValidName(s) && (s[0] < '0' || s[0] > '9')
}
