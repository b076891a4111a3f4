package scenario

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// MaxFile limits the size of a scenario or sweep file: 1 MiB.
const MaxFile = 1 << 20

// Limits on a document with its aliases expanded. Every alias is expanded when the file is read,
// so that the tree is finite, and no later step has to handle aliases.
const (
	maxNodes = 200_000
	maxNest  = 100
)

// ParseYAML reads one YAML document and expands its aliases. The node is nil for an empty
// document.
func ParseYAML(text []byte) (*yaml.Node, error) { return parseYAML(text, MaxFile) }

// parseYAML reads a document of at most the given length, in bytes. The limit on nodes grows with it.
func parseYAML(text []byte, longest int) (*yaml.Node, error) {
	if len(text) > longest {
		return nil, fmt.Errorf("is %d bytes long; the maximum is %d", len(text), longest)
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
	e := expander{left: maxNodes * (longest / MaxFile), open: map[*yaml.Node]bool{}}
	return e.expand(doc.Content[0], 0)
}

// expander expands aliases and counts the nodes that it creates.
type expander struct {
	left int
	open map[*yaml.Node]bool // anchors that are being expanded
}

func (e *expander) expand(n *yaml.Node, depth int) (*yaml.Node, error) {
	if n.Kind == yaml.AliasNode {
		if e.open[n.Alias] {
			return nil, fmt.Errorf("line %d: *%s refers to a node that contains it", n.Line, n.Value)
		}
		n = n.Alias
	}
	if e.left--; e.left < 0 {
		return nil, fmt.Errorf("has more than %d values with its aliases expanded", maxNodes)
	}
	if depth > maxNest {
		return nil, fmt.Errorf("line %d: is nested more than %d levels deep", n.Line, maxNest)
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

// parse reads a file that must be a mapping.
func (d *decoder) parse(src Source) (*yaml.Node, error) {
	root, err := parseYAML(src.Text, max(src.MaxText, MaxFile))
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

// syntax returns an error of ParseYAML with its place.
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

// clone returns a deep copy of a node.
func clone(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = nil
	for _, child := range n.Content {
		c.Content = append(c.Content, clone(child))
	}
	return &c
}
