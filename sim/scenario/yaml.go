package scenario

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// MaxFile bounds a scenario or sweep file: 1 MiB.
const MaxFile = 1 << 20

// Limits on a document with its aliases written out. Every alias is expanded as
// it is read, so that nothing later meets one: the tree is finite and this large
// at most, whatever refers to what.
const (
	maxNodes = 200_000
	maxNest  = 100
)

// ParseYAML reads one YAML document and writes out its aliases. The node is nil
// where the text says nothing.
func ParseYAML(text []byte) (*yaml.Node, error) {
	if len(text) > MaxFile {
		return nil, fmt.Errorf("is %d bytes long; at most %d are read", len(text), MaxFile)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, nil
	}
	e := expander{left: maxNodes, open: map[*yaml.Node]bool{}}
	return e.expand(doc.Content[0], 0)
}

// expander writes out aliases and counts what it writes.
type expander struct {
	left int
	open map[*yaml.Node]bool // anchors that are being written out
}

func (e *expander) expand(n *yaml.Node, depth int) (*yaml.Node, error) {
	if n.Kind == yaml.AliasNode {
		if e.open[n.Alias] {
			return nil, fmt.Errorf("line %d: *%s is inside what it stands for", n.Line, n.Value)
		}
		n = n.Alias
	}
	if e.left--; e.left < 0 {
		return nil, fmt.Errorf("has more than %d values with its aliases written out", maxNodes)
	}
	if depth > maxNest {
		return nil, fmt.Errorf("line %d: nests more than %d deep", n.Line, maxNest)
	}
	out := *n
	out.Anchor, out.Content = "", nil
	e.open[n] = true
	defer delete(e.open, n)
	for _, child := range n.Content {
		c, err := e.expand(child, depth+1)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, c)
	}
	return &out, nil
}

// parse reads a file of this language: a mapping.
func (d *decoder) parse(text []byte) (*yaml.Node, error) {
	root, err := ParseYAML(text)
	if err != nil {
		return nil, Problems{d.syntax(err)}
	}
	if root == nil || root.Kind != yaml.MappingNode {
		what := d.kind
		if what == "" {
			what = "a scenario: a mapping with name, content and groups"
		}
		return nil, Problems{{File: d.file, Line: 1, Col: 1, Message: "is not " + what}}
	}
	return root, nil
}

// syntax is an error of ParseYAML with its place.
func (d *decoder) syntax(err error) Problem {
	p := Problem{File: d.file, Message: err.Error()}
	var one *yaml.LoadError
	if errors.As(err, &one) {
		p.Line, p.Col = one.Mark.Line, one.Mark.Column
		p.Message = "is not YAML: " + trimYAML(one.Message)
	} else if text := trimYAML(p.Message); text != p.Message {
		p.Message = "is not YAML: " + text
	}
	return p
}

func trimYAML(s string) string {
	return string(bytes.TrimPrefix([]byte(s), []byte("yaml: ")))
}

// clone copies a node and what is in it.
func clone(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = nil
	for _, child := range n.Content {
		c.Content = append(c.Content, clone(child))
	}
	return &c
}
