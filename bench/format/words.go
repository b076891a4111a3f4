package format

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"swarmsim/bench"
)

// directionWords are the names of the directions.
var directionWords = map[bench.Direction]string{
	bench.NoDirection:    "none",
	bench.LowerIsBetter:  "lower",
	bench.HigherIsBetter: "higher",
}

// digits writes a number with all its digits.
func digits(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// number writes a number for people, with its unit.
func number(x float64, unit string, precision int) string {
	switch {
	case math.IsNaN(x):
		return "none"
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		return withUnit(strconv.FormatFloat(x, 'f', 0, 64), unit)
	case math.Abs(x) >= 1e-4 && math.Abs(x) < 1e15: // without an exponent
		decimals := max(0, precision-1-int(math.Floor(math.Log10(math.Abs(x)))))
		text := strconv.FormatFloat(x, 'f', decimals, 64)
		if decimals > 0 {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return withUnit(text, unit)
	}
	return withUnit(strconv.FormatFloat(x, 'g', precision, 64), unit)
}

func withUnit(text, unit string) string {
	if unit == "" {
		return text
	}
	return text + " " + oneLine(unit)
}

// usualPrecision is the number of digits in texts for people.
const usualPrecision = 6

// values writes the values before and after, with as many digits as distinguish them.
func values(m *bench.MetricComparison) (before, after string) {
	for precision := usualPrecision; precision <= 17; precision++ {
		before, after = number(m.Before, m.Unit, precision), number(m.After, m.Unit, precision)
		if before != after {
			break
		}
	}
	if before == after { // the same, or the means agree and the seeds do not
		return number(m.Before, m.Unit, usualPrecision), number(m.After, m.Unit, usualPrecision)
	}
	return before, after
}

// change writes the relative change of a metric in per cent.
func change(m *bench.MetricComparison) string {
	if math.IsNaN(m.Relative) || math.IsInf(m.Relative, 0) {
		return ""
	}
	return signedPercent(m.Relative)
}

// interval writes the interval of a metric's change, or "" if the comparison is exact.
func interval(m *bench.MetricComparison) string {
	i := m.Interval
	if math.IsNaN(i.Low) || math.IsNaN(i.High) || i.Low == i.High {
		return ""
	}
	return signedPercent(i.Low) + " to " + signedPercent(i.High)
}

// sentence says how a metric or a cell moved, in one line of text.
func (x *moved) sentence() string {
	m := x.metric
	text := oneLine(m.Metric) + " " + m.Outcome.String()
	if x.note != "" {
		return text + ": " + oneLine(x.note)
	}
	if !math.IsNaN(m.Before) || !math.IsNaN(m.After) {
		before, after := values(m)
		text += fmt.Sprintf(": %s before, %s now", before, after)
	}
	if c := change(m); c != "" {
		text += " (" + c
		if i := interval(m); i != "" {
			text += ", 95 % interval " + i
		}
		text += ")"
	}
	if m.Moved > 0 {
		text += fmt.Sprintf("; %s moved, most at seed %d", plural(m.Moved, "seed"), m.WorstSeed)
	}
	if m.Needed > 0 {
		text += fmt.Sprintf("; %s needed to be sure", plural(m.Needed, "run"))
	}
	return text
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// oneLine makes a name fit for one line of text: control characters and line breaks become
// spaces.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || isHidden(r)
	}), " ")
}

// isHidden reports whether a character is invisible or changes the order of the others, which
// would let a name pose as another text.
func isHidden(r rune) bool {
	return unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}
