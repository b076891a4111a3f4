package lab

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// Fail says what is wrong with a node of a file.
type fail = func(at *yaml.Node, format string, args ...any)

// Base is the scenario that a sweep plays: a name or path, or all of it.
type Base struct {
	Name string
	Node *yaml.Node
}

// ReadNode reads a name or keeps the scenario for later.
func (b *Base) ReadNode(n *yaml.Node, fail fail) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		b.Name = n.Value
	case n.Kind == yaml.MappingNode:
		b.Node = n
	default:
		fail(n, "must be a scenario's name, a path, or a scenario")
	}
}

// Changes are fields with values: groups[0].count: 50.
type Changes []scenario.Override

// ReadNode reads a mapping from paths to values.
func (c *Changes) ReadNode(n *yaml.Node, fail fail) {
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!null" || n.Value == "") {
		return // a variant that changes nothing
	}
	if n.Kind != yaml.MappingNode {
		fail(n, "must be a mapping from fields to values, such as client.choker: random")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		*c = append(*c, scenario.Override{Path: n.Content[i].Value, Value: n.Content[i+1]})
	}
}

// Variant is one of the things that are compared.
type Variant struct {
	Name  string
	Alias string // another name for it in expectations; "" for none
	Set   Changes
}

// Variants keep the order of the file.
type Variants []Variant

// ReadNode reads a mapping from names to changes.
func (v *Variants) ReadNode(n *yaml.Node, fail fail) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		fail(n, "must be a mapping from names to the fields that each changes")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if !scenario.ValidName(name) {
			fail(n.Content[i], "%q is not a name: letters, digits and dashes, at most 64", name)
		}
		one := Variant{Name: name}
		one.Set.ReadNode(n.Content[i+1], fail)
		*v = append(*v, one)
	}
}

// Axis is a field and the values it goes through.
type Axis struct {
	Path   string
	Values []scenario.Override
}

// Axes keep the order of the file.
type Axes []Axis

// ReadNode reads a mapping from fields to lists or ranges.
func (a *Axes) ReadNode(n *yaml.Node, fail fail) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		fail(n, "must be a mapping from fields to lists or ranges of values")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		one := Axis{Path: n.Content[i].Value}
		if err := one.add(n.Content[i+1]); err != nil {
			fail(n.Content[i+1], "%s: %v", one.Path, err)
		}
		*a = append(*a, one)
	}
}

// add takes a list of values and ranges, or one of them.
func (a *Axis) add(n *yaml.Node) error {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	if len(items) == 0 {
		return errors.New("has no values")
	}
	for _, item := range items {
		if item.Kind == yaml.ScalarNode {
			values, is, err := scenario.Range(item.Value)
			if err != nil {
				return err
			}
			for _, v := range values {
				value := *item
				value.Value, value.Tag, value.Style = v, "", 0
				a.Values = append(a.Values, scenario.Override{Path: a.Path, Value: &value})
			}
			if is {
				continue
			}
		}
		a.Values = append(a.Values, scenario.Override{Path: a.Path, Value: item})
	}
	return nil
}

// ParseAxis reads FIELD=VALUE,VALUE or FIELD=RANGE, as a flag has it.
func ParseAxis(s string) (Axis, error) {
	path, values, ok := strings.Cut(s, "=")
	if !ok || path == "" {
		return Axis{}, fmt.Errorf("--vary %q must look like client.picker=rarest-first,random or client.choker.slots=1..8", s)
	}
	a := Axis{Path: path}
	n, err := scenario.ParseYAML([]byte("[" + values + "]"))
	if err != nil || n == nil || n.Kind != yaml.SequenceNode {
		return a, fmt.Errorf("--vary %.200q: %.200q is not a list of values", s, values)
	}
	if err := a.add(n); err != nil {
		return a, fmt.Errorf("--vary %s: %w", path, err)
	}
	for i := range a.Values {
		a.Values[i].From = "--vary " + path + "=" + scenario.OneLine(a.Values[i].Value)
	}
	return a, nil
}

// ParseChanges reads FIELD=VALUE,FIELD=VALUE, as a flag has it.
func ParseChanges(option, s string) (Changes, error) {
	var out Changes
	for _, set := range splitOutside(s) {
		o, err := scenario.ParseOverride(option, set)
		if err != nil {
			return nil, fmt.Errorf("%s %q %w", option, set, err)
		}
		out = append(out, o)
	}
	return out, nil
}

// ParseVariant reads NAME:CHANGES, as a flag has it; NAME alone changes nothing.
func ParseVariant(s string) (Variant, error) {
	name, changes, _ := strings.Cut(s, ":")
	if !scenario.ValidName(name) {
		return Variant{}, fmt.Errorf("--variant %q must look like NAME:client.choker=random,client.rechoke_interval=5 s", s)
	}
	set, err := ParseChanges("--variant", changes)
	return Variant{Name: name, Set: set}, err
}

// ParseSides reads two variants without names: they are called by the value
// they set where that tells them apart. They answer to a and b in any case.
func ParseSides(a, b string) (Variants, error) {
	var out Variants
	for _, side := range []struct{ name, text string }{{"a", a}, {"b", b}} {
		set, err := ParseChanges("--"+side.name, side.text)
		if err != nil {
			return nil, err
		}
		out = append(out, Variant{Name: side.name, Alias: side.name, Set: set})
	}
	if one, other := out[0].Set, out[1].Set; len(one) == 1 && len(other) == 1 && one[0].Path == other[0].Path {
		x, y := scenario.OneLine(one[0].Value), scenario.OneLine(other[0].Value)
		if reserved := []string{"a", "b"}; x != y && scenario.ValidName(x) && scenario.ValidName(y) && !slices.Contains(reserved, x) && !slices.Contains(reserved, y) {
			out[0].Name, out[1].Name = x, y
		}
	}
	return out, nil
}

// splitOutside cuts at commas that are in no braces, brackets or quotes.
func splitOutside(s string) []string {
	var out []string
	depth, start := 0, 0
	quote := rune(0)
	for i, r := range s {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{' || r == '[' && i > start && strings.ContainsRune(s[start:i], '='):
			depth++
		case (r == '}' || r == ']') && depth > 0:
			depth--
		case r == ',' && depth == 0:
			out = append(out, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(s[start:]); last != "" {
		out = append(out, last)
	}
	return out
}
