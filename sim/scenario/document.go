package scenario

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"
)

// NodeReader is a value that decodes itself from a node of a file. It reports problems by
// calling fail.
type NodeReader interface {
	ReadNode(n *yaml.Node, fail func(at *yaml.Node, format string, args ...any))
}

// Document is a file of another kind with the syntax of scenarios: the same units, tags and
// messages. Package lab reads sweeps with it.
type Document struct{ decoder *decoder }

// ReadDocument decodes a file into a struct. what describes a valid file, for messages. The error
// is of type Problems.
func ReadDocument(src Source, what string, into any) (*Document, error) {
	d := &decoder{file: src.Shown, catalogue: src.Catalogue, kind: what,
		places: map[string]*yaml.Node{}, sets: map[*yaml.Node]string{}}
	root, err := d.parse(src)
	if err != nil {
		return nil, err
	}
	d.decode(root, reflect.ValueOf(into).Elem(), "", "")
	doc := &Document{d}
	return doc, doc.Err()
}

// Keys returns the values of a YAML mapping by their keys, to tell one kind of file from
// another. It returns an empty map for any other text.
func Keys(text []byte) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	root, err := ParseYAML(text)
	if err != nil || root == nil || root.Kind != yaml.MappingNode {
		return out
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		out[root.Content[i].Value] = root.Content[i+1]
	}
	return out
}

// Problem returns a problem with a field, with the field's place in the file.
func (doc *Document) Problem(field, message string) Problem {
	p := Problem{File: doc.decoder.file, Field: field, Message: message}
	if n := doc.decoder.place(field); n != nil {
		p.Line, p.Col = n.Line, n.Column
	}
	return p
}

// Has reports whether the file sets a field.
func (doc *Document) Has(field string) bool { return doc.decoder.given(field) }

// Err returns all problems of the file, in its order, or nil.
func (doc *Document) Err() error {
	ps := doc.decoder.problems
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return a.Line - b.Line })
	return ps
}

// At returns a node's place in a file in the form that messages have.
func At(file string, n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", file, n.Line, n.Column)
}
