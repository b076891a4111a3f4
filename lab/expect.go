package lab

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// Expectation is a statement about the outcome of a sweep:
//
//	random.completion.mean / rarest-first.completion.mean > 1.05
//	smart.seed_copies_at_union <= 1.1, clear
//	differences <= 0.05 * comparisons
//
// A side is a number or an amount, VARIANT.MEASURE (its mean over the seeds; the
// variant may be left out where there is one), a count of the outcome, one of
// these over another, or a number times one of them. With ", clear" the 95 %
// interval must be on that side too.
type Expectation struct {
	That string
	At   Changes // the point; nil for every one

	left, right side
	op          string
	clear       bool
}

// side is factor * ref, factor * ref / over, or the factor alone.
type side struct {
	factor    float64
	unit      string // of the factor alone: s, B, B/s or nothing
	ref, over *ref
}

// ref is a number that runs or their comparisons come to.
type ref struct {
	variant string
	measure string // as it was written, in full once resolved
	count   bool   // of the outcome
}

// counts are the numbers of an outcome that are no means.
var counts = []string{"comparisons", "differences", "differences_uncorrected"}

// ReadNode reads a statement, or a mapping with that and at.
func (e *Expectation) ReadNode(n *yaml.Node, fail fail) {
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
			fail(n.Content[i], "there is no field %q here; known are that, at", n.Content[i].Value)
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
	return e.That + " at " + e.place()
}

func (e *Expectation) place() string {
	var out []string
	for _, c := range e.At {
		out = append(out, c.Path+" = "+scenario.OneLine(c.Value))
	}
	return strings.Join(out, ", ")
}

// parse reads the statement, knowing the variants, and checks the point.
func (e *Expectation) parse(variants *naming, axes []Axis) error {
	text, clear := strings.CutSuffix(strings.TrimSpace(e.That), ", clear")
	e.clear = clear
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
		if clear && (e.op == "==" || e.counts()) {
			return fmt.Errorf("%q: clear is for means and for <, <=, > and >=", e.That)
		}
		return e.checkPlace(axes)
	}
	return fmt.Errorf("%q compares nothing; write it like %q, with spaces around the comparison", e.That, "a.completion.mean / b.completion.mean > 1.05")
}

// counts reports whether the statement is about the comparisons themselves.
func (e *Expectation) counts() bool {
	return slices.ContainsFunc(e.refs(), func(r *ref) bool { return r.count })
}

func (e *Expectation) refs() []*ref {
	var out []*ref
	for _, r := range []*ref{e.left.ref, e.left.over, e.right.ref, e.right.over} {
		if r != nil {
			out = append(out, r)
		}
	}
	return out
}

func (e *Expectation) checkPlace(axes []Axis) error {
	for _, c := range e.At {
		i := slices.IndexFunc(axes, func(a Axis) bool { return a.Path == c.Path })
		if i < 0 {
			var paths []string
			for _, a := range axes {
				paths = append(paths, a.Path)
			}
			return fmt.Errorf("at: %s is not varied beside the variants%s", c.Path, scenario.Nearest(c.Path, paths))
		}
		var values []string
		for _, v := range axes[i].Values {
			values = append(values, scenario.OneLine(v.Value))
		}
		if !slices.ContainsFunc(values, func(v string) bool { return sameValue(v, scenario.OneLine(c.Value)) }) {
			return fmt.Errorf("at: %s does not come to %s; its values are %s", c.Path, scenario.OneLine(c.Value), strings.Join(values, ", "))
		}
	}
	return nil
}

// sameValue compares values as scenarios understand them: 1 MB/s is 1000 kB/s.
func sameValue(a, b string) bool {
	x, unitX, okX := scenario.Amount(a)
	y, unitY, okY := scenario.Amount(b)
	return a == b || okX && okY && unitX == unitY && x == y
}

