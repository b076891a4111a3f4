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

// Source is the input of Load.
type Source struct {
	Text      []byte   // of the scenario
	MaxText   int      // its longest length; 0 for MaxFile
	Shown     string   // its name in messages
	Files     fs.FS    // holds the files that the scenario refers to
	Dir       string   // the folder in Files that their paths are relative to
	Sets      []string // path=value, in order
	Catalogue Catalogue

	Node      *yaml.Node // the scenario instead of Text, if it is part of another file
	Overrides []Override // in order, applied after Sets

	// Clients divide every group of leechers into one group for each of them, after all overrides.
	// The error is a *SplitError if a group cannot be divided.
	Clients []ClientShare

	// Content checks the files that are a scenario's content. An error belongs to the field
	// that it returns. If Content is nil, Load does not check them.
	Content func(s *Scenario, files fs.FS, dir string) (field string, warnings []string, err error)
}

// FilePath returns the path in Files of a file that a scenario refers to: relative to the
// scenario's folder, unless it is absolute.
func FilePath(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.ToSlash(filepath.Clean(name))
	}
	return path.Join(dir, name)
}

// Load reads and checks a scenario. Its error is of type Problems, or a *SplitError.
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
	if len(src.Clients) > 0 {
		if err := d.split(root, src.Clients); err != nil {
			return nil, err
		}
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

// comment returns the comment lines at the top of a file.
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

// checkContentFiles checks the files that the content is made from, if there are any.
func (d *decoder) checkContentFiles(s *Scenario, src Source) {
	field, warnings, err := src.Content(s, src.Files, src.Dir)
	if err != nil {
		d.failAt(field, "%v", err)
	}
	for _, w := range warnings {
		d.warn("content", "%s", w)
	}
}

// step returns the child of a node with a name or number. A mapping that lacks it gets it if grow
// is true.
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
	case n.Kind == yaml.ScalarNode: // the name of a strategy becomes a mapping with that name
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

// noItem is the error for an item that a list does not have. It lists the items that it has.
func noItem(n *yaml.Node, step string) error {
	var have []string
	for _, item := range n.Content {
		if name := nameOf(item); name != "" {
			have = append(have, name)
		}
	}
	if len(have) == 0 {
		return fmt.Errorf("the list has no item %q; its %d items are numbered from 0", step, len(n.Content))
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
