package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Override sets a field of a scenario, as if its file did.
type Override struct {
	Path  string     // such as groups.leechers.count; an item of a list is given by number, groups[1], or name
	Value *yaml.Node // as in a file
	From  string     // its source, for messages
}

// ParseOverride reads path=value, an argument of a command line option such as --set.
func ParseOverride(option, set string) (Override, error) {
	o := Override{From: option + " " + set}
	path, value, ok := strings.Cut(set, "=")
	if !ok || path == "" {
		return o, errors.New("must have the form path=value, such as groups.leechers.count=200")
	}
	n, err := ParseYAML([]byte(value))
	if err != nil || n == nil {
		return o, notAValue(value, err)
	}
	o.Path, o.Value = path, n
	return o, nil
}

// notAValue returns the reason why a text is not a YAML value.
func notAValue(text string, err error) error {
	var syntax *yaml.LoadError
	if err == nil || errors.As(err, &syntax) {
		return fmt.Errorf("%q is not a YAML value", text)
	}
	return fmt.Errorf("%q: %w", text, err)
}

// root returns the scenario's tree before any override.
func (d *decoder) root(src Source) (*yaml.Node, error) {
	if src.Node != nil {
		return clone(src.Node), nil
	}
	return d.parse(src)
}

func (d *decoder) overrideAll(root *yaml.Node, src Source) error {
	var all []Override
	for _, set := range src.Sets {
		o, err := ParseOverride("--set", set)
		if err != nil {
			return Problems{{File: o.From, Message: err.Error()}}
		}
		all = append(all, o)
	}
	for _, o := range append(all, src.Overrides...) {
		if err := d.override(root, o); err != nil {
			return Problems{{File: o.From, Message: err.Error()}}
		}
	}
	return nil
}

// override applies one change to the tree.
func (d *decoder) override(root *yaml.Node, o Override) error {
	n := root
	steps := pathSteps(o.Path)
	if len(steps) == 0 {
		return errors.New("names no field; the form is groups.leechers.count=200")
	}
	for i, step := range steps {
		last := i == len(steps)-1
		if last {
			d.removeAlternatives(n, step, o.Value.Value)
		}
		at, err := d.step(n, step, o.From, last || !isIndex(steps[i+1]))
		if err != nil {
			return fmt.Errorf("%s: %w", strings.Join(steps[:i+1], "."), err)
		}
		n = at
	}
	*n = *clone(o.Value)
	d.mark(n, o.From)
	return nil
}

// alternatives maps a field to the fields that exclude it: an override of one of them replaces
// the others.
var alternatives = map[string][]string{
	"size": {"torrent", "path"}, "path": {"size", "torrent"}, "torrent": {"size", "path", "piece"},
	"mix": {"up", "down"}, "up": {"mix"}, "down": {"mix"},
	"latency": {"regions", "map"}, "regions": {"latency", "map"}, "map": {"latency", "regions"},
}

// patternField maps an arrival pattern to the field that it needs.
var patternField = map[ArrivalPattern]string{
	ArriveSpread:     "over",
	ArrivePoisson:    "rate",
	ArriveFlashCrowd: "decay",
	ArriveTrace:      "file",
}

// removeAlternatives removes the fields that a field replaces, except those set by an override.
func (d *decoder) removeAlternatives(n *yaml.Node, field, value string) {
	others := alternatives[field]
	if field == "pattern" {
		needed := patternField[ArrivalPattern(value)]
		others = slices.DeleteFunc([]string{"over", "rate", "decay", "file"}, func(f string) bool { return f == needed })
	}
	if n.Kind != yaml.MappingNode || others == nil {
		return
	}
	var kept []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		if _, set := d.sets[n.Content[i+1]]; set || !slices.Contains(others, n.Content[i].Value) {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	n.Content = kept
}

func pathSteps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

func isIndex(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

func (d *decoder) mark(n *yaml.Node, from string) {
	d.sets[n] = from
	for _, c := range n.Content {
		d.mark(c, from)
	}
}

// Field returns the value of a scenario at a path, on one line. It returns false if the
// scenario has no value there.
func (s *Scenario) Field(path string) (string, bool) {
	text, err := s.Print()
	if err != nil {
		return "", false
	}
	n, err := ParseYAML(text)
	if err != nil || n == nil {
		return "", false
	}
	d := &decoder{sets: map[*yaml.Node]string{}}
	for _, step := range pathSteps(path) {
		if n.Kind == yaml.ScalarNode { // a strategy without settings is its name
			return n.Value, step == "name"
		}
		before := len(n.Content)
		at, err := d.step(n, step, "", true)
		if err != nil || len(n.Content) != before {
			return "", false
		}
		n = at
	}
	return OneLine(n), true
}

// OneLine writes a value on one line: a scalar as it is, anything else in YAML's flow style.
func OneLine(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	var parts []string
	for i := 0; i < len(n.Content); i++ {
		part := OneLine(n.Content[i])
		if n.Kind == yaml.MappingNode && i+1 < len(n.Content) {
			i++
			part += ": " + OneLine(n.Content[i])
		}
		parts = append(parts, part)
	}
	if n.Kind == yaml.MappingNode {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
