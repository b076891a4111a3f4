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
	text, err := yaml.Marshal(node(reflect.ValueOf(s).Elem()))
	return append([]byte(s.Comment), text...), err
}

// node is a value as YAML; nil for one that says nothing.
func node(v reflect.Value) *yaml.Node {
	switch x := v.Interface().(type) {
	case Strategy:
		return strategyNode(x)
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
		return node(v.Elem())
	case reflect.Struct:
		return structNode(v, false)
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, node(v.Index(i)))
		}
		return n
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			n.Content = append(n.Content, text(k.String()), node(v.MapIndex(k)))
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

// structNode leaves out what is zero, unless asked for all: where zero is not
// what is assumed in silence.
func structNode(v reflect.Value, all bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range fieldsOf(v.Type()) {
		value := v.FieldByIndex(f.Index)
		silent := !all && f.Tag.Get("zero") == "" || f.Tag.Get("zero") == "silent"
		if value.IsZero() && silent && strings.Contains(f.Tag.Get("json"), "omitempty") {
			continue
		}
		if child := node(value); child != nil && (child.Kind == yaml.ScalarNode || len(child.Content) > 0) {
			n.Content = append(n.Content, plain(fieldName(f)), child)
		}
	}
	return n
}

func strategyNode(s Strategy) *yaml.Node {
	n := structNode(reflect.ValueOf(s.Settings).Elem(), true)
	if len(n.Content) == 0 {
		return text(s.Name)
	}
	n.Content = append([]*yaml.Node{plain("name"), text(s.Name)}, n.Content...)
	return n
}
