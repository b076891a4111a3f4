package scenario

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"
)

// NodeReader is a value that reads itself from the tree of a file. fail says
// what is wrong with a node of it.
type NodeReader interface {
	ReadNode(n *yaml.Node, fail func(at *yaml.Node, format string, args ...any))
}

// Document is a file of another kind that speaks the scenario language: the
// same units, tags and messages.
type Document struct{ decoder *decoder }

// ReadDocument fills a struct from a file. what says what such a file is, for
// one that is not; the error is Problems.
func ReadDocument(src Source, what string, into any) (*Document, error) {
	d := &decoder{file: src.Shown, catalogue: src.Catalogue, kind: what,
		places: map[string]*yaml.Node{}, sets: map[*yaml.Node]string{}}
	root, err := d.parse(src.Text)
	if err != nil {
		return nil, err
	}
	d.decode(root, reflect.ValueOf(into).Elem(), "", "")
	doc := &Document{d}
	return doc, doc.Err()
}

// Keys are the values of a text that is a YAML mapping, by their keys: enough to
// tell one kind of file from another. Of anything else there are none.
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

// Problem is something wrong with a field, wherever the file says it.
func (doc *Document) Problem(field, message string) Problem {
	p := Problem{File: doc.decoder.file, Field: field, Message: message}
	if n := doc.decoder.place(field); n != nil {
		p.Line, p.Col = n.Line, n.Column
	}
	return p
}

// Err is everything wrong with the file, in its order; nil if nothing is.
func (doc *Document) Err() error {
	ps := doc.decoder.problems
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return a.Line - b.Line })
	return ps
}

// At is a node's place in a file, as messages have it.
func At(file string, n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", file, n.Line, n.Column)
}
