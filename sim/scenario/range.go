package scenario

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Amount reads a number, with a unit or without: seconds, bytes, bytes per
// second or times per second.
func Amount(s string) (value float64, unit string, ok bool) {
	if x, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
		return x, "", x-x == 0
	}
	for _, kind := range amounts {
		if v, err := parseUnit(s, "an amount", kind.units); err == nil {
			return v * kind.scale, kind.base, true
		}
	}
	return 0, "", false
}

// amounts are the kinds of numbers with a unit.
var amounts = []struct {
	base  string
	units []unit
	scale float64 // from what Parse counts in to base
}{{"s", durationUnits, 1e-9}, {"B/s", rateUnits, 1}, {"B", byteUnits, 1}, {"/s", frequencyUnits, 1}}

// writeAmount writes a value in the unit that another was written in.
func writeAmount(v float64, like string) string {
	for _, kind := range amounts {
		if _, err := parseUnit(like, "an amount", kind.units); err != nil {
			continue
		}
		for _, u := range kind.units {
			digits, has := strings.CutSuffix(strings.TrimSpace(like), u.name)
			if has && strings.TrimRight(digits, "0123456789.eE+- ") == "" {
				return strconv.FormatFloat(v/(u.scale*kind.scale), 'g', 12, 64) + " " + u.name
			}
		}
	}
	return strconv.FormatFloat(v, 'g', 12, 64)
}

// maxRange is how many values a range has at most.
const maxRange = 1000

// Range reads a range of values: "200 kB/s..1 MB/s step 200 kB/s",
// "1..32 times 2", or "1..5" for whole numbers. is is false for what does not
// look like one.
func Range(s string) (values []string, is bool, err error) {
	low, rest, is := strings.Cut(s, "..")
	if !is {
		return nil, false, nil
	}
	high, by, adds := strings.Cut(rest, " step ")
	if !adds {
		var grows bool
		if high, by, grows = strings.Cut(rest, " times "); !grows {
			by, adds = "1", true
		}
	}
	a, unit, okA := Amount(low)
	b, unitB, okB := Amount(high)
	c, unitC, okC := Amount(by)
	bad := func(why string) ([]string, bool, error) {
		return nil, true, fmt.Errorf("%q %s; write a range like %q, %q or %q",
			s, why, "200 kB/s..1 MB/s step 200 kB/s", "1..32 times 2", "1..5")
	}
	switch {
	case !okA || !okB || !okC:
		return bad("is no range of numbers" + oddUnit(low, high, by))
	case unit == unitB && adds && unitC == "" && unit != "":
		return bad(fmt.Sprintf("needs a step in %s", unit))
	case unit != unitB || adds && unit != unitC || !adds && unitC != "":
		return bad("mixes units")
	case b < a:
		return bad("ends below its start")
	case adds && c <= 0 || !adds && c <= 1 || !adds && a <= 0:
		return bad("does not get anywhere")
	}
	// A little beyond the end counts as the end: 0.1 three times is not 0.3.
	for i := 0; ; i++ {
		v := a + float64(float64(i)*c) // rounded first, on every machine
		if !adds {
			v = a * math.Pow(c, float64(i))
		}
		if v > b*(1+1e-9) {
			return values, true, nil
		}
		if i == maxRange {
			return bad(fmt.Sprintf("has more than %d values", maxRange))
		}
		values = append(values, writeAmount(v, low))
	}
}

// oddUnit says what unit may have been meant in one of the ends of a range.
func oddUnit(ends ...string) string {
	for _, end := range ends {
		name := strings.TrimLeft(strings.TrimSpace(end), "0123456789.eE+- ")
		for _, kind := range amounts {
			if meant := meantUnit(name, kind.units); name != "" && strings.HasSuffix(meant, "?") {
				return fmt.Sprintf(": unit %q is unknown%s", name, meant)
			}
		}
	}
	return ""
}
