package sweep

import (
	"errors"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// failAt reports a problem at a node of a file.
type failAt = func(at *yaml.Node, format string, args ...any)

// Base is the scenario of a sweep: a name or path, or the whole scenario.
type Base struct {
	Name string
	Node *yaml.Node
}

// ReadNode reads a name, or stores the scenario's node.
func (b *Base) ReadNode(n *yaml.Node, fail failAt) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		b.Name = n.Value
	case n.Kind == yaml.MappingNode:
		b.Node = n
	default:
		fail(n, "must be a scenario's name, a path, or a scenario")
	}
}

// Changes are fields of a scenario with new values, such as groups[0].count: 50.
type Changes []scenario.Override

// ReadNode reads a mapping from fields to values.
func (c *Changes) ReadNode(n *yaml.Node, fail failAt) {
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!null" || n.Value == "") {
		return // a variant without changes
	}
	if n.Kind != yaml.MappingNode {
		fail(n, "must be a mapping from fields to values, such as client.choker: random")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		*c = append(*c, scenario.Override{Path: n.Content[i].Value, Value: n.Content[i+1]})
	}
}

// Variant is one of the alternatives that a sweep compares.
type Variant struct {
	Name  string
	Alias string // another name for it in expectations; "" for none
	Set   Changes
}

// Variants are in the order of the file.
type Variants []Variant

// ReadNode reads a mapping from names to changes.
func (v *Variants) ReadNode(n *yaml.Node, fail failAt) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		fail(n, "must be a mapping from names to the fields that each variant changes")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if !scenario.ValidName(name) {
			fail(n.Content[i], "%q is not a name: letters, digits and dashes, at most 64", name)
		}
		variant := Variant{Name: name}
		variant.Set.ReadNode(n.Content[i+1], fail)
		*v = append(*v, variant)
	}
}

// Axis is a field that is varied, and its values.
type Axis struct {
	Path   string
	Values []scenario.Override
}

// Axes are in the order of the file.
type Axes []Axis

// ReadNode reads a mapping from fields to lists or ranges of values.
func (a *Axes) ReadNode(n *yaml.Node, fail failAt) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		fail(n, "must be a mapping from fields to lists or ranges of values")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		axis := Axis{Path: n.Content[i].Value}
		if err := axis.add(n.Content[i+1]); err != nil {
			fail(n.Content[i+1], "%s: %v", axis.Path, err)
		}
		*a = append(*a, axis)
	}
}

// add adds the values of a list of values and ranges, or of a single one.
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
			values, isRange, err := scenario.Range(item.Value)
			if err != nil {
				return err
			}
			for _, v := range values {
				value := *item
				value.Value, value.Tag, value.Style = v, "", 0
				a.Values = append(a.Values, scenario.Override{Path: a.Path, Value: &value})
			}
			if isRange {
				continue
			}
		}
		a.Values = append(a.Values, scenario.Override{Path: a.Path, Value: item})
	}
	return nil
}

// Words returns the values as they are written.
func (a *Axis) Words() []string {
	var out []string
	for _, v := range a.Values {
		out = append(out, scenario.OneLine(v.Value))
	}
	return out
}
