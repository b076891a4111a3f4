package sweep

import (
	"strconv"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// Text returns the sweep as a file that contains its scenario, src. Load reads it back
// as an equal sweep.
func (s *Sweep) Text(src scenario.Source) ([]byte, error) {
	base := src.Node
	if base == nil {
		var err error
		if base, err = scenario.ParseYAML(src.Text); err != nil {
			return nil, err
		}
	}
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	add := func(name string, value *yaml.Node) { m.Content = append(m.Content, word(name), value) }
	add("name", word(s.Name))
	if s.About != "" {
		add("about", word(s.About))
	}
	if s.IsTournament() {
		add("kind", word(string(s.Kind)))
	}
	add("scenario", base)
	if len(s.Set) > 0 {
		add("set", s.Set.node())
	}
	add("seeds", word(s.Seeds.String()))
	if len(s.Variants) > 0 {
		add("variants", s.Variants.node())
	}
	if len(s.Vary) > 0 {
		add("vary", s.Vary.node())
	}
	if s.IsTournament() {
		add("shares", words(s.Shares, Share.String))
	} else {
		add("metrics", words(s.Metrics, func(name string) string { return name }))
	}
	if s.Compare != "" {
		add("compare", word(s.Compare))
	}
	if !s.CRN {
		add("crn", &yaml.Node{Kind: yaml.ScalarNode, Value: "false"})
	}
	if s.TargetCI > 0 {
		add("target_ci", word(strconv.FormatFloat(float64(s.TargetCI), 'g', -1, 64)))
		add("max_seeds", &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(s.MaxSeeds)})
	}
	if len(s.Expect) > 0 {
		expect := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, e := range s.Expect {
			expect.Content = append(expect.Content, e.node())
		}
		add("expect", expect)
	}
	return yaml.Marshal(m)
}

// word returns a string node, quoted if necessary.
func word(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// words returns a list of strings.
func words[T any](values []T, text func(T) string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, v := range values {
		n.Content = append(n.Content, word(text(v)))
	}
	return n
}

func (v Variants) node() *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, variant := range v {
		m.Content = append(m.Content, word(variant.Name), variant.Set.node())
	}
	return m
}

func (a Axes) node() *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, axis := range a {
		values := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, v := range axis.Values {
			values.Content = append(values.Content, v.Value)
		}
		m.Content = append(m.Content, word(axis.Path), values)
	}
	return m
}

func (c Changes) node() *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, o := range c {
		m.Content = append(m.Content, word(o.Path), o.Value)
	}
	return m
}

func (e *Expectation) node() *yaml.Node {
	if len(e.At) == 0 {
		return word(e.That)
	}
	content := []*yaml.Node{word("that"), word(e.That), word("at"), e.At.node()}
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: content}
}
