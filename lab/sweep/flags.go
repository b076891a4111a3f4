package sweep

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// ParseAxis reads the value of --vary: FIELD=VALUE,VALUE or FIELD=RANGE.
func ParseAxis(text string) (Axis, error) {
	path, values, ok := strings.Cut(text, "=")
	if !ok || path == "" {
		return Axis{}, fmt.Errorf("%.200q must look like client.picker=rarest-first,random or client.choker.slots=1..8", text)
	}
	a := Axis{Path: path}
	n, err := scenario.ParseYAML([]byte("[" + values + "]"))
	if err != nil || n == nil || n.Kind != yaml.SequenceNode {
		return a, fmt.Errorf("%.200q: %.200q is not a list of values", text, values)
	}
	if err := a.add(n); err != nil {
		return a, fmt.Errorf("%s: %w", path, err)
	}
	for i := range a.Values {
		a.Values[i].From = "--vary " + path + "=" + scenario.OneLine(a.Values[i].Value)
	}
	return a, nil
}

// ParseChanges reads FIELD=VALUE,FIELD=VALUE. flag is the flag with this value, for
// messages.
func ParseChanges(flag, text string) (Changes, error) {
	var out Changes
	for _, item := range splitChanges(text) {
		o, err := scenario.ParseOverride(flag, item)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", item, err)
		}
		out = append(out, o)
	}
	return out, nil
}

// ParseVariant reads the value of --variant: NAME:CHANGES, or NAME for no changes.
func ParseVariant(text string) (Variant, error) {
	name, changes, _ := strings.Cut(text, ":")
	if !scenario.ValidName(name) {
		return Variant{}, fmt.Errorf("%.200q must look like NAME:client.choker=random,client.rechoke_interval=5 s", text)
	}
	set, err := ParseChanges("--variant", changes)
	return Variant{Name: name, Set: set}, err
}

// Sides makes variants of the changes of --a and --b. If both set one field, the same
// one, they are named by its values, and otherwise a and b; expectations can call them a
// and b in both cases.
func Sides(a, b Changes) Variants {
	out := Variants{{Name: "a", Alias: "a", Set: a}, {Name: "b", Alias: "b", Set: b}}
	if len(a) != 1 || len(b) != 1 || a[0].Path != b[0].Path {
		return out
	}
	x, y := scenario.OneLine(a[0].Value), scenario.OneLine(b[0].Value)
	isName := func(s string) bool { return scenario.ValidName(s) && !slices.Contains([]string{"a", "b"}, s) }
	if x != y && isName(x) && isName(y) {
		out[0].Name, out[1].Name = x, y
	}
	return out
}

// splitChanges splits a text at the commas outside braces, brackets and quotes.
func splitChanges(text string) []string {
	var out []string
	depth, start := 0, 0
	quote := rune(0)
	for i, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{' || r == '[' && i > start && strings.ContainsRune(text[start:i], '='):
			depth++
		case (r == '}' || r == ']') && depth > 0:
			depth--
		case r == ',' && depth == 0:
			out = append(out, strings.TrimSpace(text[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(text[start:]); last != "" {
		out = append(out, last)
	}
	return out
}
