package scenario

import (
	"reflect"
	"time"
)

// Field describes a field with a single value that --set can set.
type Field struct {
	Path    string // such as client.choker
	About   string // one line of description
	Choices []string
}

// Fields lists the fields of a scenario in the order of the language, except lists and maps other than
// groups. The fields of a group are listed for each name in groups.
func Fields(c Catalogue, groups []string) []Field {
	l := fieldList{catalogue: c, groups: groups, listed: map[string]bool{}}
	l.add(reflect.TypeFor[Scenario](), "")
	return l.fields
}

type fieldList struct {
	catalogue Catalogue
	groups    []string
	fields    []Field
	listed    map[string]bool
}

func (l *fieldList) add(t reflect.Type, path string) {
	for _, f := range fieldsOf(t) {
		l.field(f, join(path, fieldName(f)))
	}
}

func (l *fieldList) field(f reflect.StructField, path string) {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, scalar := reflect.New(t).Interface().(scalarParser)
	switch {
	case t == reflect.TypeFor[Strategy]():
		l.strategy(f, path)
	case t == reflect.TypeFor[[]Group]():
		for _, g := range l.groups {
			l.add(reflect.TypeFor[Group](), path+"."+g)
		}
	case !scalar && t.Kind() == reflect.Struct:
		l.add(t, path)
	case !scalar && t != reflect.TypeFor[time.Duration]() && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map):
		// not listed: it has no single value
	default:
		choices := ChoicesOf(f)
		switch {
		case t.Kind() == reflect.Bool:
			choices = []string{"true", "false"}
		case fieldName(f) == "profile":
			for _, p := range Profiles() {
				choices = append(choices, p.Name)
			}
		}
		l.put(Field{path, f.Tag.Get("jsonschema"), choices})
	}
}

// strategy adds the field of a strategy and the settings of all strategies of its kind.
func (l *fieldList) strategy(f reflect.StructField, path string) {
	known := l.catalogue.Of(f.Tag.Get("kind"))
	var names []string
	for _, k := range known {
		names = append(names, k.Name)
	}
	l.put(Field{path, f.Tag.Get("jsonschema"), names})
	for _, k := range known {
		l.add(reflect.TypeOf(k.Defaults()).Elem(), path)
	}
}

func (l *fieldList) put(f Field) {
	if !l.listed[f.Path] {
		l.listed[f.Path] = true
		l.fields = append(l.fields, f)
	}
}
