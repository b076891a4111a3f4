package record

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Values returns the summary's numbers by dotted names, such as completion_s.p95. Those of a group
// begin with groups.NAME.
func (s *Summary) Values() map[string]float64 {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a struct of numbers and strings always marshals
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		panic(err)
	}
	out := map[string]float64{}
	flatten(out, "", tree)
	return out
}

func flatten(out map[string]float64, name string, v any) {
	switch x := v.(type) {
	case float64:
		out[name] = x
	case map[string]any:
		for k, child := range x {
			flatten(out, strings.TrimPrefix(name+"."+k, "."), child)
		}
	case []any:
		for _, item := range x {
			if m, ok := item.(map[string]any); ok && m["name"] != nil {
				flatten(out, fmt.Sprintf("%s.%v", name, m["name"]), m)
			}
		}
	}
}

// OtherGroup stands for the name of any group or region in the names below.
const OtherGroup = "*"

// Measures lists the names that Values gives to a summary without groups.
func Measures() []string { return names(&Summary{}, "") }

// GroupMeasures lists the names that Values gives to a group of leechers, after groups.NAME.
func GroupMeasures() []string { return names(&Summary{Groups: []Group{{}}}, "groups.g.") }

// SeedMeasures lists the names for a group of seeds, which do not download.
func SeedMeasures() []string { return []string{"downloaded_bytes", "peers", "uploaded_bytes"} }

// AreaMeasures lists the names for a region, after regions.NAME., or a router, after routers.NAME.
func AreaMeasures() []string { return names(&Summary{Regions: []Area{{}}}, "regions.g.") }

// names fills a summary and lists the names of its values that begin with a prefix, without it.
// Groups and areas are named g.
func names(s *Summary, prefix string) []string {
	fill(reflect.ValueOf(s).Elem())
	var out []string
	for name := range s.Values() {
		rest, ok := strings.CutPrefix(name, prefix)
		if ok && name != "seed" && (prefix != "" || !strings.Contains(name, ".g.")) {
			out = append(out, rest)
		}
	}
	slices.Sort(out)
	return out
}

// fill sets every field, so that no value is left out of the file as null. Lists keep their
// length.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(OtherGroup), reflect.Zero(v.Type().Elem()))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.String:
		v.SetString("g")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(1)
	}
}