func parseSide(s string, variants *naming) (side, error) {
	out := side{factor: 1}
	if factor, rest, ok := strings.Cut(s, " * "); ok {
		x, err := parseNumber(factor)
		if err != nil {
			return out, err
		}
		out.factor, s = x, rest
	}
	first, second, ratio := strings.Cut(s, " / ")
	r, err := parseRef(first, variants)
	if err == nil {
		out.ref = r
		if ratio {
			out.over, err = parseRef(second, variants)
		}
		return out, err
	}
	if x, unit, ok := scenario.Amount(strings.TrimSpace(s)); ok && out.factor == 1 {
		return side{factor: x, unit: unit}, nil
	}
	if x, err := parseNumber(s); err == nil && out.factor == 1 {
		return side{factor: x}, nil
	}
	return out, err
}

func parseNumber(s string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || x-x != 0 {
		return 0, fmt.Errorf("%q is not a number", strings.TrimSpace(s))
	}
	if percent {
		x /= 100
	}
	return x, nil
}

// naming is what variants are called in expectations.
type naming struct {
	names []string
	other map[string]string // other names, and whose they are
	field string            // that names are values of, if they are
}

// find splits VARIANT.MEASURE.
func (n *naming) find(s string) (variant, measure string) {
	best := ""
	for _, v := range append(slices.Sorted(maps.Keys(n.other)), n.names...) {
		if strings.HasPrefix(s, v+".") && len(v) >= len(best) {
			best = v
		}
	}
	if best == "" {
		return "", ""
	}
	measure = s[len(best)+1:]
	if !slices.Contains(n.names, best) {
		best = n.other[best]
	}
	return best, measure
}

// whose is a variant's name, of either kind.
func (n *naming) whose(name string) (string, bool) {
	if slices.Contains(n.names, name) {
		return name, true
	}
	name, ok := n.other[name]
	return name, ok
}

// say lists the names, and how to write one.
func (n *naming) say() string {
	text := "variants are " + strings.Join(n.names, ", ")
	if n.field != "" {
		text = fmt.Sprintf("variants are the values of %s: %s", n.field, strings.Join(n.names, ", "))
	}
	if len(n.names) > 0 {
		text += fmt.Sprintf("; write for instance %q", n.names[0]+".completion.mean")
	}
	return text
}

// parseRef reads VARIANT.MEASURE, or a count.
func parseRef(s string, variants *naming) (*ref, error) {
	s = strings.TrimSpace(s)
	if slices.Contains(counts, s) {
		return &ref{measure: s, count: true}, nil
	}
	if variant, measure := variants.find(s); variant != "" {
		return &ref{variant: variant, measure: measure}, nil
	}
	if len(variants.names) < 2 && s != "" && (s[0] < '0' || s[0] > '9') {
		return &ref{variant: strings.Join(variants.names, ""), measure: s}, nil
	}
	first, _, _ := strings.Cut(s, ".")
	return nil, fmt.Errorf("%q is neither a number nor VARIANT.MEASURE%s; %s", s, scenario.Nearest(first, variants.names), variants.say())
}

// dimension is what a side counts, once its measures are resolved.
func (s side) dimension() string {
	switch {
	case s.ref == nil:
		return s.unit
	case s.ref.count || s.over != nil && unitOf(s.over.measure) == unitOf(s.ref.measure):
		return ""
	case s.over != nil:
		return unitOf(s.ref.measure) + " per " + unitOf(s.over.measure)
	}
	return unitOf(s.ref.measure)
}

// sound reports whether like is compared with like.
func (e *Expectation) sound() error {
	says := map[string]string{"": "a number", "s": "a time such as 300 s", "B": "an amount such as 64 MiB", "B/s": "a rate"}
	a, b := e.left.dimension(), e.right.dimension()
	if a != b {
		return fmt.Errorf("%q compares %s with %s", e.That, cmp.Or(says[a], a), cmp.Or(says[b], b))
	}
	return nil
}
