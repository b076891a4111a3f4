package sweep

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// Expectation is a statement about the result of a sweep:
//
//	random.completion.mean / rarest-first.completion.mean > 1.05
//	smart.seed_copies_at_union <= 1.1, clear
//	differences <= 0.05 * comparisons
//
// A side is a number, a quantity with a unit, VARIANT.MEASURE (its mean over the seeds;
// the variant may be omitted if there is one), a count of the result, the ratio of two
// of these, or a number times one of them. With ", clear" the whole 95 % interval of the
// difference of the sides must satisfy the statement.
type Expectation struct {
	That string
	At   Changes // the point; nil for every point

	Clear       bool // set by a statement that ends in ", clear"
	left, right side
	op          string
}

// side is factor * ref, factor * ref / over, or factor alone.
type side struct {
	factor    float64
	unit      string // of factor alone: s, B, B/s or none
	ref, over *Ref
}

// Ref refers to a measure of a variant, or to a count of the result.
type Ref struct {
	Variant string
	Measure string // as written; the full name once it is resolved
	IsCount bool
}

// counts are the numbers of a result that expectations can refer to.
var counts = []string{"comparisons", "differences", "differences_uncorrected"}

// ReadNode reads a statement, or a mapping with that and at.
func (e *Expectation) ReadNode(n *yaml.Node, fail failAt) {
	if n.Kind == yaml.ScalarNode {
		e.That = n.Value
		return
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "that":
			e.That = n.Content[i+1].Value
		case "at":
			e.At.ReadNode(n.Content[i+1], fail)
		default:
			fail(n.Content[i], "there is no field %q here; there are that and at", n.Content[i].Value)
		}
	}
	if e.That == "" {
		fail(n, "must be a statement such as a.completion.mean < b.completion.mean, or a mapping with that and at")
	}
}

func (e *Expectation) String() string {
	if len(e.At) == 0 {
		return e.That
	}
	var at []string
	for _, c := range e.At {
		at = append(at, c.Path+" = "+scenario.OneLine(c.Value))
	}
	return e.That + " at " + strings.Join(at, ", ")
}

// parse parses the statement and checks its point. axes are the fields varied beside the
// variants.
func (e *Expectation) parse(variants *naming, axes []Axis) error {
	text, clear := strings.CutSuffix(strings.TrimSpace(e.That), ", clear")
	e.Clear = clear
	for _, op := range []string{" <= ", " >= ", " == ", " < ", " > "} {
		left, right, ok := strings.Cut(text, op)
		if !ok {
			continue
		}
		e.op = strings.TrimSpace(op)
		var err error
		if e.left, err = parseSide(left, variants); err != nil {
			return err
		}
		if e.right, err = parseSide(right, variants); err != nil {
			return err
		}
		if e.left.ref == nil && e.right.ref == nil {
			return fmt.Errorf("%q names no measure", e.That)
		}
		if clear && (e.op == "==" || e.HasCounts()) {
			return fmt.Errorf("%q: clear is for means, with <, <=, > or >=", e.That)
		}
		return e.checkPoint(axes)
	}
	return fmt.Errorf("%q is not a comparison; write it like %q, with spaces around the operator",
		e.That, "a.completion.mean / b.completion.mean > 1.05")
}

// HasCounts reports whether the statement refers to counts of the result.
func (e *Expectation) HasCounts() bool {
	return slices.ContainsFunc(e.Refs(), func(r *Ref) bool { return r.IsCount })
}

// Refs returns the measures and counts of the statement.
func (e *Expectation) Refs() []*Ref {
	var out []*Ref
	for _, r := range []*Ref{e.left.ref, e.left.over, e.right.ref, e.right.over} {
		if r != nil {
			out = append(out, r)
		}
	}
	return out
}

