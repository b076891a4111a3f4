package record

import (
	"reflect"
	"slices"
	"strings"
)

// OtherGroup stands in the names below for the name of any group.
const OtherGroup = "*"

// Measures lists the names that Values gives to a summary without groups.
func Measures() []string { return names(&Summary{}, "") }

// GroupMeasures lists the names that Values gives to a group of leechers, behind
// groups.NAME.
func GroupMeasures() []string { return names(&Summary{Groups: []Group{{}}}, "groups.g.") }

// SeedMeasures lists those of a group of seeds, which complete nothing.
func SeedMeasures() []string { return []string{"downloaded_bytes", "peers", "uploaded_bytes"} }

// AreaMeasures lists those of a region, behind regions.NAME. or for a router
// routers.NAME.; OtherGroup stands for a region.
func AreaMeasures() []string { return names(&Summary{Regions: []Area{{}}}, "regions.g.") }

// names fills a summary and lists the names that begin so, without their
// beginning. Groups and areas are called g.
func names(s *Summary, beginning string) []string {
	fill(reflect.ValueOf(s).Elem())
	var out []string
	for name := range s.Values() {
		rest, ok := strings.CutPrefix(name, beginning)
		if ok && name != "seed" && (beginning != "" || !strings.Contains(name, ".g.")) {
			out = append(out, rest)
		}
	}
	slices.Sort(out)
	return out
}

// fill gives everything a value, so that no number is left out for want of one.
// Lists stay as long as they are.
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
