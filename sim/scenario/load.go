package scenario

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strconv"
	"strings"
	"time"

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
}

// FilePath is where, in Files, a file is that a scenario names: its path starts
// from the scenario's folder, unless it is absolute.
func FilePath(dir, name string) string {
	if path.IsAbs(name) {
		return strings.TrimPrefix(path.Clean(name), "/")
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
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	return s, nil
}

// maxScenario bounds a scenario file: 1 MiB.
const maxScenario = 1 << 20

func (d *decoder) parse(text []byte) (*yaml.Node, error) {
	if len(text) > maxScenario {
		return nil, Problems{{File: d.file, Message: fmt.Sprintf("is %d bytes long; a scenario has at most %d", len(text), maxScenario)}}
	}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil && len(bytes.TrimSpace(text)) > 0 {
		return nil, d.syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, Problems{{File: d.file, Line: 1, Col: 1, Message: "is not " + cmp.Or(d.kind, "a scenario: a mapping with name, content and groups")}}
	}
	return doc.Content[0], nil
}

// syntax turns the YAML library's error into a problem with its place.
func (d *decoder) syntax(err error) error {
	p := Problem{File: d.file, Message: "is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	var one *yaml.LoadError
	if errors.As(err, &one) {
		p.Line, p.Col = one.Mark.Line, one.Mark.Column
		p.Message = "is not YAML: " + strings.TrimPrefix(one.Message, "yaml: ")
	}
	return Problems{p}
}

// step goes one name down the tree; a mapping grows what it lacks.
func (d *decoder) step(n *yaml.Node, step, set string, grow bool) (*yaml.Node, error) {
	for n.Kind == yaml.AliasNode { // what is set here shall not change where it is repeated from
		*n = *clone(n.Alias, aliasDepth)
	}
	switch {
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			if strconv.Itoa(i) == step || nameOf(item) == step {
				return item, nil
			}
		}
		return nil, fmt.Errorf("the list has no item %q", step)
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

// aliasDepth bounds how deep an alias is copied; scenarios are not that deep.
const aliasDepth = 20

// clone copies a node and what is in it.
func clone(n *yaml.Node, depth int) *yaml.Node {
	c := *n
	c.Anchor, c.Content = "", nil
	for _, child := range n.Content {
		if depth > 0 {
			c.Content = append(c.Content, clone(child, depth-1))
		}
	}
	return &c
}

func nameOf(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "name" {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// maxTrace bounds a trace file: 64 MiB.
const maxTrace = 64 << 20

// readTrace reads arrival times: a number of seconds a line, # for comments.
func readTrace(src Source, name string) ([]Duration, error) {
	st, err := fs.Stat(src.Files, FilePath(src.Dir, name))
	switch {
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular(): // a pipe would be waited for
		return nil, errors.New("it is not a regular file")
	case st.Size() > maxTrace:
		return nil, fmt.Errorf("it has %d bytes; at most %d", st.Size(), maxTrace)
	}
	text, err := fs.ReadFile(src.Files, FilePath(src.Dir, name))
	if err != nil {
		return nil, err
	}
	var out []Duration
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		x, err := strconv.ParseFloat(line, 64)
		if err != nil || !(x >= 0 && x <= maxDuration.Seconds()) {
			return nil, fmt.Errorf("line %d: %q is not a time in seconds", i+1, line)
		}
		out = append(out, Duration(x*float64(time.Second)))
	}
	return out, nil
}
