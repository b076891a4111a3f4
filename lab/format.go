package lab

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// lowerOrHigher writes a relative change as in "3.1 % lower".
func lowerOrHigher(change float64) string {
	word := " % higher"
	if change < 0 {
		word = " % lower"
	}
	return percent(100*math.Abs(change)) + word
}

// percent writes a number of percent with one decimal, with none from 100 on, and with two
// significant digits below 1.
func percent(x float64) string {
	switch size := math.Abs(x); {
	case size >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case size < 1 && size > 0:
		return strconv.FormatFloat(x, 'g', 2, 64)
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// signedPercent writes a number of percent with its sign, except for one that rounds to 0.
func signedPercent(x float64) string {
	if math.Abs(x) < 0.05 {
		return "0.0 %"
	}
	return fmt.Sprintf("%+.1f %%", x)
}

// pValue writes a p-value with its relation, as in "= 0.012".
func pValue(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return "= " + strconv.FormatFloat(p, 'g', 2, 64)
}

// withUnit writes a value with its unit.
func withUnit(x float64, unit string) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "-"
	}
	text := strconv.FormatFloat(x, 'g', 4, 64)
	if math.Abs(x) >= 1000 && math.Abs(x) < 1e15 {
		text = strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strings.TrimSpace(text + " " + unit)
}

// signed writes a value with its unit and its sign, except for 0.
func signed(x float64, unit string) string {
	text := withUnit(x, unit)
	if x > 0 {
		text = "+" + text
	}
	return text
}

// pointText writes a point as in "client.rechoke_interval = 5 s, content.piece = 64 KiB".
func pointText(at []FieldValue) string {
	var out []string
	for _, s := range at {
		out = append(out, s.Field+" = "+s.Value)
	}
	return strings.Join(out, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
