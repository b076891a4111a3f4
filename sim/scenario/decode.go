package scenario

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// decoder fills Go values from YAML nodes. It records the place of each field, so that later
// checks can name it.
type decoder struct {
	file      string
	catalogue Catalogue
	client    *Client               // the scenario's client, which a group's client inherits from
	places    map[string]*yaml.Node // the node of each field that the file sets, by path
	sets      map[*yaml.Node]string // the source of each node that comes from an override
	kind      string                // description of a valid file, for messages; "" for a scenario
	problems  Problems
	warnings  []Problem // unusual settings that are not errors
}

// parsed is a scalar with its own syntax.
type scalarParser interface{ Parse(string) error }

func (d *decoder) fail(n *yaml.Node, field, format string, args ...any) {
	p := Problem{File: d.file, Field: field, Message: fmt.Sprintf(format, args...)}
	if set, ok := d.sets[n]; ok {
		p.File = set
	} else if n != nil {
		p.Line, p.Col = n.Line, n.Column
	}
	d.problems = append(d.problems, p)
}

// place returns the node of a field, or of the innermost enclosing field that the file sets.
func (d *decoder) place(field string) *yaml.Node {
	for {
		if n, ok := d.places[field]; ok {
			return n
		}
		cut := strings.LastIndexAny(field, ".[")
		if cut < 0 {
			return d.places[""]
		}
		field = field[:cut]
	}
}

// warn reports an unusual setting that is not an error.
func (d *decoder) warn(field, format string, args ...any) {
	p := Problem{File: d.file, Field: field, Message: fmt.Sprintf(format, args...)}
	if n := d.place(field); n != nil {
		p.Line, p.Col = n.Line, n.Column
		if set, ok := d.sets[n]; ok {
			p.File, p.Line, p.Col = set, 0, 0
		}
	}
	d.warnings = append(d.warnings, p)
}

// failAt reports a problem with a field at its place in the file.
func (d *decoder) failAt(field, format string, args ...any) {
	d.fail(d.place(field), field, format, args...)
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return strconv.Quote(n.Value)
	}
	return "something else"
}

func (d *decoder) decode(n *yaml.Node, v reflect.Value, field string, tag reflect.StructTag) {
	d.places[field] = n
	if p, ok := v.Addr().Interface().(scalarParser); ok {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			d.fail(n, field, "found %s where a value such as %s belongs", kindName(n), sample(p))
			return
		}
		if err := p.Parse(n.Value); err != nil {
			d.fail(n, field, "%v", err)
		} else if tag.Get("min")+tag.Get("max") != "" {
			d.bounds(n, v, field, tag)
		}
		return
	}
	switch x := v.Addr().Interface().(type) {
	case NodeReader:
		x.ReadNode(n, func(at *yaml.Node, format string, args ...any) { d.fail(at, field, format, args...) })
		return
	case *Strategy:
		d.strategy(n, x, field, tag.Get("kind"))
		return
	case *time.Duration:
		u, before := Duration(*x), len(d.problems)
		if d.decode(n, reflect.ValueOf(&u).Elem(), field, tag); len(d.problems) == before {
			*x = u.Std()
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		d.pointer(n, v, field, tag)
	case reflect.Struct:
		d.structure(n, v, field)
	case reflect.Slice:
		d.list(n, v, field)
	case reflect.Map:
		d.mapping(n, v, field)
	default:
		d.scalar(n, v, field, tag)
	}
}

func sample(p scalarParser) string {
	switch p.(type) {
	case *Bytes:
		return `"64 MiB"`
	case *Rate, *RateDist:
		return `"10 Mbit/s"`
	case *Duration, *DurationDist:
		return `"50 ms"`
	case *Frequency:
		return `"2 /s"`
	case *Expectation:
		return `"completion.p95 < 300 s"`
	}
	return "one word"
}

func (d *decoder) pointer(n *yaml.Node, v reflect.Value, field string, tag reflect.StructTag) {
	v.Set(reflect.New(v.Type().Elem()))
	if c, ok := v.Interface().(*Client); ok && d.client != nil {
		*c = *d.client
	}
	d.decode(n, v.Elem(), field, tag)
}

// fieldsOf lists the fields of a struct that a file can set, including those of embedded structs.
func fieldsOf(t reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if name := fieldName(f); name != "" && !f.Anonymous {
			out = append(out, f)
		}
	}
	return out
}

