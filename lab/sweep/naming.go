package sweep

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// naming has the names of variants in expectations.
type naming struct {
	names   []string
	aliases map[string]string // alias -> name
	field   string            // whose values the names are; "" for variants with names
}

// naming returns the names and aliases of the sweep's variants, to resolve those in expectations.
func (s *Sweep) naming() *naming {
	n := &naming{names: s.VariantNames(), aliases: map[string]string{}, field: s.VariantField()}
	for _, v := range s.Variants {
		if v.Alias != "" && !slices.Contains(n.names, v.Alias) {
			n.aliases[v.Alias] = v.Name
		}
	}
	return n
}

// VariantField returns the field whose values are the variants, or "" for variants with names.
func (s *Sweep) VariantField() string {
	if s.ValuesAreVariants() {
		return s.Vary[0].Path
	}
	return ""
}

// VariantNames returns what the variants are called in tables, files and expectations.
func (s *Sweep) VariantNames() []string {
	var out []string
	for _, v := range s.Compared() {
		out = append(out, v.Name)
	}
	return out
}

// split splits VARIANT.MEASURE. The longest name that fits is the variant; "" stands for
// none.
func (n *naming) split(text string) (variant, measure string) {
	longest := ""
	for _, name := range append(slices.Sorted(maps.Keys(n.aliases)), n.names...) {
		if strings.HasPrefix(text, name+".") && len(name) >= len(longest) {
			longest = name
		}
	}
	if longest == "" {
		return "", ""
	}
	measure = text[len(longest)+1:]
	variant, _ = n.resolve(longest)
	return variant, measure
}

// resolve returns the variant's name for a name or an alias.
func (n *naming) resolve(name string) (string, bool) {
	if slices.Contains(n.names, name) {
		return name, true
	}
	name, ok := n.aliases[name]
	return name, ok
}

// describe lists the names, with an example of a measure.
func (n *naming) describe() string {
	text := "variants are " + strings.Join(n.names, ", ")
	if n.field != "" {
		text = fmt.Sprintf("variants are the values of %s: %s", n.field, strings.Join(n.names, ", "))
	}
	if len(n.names) > 0 {
		text += fmt.Sprintf("; write for instance %q", n.names[0]+".completion.mean")
	}
	return text
}
