package scenario

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Print writes a scenario with all its defaults filled in, as a file that Load
// reads to the same scenario.
func (s *Scenario) Print() ([]byte, error) {
	p := printer{client: reflect.ValueOf(&s.Client).Elem()}
	text, err := yaml.Marshal(p.node(reflect.ValueOf(s).Elem()))
	return append([]byte(s.Comment), text...), err
}

// printer writes values as YAML.
type printer struct {
	client reflect.Value // that a group's starts from
}

// node is a value as YAML; nil for one that says nothing.
func (p *printer) node(v reflect.Value) *yaml.Node {
	switch x := v.Interface().(type) {
	case Strategy:
		return p.strategy(x, reflect.Value{}, settings)
	case DurationDist:
		if x.kind == unset {
			return nil
		}
	case RateDist:
		if x.kind == unset {
			return nil
		}
	case time.Duration:
		return text(Duration(x).String())
	}
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return text(s.String())
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		if v.Type() == reflect.TypeFor[*Client]() {
			return p.clientNode(v.Elem(), p.client)
		}
		return p.node(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Client]() {
			return p.clientNode(v, reflect.Value{})
		}
		return p.structure(v, reflect.Value{}, quietly)
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, p.node(v.Index(i)))
		}
		return n
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			n.Content = append(n.Content, text(k.String()), p.node(v.MapIndex(k)))
		}
		return n
	case reflect.String:
		return text(v.String())
	case reflect.Float64:
		return plain(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	}
	return plain(fmt.Sprint(v.Interface()))
}

func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func plain(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// How much of a struct is written.
type extent uint8

const (
	quietly    extent = iota // not what is zero, where zero is assumed
	settings                 // zeros too, where their tags do not say that they are assumed
	everything               // all zeros but of words, which cannot be written
)

// clientNode is a client. It starts from its profile where it has one, which may have
// anything, or else from like: what is not written would be as it is there.
func (p *printer) clientNode(v, like reflect.Value) *yaml.Node {
	if v.Interface().(Client).Profile != "" {
		return p.structure(v, reflect.Value{}, everything)
	}
	return p.structure(v, like, quietly)
}

// structure leaves out what is zero where zero is what is assumed. What is assumed is
// the value of like, where there is one.
func (p *printer) structure(v, like reflect.Value, of extent) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range fieldsOf(v.Type()) {
		value, assumed := v.FieldByIndex(f.Index), reflect.Value{}
		if like.IsValid() {
			assumed = like.FieldByIndex(f.Index)
		}
		if value.IsZero() && strings.Contains(f.Tag.Get("json"), "omitempty") && p.assumes(f, assumed, of) {
			continue
		}
		child := p.field(value, assumed, of)
		if child != nil && (child.Kind == yaml.ScalarNode || len(child.Content) > 0) {
			n.Content = append(n.Content, plain(fieldName(f)), child)
		}
	}
	return n
}

// assumes reports whether a field that is not written is zero.
func (p *printer) assumes(f reflect.StructField, assumed reflect.Value, of extent) bool {
	zero := f.Tag.Get("zero")
	switch {
	case f.Type.Kind() == reflect.String:
		return true
	case of == everything || assumed.IsValid() && !assumed.IsZero():
		return false
	}
	return of == quietly && zero == "" || zero == "silent"
}

// field is a struct's value; what is in it is held against what is assumed.
func (p *printer) field(value, assumed reflect.Value, of extent) *yaml.Node {
	_, scalar := value.Interface().(fmt.Stringer)
	if s, is := value.Interface().(Strategy); is {
		return p.strategy(s, assumed, of)
	}
	if value.Kind() == reflect.Struct && !scalar && (assumed.IsValid() || of == everything) {
		return p.structure(value, assumed, of)
	}
	return p.node(value)
}

func (p *printer) strategy(s Strategy, assumed reflect.Value, of extent) *yaml.Node {
	like := reflect.Value{}
	if assumed.IsValid() {
		if other := assumed.Interface().(Strategy); other.Name == s.Name && other.Settings != nil {
			like = reflect.ValueOf(other.Settings).Elem()
		}
	}
	n := p.structure(reflect.ValueOf(s.Settings).Elem(), like, max(of, settings))
	if len(n.Content) == 0 {
		return text(s.Name)
	}
	n.Content = append([]*yaml.Node{plain("name"), text(s.Name)}, n.Content...)
	return n
}
