package scenario

import (
	"fmt"
	"strconv"
	"strings"
)

// Expectation is a condition on the summary: a comparison of two terms. A term is a number, a
// value with a unit, a measure, or a number times a measure:
//
//	completion.p95 < 300 s
//	completion.last <= 1.25 * bound
type Expectation struct {
	text        string
	left, right term
	op          string
}

type term struct {
	factor  float64
	measure string // "" for the factor alone
	unit    string // of the factor: s, B, B/s, or "" for a bare number
}

var comparisons = []string{"<=", ">=", "==", "<", ">"}

// Parse reads an expectation.
func (e *Expectation) Parse(s string) error {
	e.text = s
	for _, op := range comparisons {
		left, right, ok := strings.Cut(s, op)
		if !ok {
			continue
		}
		var err error
		e.op = op
		if e.left, err = parseTerm(left); err != nil {
			return err
		}
		e.right, err = parseTerm(right)
		return err
	}
	return fmt.Errorf("%q is not a comparison; the form is %q", s, "completion.p95 < 300 s")
}

func (e Expectation) String() string { return e.text }

func parseTerm(s string) (term, error) {
	s = strings.TrimSpace(s)
	if factor, measure, ok := strings.Cut(s, "*"); ok {
		t, err := parseTerm(factor)
		m, err2 := parseTerm(measure)
		if err != nil || err2 != nil || t.measure != "" || m.measure == "" {
			return term{}, fmt.Errorf("%q is not a number times a measure", s)
		}
		if t.unit != "" {
			return term{}, fmt.Errorf("%q multiplies a measure by something other than a number", s)
		}
		return term{factor: t.factor, measure: m.measure}, nil
	}
	if s == "" {
		return term{}, fmt.Errorf("one side of the comparison is empty")
	}
	if isLetter(s[0]) {
		if strings.ContainsAny(s, " \t") {
			return term{}, fmt.Errorf("%q is not one measure", s)
		}
		return term{factor: 1, measure: s}, nil
	}
	if x, err := strconv.ParseFloat(s, 64); err == nil && x-x == 0 {
		return term{factor: x}, nil
	}
	if percent, ok := strings.CutSuffix(s, "%"); ok {
		if x, err := strconv.ParseFloat(strings.TrimSpace(percent), 64); err == nil && x-x == 0 {
			return term{factor: x / 100}, nil
		}
	}
	if v, err := parseUnit(s, "an amount", durationUnits); err == nil {
		return term{factor: v / 1e9, unit: "s"}, nil
	}
	if v, err := parseUnit(s, "an amount", rateUnits); err == nil {
		return term{factor: v, unit: "B/s"}, nil
	}
	v, err := parseUnit(s, "an amount", byteUnits)
	return term{factor: v, unit: "B"}, err
}

// dimension returns the unit of a term: s, B, B/s, or "" for a number. known lists the names of
// measures, whose parts end with their unit.
func (t term) dimension(known []string) string {
	name, ok := Measure(t.measure, known)
	if !ok {
		return t.unit
	}
	parts := strings.Split(name, ".")
	if parts[len(parts)-1] == "count" {
		return ""
	}
	for _, p := range parts {
		for _, u := range unitEndings {
			if strings.HasSuffix(p, u.ending) {
				return u.unit
			}
		}
	}
	return ""
}

// unitEndings maps the endings of measure names to units.
var unitEndings = []struct{ ending, unit string }{{"_s", "s"}, {"_bytes", "B"}, {"_Bps", "B/s"}}

// sound returns an error if the expectation names no measure or compares values of different
// units. It does not check that the measures exist.
func (e Expectation) sound(known []string) error {
	if len(e.Measures()) == 0 {
		return fmt.Errorf("%q names no measure", e.text)
	}
	for _, m := range e.Measures() {
		if _, ok := Measure(m, known); !ok {
			return nil
		}
	}
	what := map[string]string{
		"": "a number", "s": "a time such as 300 s", "B": "an amount such as 64 MiB", "B/s": "a rate",
	}
	if a, b := e.left.dimension(known), e.right.dimension(known); a != b {
		return fmt.Errorf("%q compares %s with %s", e.text, what[a], what[b])
	}
	return nil
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// Measures returns the names of the measures in an expectation.
func (e Expectation) Measures() []string {
	var out []string
	for _, t := range []term{e.left, e.right} {
		if t.measure != "" {
			out = append(out, t.measure)
		}
	}
	return out
}

// Holds evaluates the expectation. value returns a measure, or false if the run has no value for
// it, in which case the expectation is not met. actual gives the values of the measures.
func (e Expectation) Holds(value func(measure string) (float64, bool)) (met bool, actual string) {
	var sides [2]float64
	var values []string
	for i, t := range []term{e.left, e.right} {
		sides[i] = t.factor
		if t.measure == "" {
			continue
		}
		v, ok := value(t.measure)
		if !ok {
			return false, t.measure + " has no value"
		}
		sides[i] *= v
		values = append(values, t.measure+" = "+strconv.FormatFloat(v, 'f', -1, 64))
	}
	a, b := sides[0], sides[1]
	switch e.op {
	case "<":
		met = a < b
	case "<=":
		met = a <= b
	case ">":
		met = a > b
	case ">=":
		met = a >= b
	case "==":
		met = a == b
	}
	return met, strings.Join(values, ", ")
}

// Measure returns a measure's name in the summary. A scenario may omit the unit at the end of a
// part, such as the _s of completion_s.
func Measure(name string, known []string) (string, bool) {
	bare := func(s string) string {
		parts := strings.Split(s, ".")
		for i := range parts {
			for _, u := range unitEndings {
				parts[i] = strings.TrimSuffix(parts[i], u.ending)
			}
		}
		return strings.Join(parts, ".")
	}
	for _, k := range known {
		if k == name || bare(k) == name {
			return k, true
		}
	}
	return "", false
}
