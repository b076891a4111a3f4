package results

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"swarmsim/sim/scenario"
)

// maxShown bounds how much of a value a difference shows, in bytes.
const maxShown = 60

// Differences says in what the sweeps of two folders differ, so that their runs cannot be joined. It
// is empty for the same sweep, played by the same build of the program.
func (m *Meta) Differences(from *Meta) []string {
	var out []string
	add := func(what, own, other string) {
		if own != other {
			out = append(out, fmt.Sprintf("%s: %s instead of %s", what, shortened(own), shortened(other)))
		}
	}
	add("the program (its digest)", m.Program[:min(12, len(m.Program))], from.Program[:min(12, len(from.Program))])
	add("the scenario's name", m.Name, from.Name)
	own, other := scenario.Keys([]byte(m.Sweep)), scenario.Keys([]byte(from.Sweep))
	all := maps.Clone(own)
	maps.Copy(all, other)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		var a, b string
		if own[key] != nil {
			a = scenario.OneLine(own[key])
		}
		if other[key] != nil {
			b = scenario.OneLine(other[key])
		}
		add(key, a, b)
	}
	if len(out) == 0 && m.Compared != from.Compared {
		out = append(out, "the files that the scenario names: other bytes, or for content.path other times of modification")
	}
	return out
}

// shortened shows a value around the end of what is common to most values: its beginning.
func shortened(text string) string {
	if text == "" {
		return "none"
	}
	text = strings.Join(strings.Fields(scenario.Printable(text)), " ")
	if len(text) > maxShown {
		return strings.ToValidUTF8(text[:maxShown], "") + " ..."
	}
	return text
}
