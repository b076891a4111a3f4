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
		return p.strategy(x)
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
			return p.structure(v.Elem(), p.client, false)
		}
		return p.node(v.Elem())
	case reflect.Struct:
		return p.structure(v, reflect.Value{}, false)
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

// structure leaves out what is zero, unless asked for all: where zero is not what is
// assumed in silence. What is assumed is the value of like, where there is one.
func (p *printer) structure(v, like reflect.Value, all bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range fieldsOf(v.Type()) {
		value, assumed := v.FieldByIndex(f.Index), reflect.Value{}
		silent := !all && f.Tag.Get("zero") == "" || f.Tag.Get("zero") == "silent"
		if like.IsValid() {
			assumed = like.FieldByIndex(f.Index)
			silent = silent && assumed.IsZero()
		}
		if value.IsZero() && silent && strings.Contains(f.Tag.Get("json"), "omitempty") {
			continue
		}
		child := p.field(value, assumed)
		if child != nil && (child.Kind == yaml.ScalarNode || len(child.Content) > 0) {
			n.Content = append(n.Content, plain(fieldName(f)), child)
		}
	}
	return n
}

// field is a struct's value; a struct in it is held against what is assumed.
func (p *printer) field(value, assumed reflect.Value) *yaml.Node {
	_, scalar := value.Interface().(fmt.Stringer)
	_, strategy := value.Interface().(Strategy)
	if assumed.IsValid() && value.Kind() == reflect.Struct && !scalar && !strategy {
		return p.structure(value, assumed, false)
	}
	return p.node(value)
}

func (p *printer) strategy(s Strategy) *yaml.Node {
	n := p.structure(reflect.ValueOf(s.Settings).Elem(), reflect.Value{}, true)
	if len(n.Content) == 0 {
		return text(s.Name)
	}
	n.Content = append([]*yaml.Node{plain("name"), text(s.Name)}, n.Content...)
	return n
}
