package scenario

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Source is where a scenario comes from.
type Source struct {
	Text      []byte   // of the scenario
	Shown     string   // what messages call it
	Files     fs.FS    // holds the files that the scenario names
	Dir       string   // the folder in Files that their paths start from
	Sets      []string // path=value, in order
	Catalogue Catalogue

	Node      *yaml.Node // the scenario instead of Text, where it is a part of another file
	Overrides []Override // in order, after Sets

	// Content looks at the files that are a scenario's content, and names the field
	// that is wrong; warnings are what is odd about them. Nil leaves that to who plays it.
	Content func(s *Scenario, files fs.FS, dir string) (field string, warnings []string, err error)
}

// FilePath is where, in Files, a file is that a scenario names: its path starts
// from the scenario's folder, unless it is absolute.
func FilePath(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.ToSlash(filepath.Clean(name))
	}
	return path.Join(dir, name)
}

// Load reads and checks a scenario. The error is Problems.
func Load(src Source) (*Scenario, error) {
	d := &decoder{file: src.Shown, catalogue: src.Catalogue,
		places: map[string]*yaml.Node{}, sets: map[*yaml.Node]string{}}
	root, err := d.root(src)
	if err != nil {
		return nil, err
	}
	if err := d.overrideAll(root, src); err != nil {
		return nil, err
	}
	s := defaults(src.Catalogue)
	d.client = &s.Client
	d.decode(root, reflect.ValueOf(s).Elem(), "", "")
	if len(d.problems) == 0 {
		d.check(s, src)
	}
	if len(d.problems) == 0 && src.Content != nil {
		d.checkContentFiles(s, src)
	}
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	s.Comment, s.Warnings = comment(src.Text), d.warnings
	return s, nil
}

// comment is what is written above a scenario, for its readers.
func comment(text []byte) string {
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		out.WriteString(strings.TrimRight(line, "\r\n") + "\n")
	}
	return out.String()
}

// checkContentFiles has the files of the content looked at.
func (d *decoder) checkContentFiles(s *Scenario, src Source) {
	field, warnings, err := src.Content(s, src.Files, src.Dir)
	if err != nil {
		d.failAt(field, "%v", err)
	}
	for _, w := range warnings {
		d.warn("content", "%s", w)
	}
}

// step goes one name down the tree; a mapping grows what it lacks.
func (d *decoder) step(n *yaml.Node, step, set string, grow bool) (*yaml.Node, error) {
	switch {
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			if strconv.Itoa(i) == step || nameOf(item) == step {
				return item, nil
			}
		}
		return nil, noItem(n, step)
	case n.Kind == yaml.ScalarNode && (n.Tag == "!!null" || n.Value == ""):
		n.Kind, n.Tag, n.Value = yaml.MappingNode, "!!map", ""
	case n.Kind == yaml.ScalarNode: // a strategy's name becomes a mapping with that name
		name := *n
		*n = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: n.Line, Column: n.Column,
			Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: "name"}, &name}}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == step {
			return n.Content[i+1], nil
		}
	}
	if !grow {
		return nil, errors.New("the scenario has no such list")
	}
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: step}
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	n.Content = append(n.Content, key, value)
	d.sets[key], d.sets[value] = set, set
	return value, nil
}

// noItem says that a list has no item of a name or number, and which it has.
func noItem(n *yaml.Node, step string) error {
	var have []string
	for _, item := range n.Content {
		if name := nameOf(item); name != "" {
			have = append(have, name)
		}
	}
	if len(have) == 0 {
		return fmt.Errorf("the list has no item %q; its %d items go by number, from 0", step, len(n.Content))
	}
	return fmt.Errorf("the list has no item %q%s; it has %s", step, Nearest(step, have), strings.Join(have, ", "))
}

func nameOf(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "name" {
			return n.Content[i+1].Value
		}
	}
	return ""
}
