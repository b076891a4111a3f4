package scenario

import (
	"reflect"

	"go.yaml.in/yaml/v4"
)

// strategy decodes a strategy: its name, or a mapping with name and settings. Settings without a
// name belong to the strategy that s has already.
func (d *decoder) strategy(n *yaml.Node, s *Strategy, field, kind string) {
	name, settings := splitStrategy(n, s.Name)
	noun := strategyKinds[kind].noun
	if name.Kind != yaml.ScalarNode {
		d.fail(n, field, "found %s where the name of a %s, or a mapping with its name and settings, belongs",
			kindName(n), noun)
		return
	}
	var all []string
	for _, k := range d.catalogue.Of(kind) {
		all = append(all, k.Name)
		if k.Name == name.Value {
			d.strategySettings(settings, s, k, field)
			return
		}
	}
	if renamed := renamedValue(field, name.Value); renamed != "" {
		d.fail(name, field, "%s", renamed)
		return
	}
	d.fail(name, field, "there is no %s %q%s; known are %s", noun, name.Value, Nearest(name.Value, all), choices(all))
}

// splitStrategy returns the node of a strategy's name, which is current if the file gives none,
// and a mapping of its settings, which is nil if the file gives only a name.
func splitStrategy(n *yaml.Node, current string) (name, settings *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return n, nil
	}
	name = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: current, Line: n.Line, Column: n.Column}
	rest := *n
	rest.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "name" {
			name = n.Content[i+1]
		} else {
			rest.Content = append(rest.Content, n.Content[i], n.Content[i+1])
		}
	}
	return name, &rest
}

// strategySettings sets s to the strategy k. It keeps the settings that s has if that is the
// same strategy; the file's settings override them.
func (d *decoder) strategySettings(n *yaml.Node, s *Strategy, k Named, field string) {
	settings := k.Defaults()
	if s.Name == k.Name && s.Settings != nil {
		reflect.ValueOf(settings).Elem().Set(reflect.ValueOf(s.Settings).Elem())
	}
	s.Name, s.Settings = k.Name, settings
	if n != nil {
		d.structure(n, reflect.ValueOf(s.Settings).Elem(), field)
	}
}
