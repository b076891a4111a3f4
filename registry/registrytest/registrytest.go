// Package registrytest helps to test the strategies of a registry, whatever they are: Check
// verifies the entries of a list, and Settings draws any settings that a scenario could give a
// strategy.
//
// The conformance suites of client/choke, client/pick, client/backlog and client/reveal are built on
// it. Only tests import it.
package registrytest

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/registry"
)

var nameFormat = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check fails the test unless every entry of the list has a well-formed name that no other
// entry has, a description of one line, default settings that keep to their own limits and are
// new at each call, and a constructor that accepts them.
func Check[T any](t *testing.T, list registry.List[T]) {
	t.Helper()
	names := map[string]bool{}
	for _, e := range list {
		if !nameFormat.MatchString(e.Name) {
			t.Errorf("%q: a name consists of lower-case words joined by hyphens", e.Name)
		}
		if names[e.Name] {
			t.Errorf("%s: two strategies have this name", e.Name)
		}
		names[e.Name] = true
		if e.About == "" || strings.Contains(e.About, "\n") {
			t.Errorf("%s: the description is %q, want one line", e.Name, e.About)
		}
		settings := e.Defaults()
		if err := withinLimits(settings); err != nil {
			t.Errorf("%s: the default of %v", e.Name, err)
		}
		if reflect.TypeOf(settings).Elem().Size() > 0 && settings == e.Defaults() {
			t.Errorf("%s: Defaults returns the same pointer twice", e.Name)
		}
		if any(e.New(settings)) == nil {
			t.Errorf("%s: New returns nil", e.Name)
		}
	}
}

// Settings draws settings for an entry. Each field is anything between the limits of its tags;
// a field without an upper limit is drawn from a range that is wide enough to matter.
func Settings[T any](r *rapid.T, e registry.Entry[T]) any {
	settings := e.Defaults()
	v := reflect.ValueOf(settings).Elem()
	for _, f := range fields(v.Type()) {
		low, high := limits(f)
		switch x := v.FieldByIndex(f.Index).Addr().Interface().(type) {
		case *int:
			*x = rapid.IntRange(int(low), int(min(high, low+100))).Draw(r, f.Name)
		case *int64:
			*x = rapid.Int64Range(int64(low), int64(min(high, low+1e6))).Draw(r, f.Name)
		case *float64:
			*x = rapid.Float64Range(low, min(high, low+10)).Draw(r, f.Name)
		case *time.Duration:
			high = min(high, low+float64(10*time.Minute))
			*x = time.Duration(rapid.Int64Range(int64(low), int64(high)).Draw(r, f.Name))
		case *bool:
			*x = rapid.Bool().Draw(r, f.Name)
		case *string:
			*x = rapid.SampledFrom(strings.Fields(f.Tag.Get("oneof"))).Draw(r, f.Name)
		default:
			r.Fatalf("%s: field %s has the type %v, which scenarios cannot express", e.Name, f.Name, f.Type)
		}
	}
	return settings
}

// fields returns the settings in a struct, those of embedded structs included.
func fields(t reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous {
			out = append(out, f)
		}
	}
	return out
}

// limits returns the values of the tags min and max: numbers, or durations such as "1 s" in
// nanoseconds.
func limits(f reflect.StructField) (low, high float64) {
	read := func(key string, otherwise float64) float64 {
		text := f.Tag.Get(key)
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return x
		}
		if d, err := time.ParseDuration(strings.ReplaceAll(text, " ", "")); err == nil {
			return float64(d)
		}
		return otherwise
	}
	return read("min", 0), read("max", math.MaxInt64)
}

// withinLimits returns an error that names the first field whose value its tags do not allow.
func withinLimits(settings any) error {
	v := reflect.ValueOf(settings).Elem()
	for _, f := range fields(v.Type()) {
		low, high := limits(f)
		x := 0.0
		switch value := v.FieldByIndex(f.Index); {
		case value.CanInt():
			x = float64(value.Int())
		case value.CanFloat():
			x = value.Float()
		case value.Kind() == reflect.String:
			if allowed := f.Tag.Get("oneof"); !strings.Contains(" "+allowed+" ", " "+value.String()+" ") {
				return fmt.Errorf("%s is %q, want one of: %s", f.Name, value.String(), allowed)
			}
			continue
		default:
			continue
		}
		if x < low || x > high {
			return fmt.Errorf("%s is %v, outside %v to %v", f.Name, x, low, high)
		}
	}
	return nil
}
