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

// Print writes a scenario with all defaults filled in. Load reads the text to the same
// scenario.
func (s *Scenario) Print() ([]byte, error) {
	p := printer{client: reflect.ValueOf(&s.Client).Elem()}
	text, err := yaml.Marshal(p.node(reflect.ValueOf(s).Elem()))
	return append([]byte(s.Comment), text...), err
}

// printer writes values as YAML.
type printer struct {
	client reflect.Value // the scenario's client, which a group's client inherits from
}

// node returns a value as YAML, or nil for an unset value.
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

// extent is how much of a struct is written.
type extent uint8

const (
	quietly    extent = iota // zero values are omitted unless their tag is zero:"print"
	settings                 // zero values are written unless their tag is zero:"omit"
	everything               // zero values are written, except empty strings
)

// clientNode returns a client. When it is read again, a field that is not written has the value
// of its profile, or without a profile that of like.
func (p *printer) clientNode(v, like reflect.Value) *yaml.Node {
	if v.Interface().(Client).Profile != "" {
		return p.structure(v, reflect.Value{}, everything)
	}
	return p.structure(v, like, quietly)
}

// structure returns a struct. It omits a zero value if a reader assumes zero for a missing
// field. A reader assumes the value of like, if there is one.
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

// assumes reports whether a reader assumes zero for a field that is not written.
func (p *printer) assumes(f reflect.StructField, assumed reflect.Value, of extent) bool {
	zero := f.Tag.Get("zero")
	switch {
	case f.Type.Kind() == reflect.String:
		return true
	case of == everything || assumed.IsValid() && !assumed.IsZero():
		return false
	}
	return of == quietly && zero == "" || zero == "omit"
}

// field returns the value of a struct's field. assumed is the value that a reader assumes.
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