// checkPoint checks that the sweep reaches the expectation's point.
func (e *Expectation) checkPoint(axes []Axis) error {
	for _, c := range e.At {
		i := slices.IndexFunc(axes, func(a Axis) bool { return a.Path == c.Path })
		if i < 0 {
			var paths []string
			for _, a := range axes {
				paths = append(paths, a.Path)
			}
			return fmt.Errorf("at: %s is not varied beside the variants%s", c.Path, scenario.Nearest(c.Path, paths))
		}
		values, wanted := axes[i].Words(), scenario.OneLine(c.Value)
		if !slices.ContainsFunc(values, func(v string) bool { return SameValue(v, wanted) }) {
			return fmt.Errorf("at: %s never has the value %s; its values are %s", c.Path, wanted, strings.Join(values, ", "))
		}
	}
	return nil
}

// SameValue reports whether two values are equal to a scenario: 1 MB/s is 1000 kB/s.
func SameValue(a, b string) bool {
	x, unitX, okX := scenario.Amount(a)
	y, unitY, okY := scenario.Amount(b)
	return a == b || okX && okY && unitX == unitY && x == y
}

func parseSide(text string, variants *naming) (side, error) {
	out := side{factor: 1}
	if factor, rest, ok := strings.Cut(text, " * "); ok {
		x, err := parseNumber(factor)
		if err != nil {
			return out, err
		}
		out.factor, text = x, rest
	}
	first, second, isRatio := strings.Cut(text, " / ")
	r, err := parseRef(first, variants)
	if err == nil {
		out.ref = r
		if isRatio {
			out.over, err = parseRef(second, variants)
		}
		return out, err
	}
	if x, unit, ok := scenario.Amount(strings.TrimSpace(text)); ok && out.factor == 1 {
		return side{factor: x, unit: unit}, nil
	}
	if x, err := parseNumber(text); err == nil && out.factor == 1 {
		return side{factor: x}, nil
	}
	return out, err
}

func parseNumber(text string) (float64, error) {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || x-x != 0 { // infinite or NaN
		return 0, fmt.Errorf("%q is not a number", strings.TrimSpace(text))
	}
	if isPercent {
		x /= 100
	}
	return x, nil
}

// parseRef reads VARIANT.MEASURE, or a count.
func parseRef(text string, variants *naming) (*Ref, error) {
	text = strings.TrimSpace(text)
	if slices.Contains(counts, text) {
		return &Ref{Measure: text, IsCount: true}, nil
	}
	if variant, measure := variants.split(text); variant != "" {
		return &Ref{Variant: variant, Measure: measure}, nil
	}
	if len(variants.names) < 2 && text != "" && (text[0] < '0' || text[0] > '9') {
		return &Ref{Variant: strings.Join(variants.names, ""), Measure: text}, nil
	}
	first, _, _ := strings.Cut(text, ".")
	return nil, fmt.Errorf("%q is neither a number nor VARIANT.MEASURE%s; %s",
		text, scenario.Nearest(first, variants.names), variants.describe())
}

// dimension returns the unit of a side whose measures are resolved.
func (s side) dimension() string {
	switch {
	case s.ref == nil:
		return s.unit
	case s.ref.IsCount || s.over != nil && UnitOf(s.over.Measure) == UnitOf(s.ref.Measure):
		return ""
	case s.over != nil:
		return UnitOf(s.ref.Measure) + " per " + UnitOf(s.over.Measure)
	}
	return UnitOf(s.ref.Measure)
}

// CheckDimensions checks that both sides have the same unit. All measures must be resolved.
func (e *Expectation) CheckDimensions() error {
	names := map[string]string{
		"":    "a number",
		"s":   "a time such as 300 s",
		"B":   "an amount such as 64 MiB",
		"B/s": "a rate",
	}
	a, b := e.left.dimension(), e.right.dimension()
	if a != b {
		return fmt.Errorf("%q compares %s with %s", e.That, cmp.Or(names[a], a), cmp.Or(names[b], b))
	}
	return nil
}