func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" || !f.IsExported() {
		return ""
	}
	return name
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, field string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, field, "found %s where a mapping with some of %s belongs", kindName(n), strings.Join(names(v.Type()), ", "))
		return
	}
	fields := fieldsOf(v.Type())
	given := map[string]*yaml.Node{}
	misspelt := ""
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if given[key.Value] != nil {
			d.fail(key, join(field, key.Value), "is given twice")
		}
		given[key.Value] = n.Content[i+1]
		if !slices.ContainsFunc(fields, func(f reflect.StructField) bool { return fieldName(f) == key.Value }) {
			renamed := cmp.Or(renamedField(join(field, key.Value), n.Content[i+1]), renamedSetting(fields, key.Value))
			if renamed != "" {
				d.fail(key, join(field, key.Value), "%s", renamed)
				continue
			}
			misspelt += Nearest(key.Value, names(v.Type()))
			where := ""
			if field != "" {
				where = " in " + field
			}
			d.fail(key, "", "there is no field %q%s%s", key.Value, where, fieldsInstead(key.Value, names(v.Type())))
		}
	}
	if c, ok := v.Addr().Interface().(*Client); ok && given["profile"] != nil {
		d.profile(given["profile"], c, join(field, "profile"))
	}
	// The order is that of the Go type: the scenario's client is decoded before the groups, whose
	// clients inherit from it.
	for _, f := range fields {
		if node := given[fieldName(f)]; node != nil {
			d.decode(node, v.FieldByIndex(f.Index), join(field, fieldName(f)), f.Tag)
		} else if required(f) && !strings.Contains(misspelt, strconv.Quote(fieldName(f))) {
			d.fail(n, join(field, fieldName(f)), "is missing: %s", f.Tag.Get("jsonschema"))
		}
	}
}

// required reports whether a file must set a field.
func required(f reflect.StructField) bool { return !strings.Contains(f.Tag.Get("json"), "omitempty") }

// fieldsInstead lists the known fields, for a message about an unknown one.
func fieldsInstead(name string, known []string) string {
	if len(known) == 0 {
		return ": it has no settings"
	}
	return Nearest(name, known) + "; known are " + strings.Join(known, ", ")
}

func names(t reflect.Type) []string {
	var out []string
	for _, f := range fieldsOf(t) {
		out = append(out, fieldName(f))
	}
	return out
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, field string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, field, "found %s where a list belongs", kindName(n))
		return
	}
	v.SetZero()
	if len(n.Content) > 0 {
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	}
	for i, item := range n.Content {
		d.decode(item, v.Index(i), fmt.Sprintf("%s[%d]", field, i), "")
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, field string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, field, "found %s where a mapping belongs", kindName(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		if v.MapIndex(reflect.ValueOf(n.Content[i].Value)).IsValid() {
			d.fail(n.Content[i], join(field, n.Content[i].Value), "is given twice")
		}
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(n.Content[i+1], item, join(field, n.Content[i].Value), "")
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), item)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, field string, tag reflect.StructTag) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" && v.Kind() == reflect.String {
		d.fail(n, field, "found %s where one value belongs", kindName(n))
		return
	}
	var err error
	what := ""
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
		d.choice(n, field, choicesOf(v.Type(), tag))
		return
	case reflect.Bool:
		var b bool
		what = "true or false"
		b, err = strconv.ParseBool(n.Value)
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		var i int64
		what = "a whole number"
		i, err = strconv.ParseInt(n.Value, 10, v.Type().Bits())
		v.SetInt(i)
	case reflect.Uint64:
		var u uint64
		what = "a whole number, 0 or more"
		u, err = strconv.ParseUint(n.Value, 10, 64)
		v.SetUint(u)
	case reflect.Float64:
		var x float64
		what = "a number such as 0.2 or 20 %"
		number, percent := strings.CutSuffix(strings.TrimSpace(n.Value), "%")
		x, err = strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err == nil && (x != x || x-x != 0) {
			err = strconv.ErrRange
		}
		if percent {
			x /= 100
		}
		v.SetFloat(x)
	default:
		panic("scenario: no way to read a " + v.Type().String())
	}
	if err != nil {
		d.fail(n, field, "found %s where %s belongs", kindName(n), what)
		return
	}
	d.bounds(n, v, field, tag)
}

// choice checks that a value is one of choices, which is nil if any value is valid.
func (d *decoder) choice(n *yaml.Node, field string, choices []string) {
	if choices == nil || slices.Contains(choices, n.Value) {
		return
	}
	if renamed := renamedValue(field, n.Value); renamed != "" {
		d.fail(n, field, "%s", renamed)
		return
	}
	d.fail(n, field, "%q is not one of %s%s", n.Value, strings.Join(choices, ", "), Nearest(n.Value, choices))
}

// bounds checks a value against the min and max tags of its field.
func (d *decoder) bounds(n *yaml.Node, v reflect.Value, field string, tag reflect.StructTag) {
	low, high := tag.Get("min"), tag.Get("max")
	if low != "" && number(v) < bound(low) {
		d.fail(n, field, "%s is too small; the minimum is %s", n.Value, low)
	}
	if high != "" && number(v) > bound(high) {
		d.fail(n, field, "%s is too large; the maximum is %s", n.Value, high)
	}
}

func number(v reflect.Value) float64 {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		return float64(v.Int())
	case reflect.Uint64:
		return float64(v.Uint())
	}
	return v.Float()
}

// bound reads a min or max tag, which is a number or a duration.
func bound(s string) float64 {
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return x
	}
	var d Duration
	if err := d.Parse(s); err != nil {
		panic("scenario: bad bound in a tag: " + s)
	}
	return float64(d)
}
