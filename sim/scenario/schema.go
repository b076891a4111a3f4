package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// Schema returns a JSON schema of the scenario language, for editors. It is derived from the Go
// types, their tags and the settings of the strategies.
func Schema(c Catalogue) ([]byte, error) {
	s, err := SchemaOf[Scenario](c, "swarmsim scenario", nil)
	if err != nil {
		return nil, err
	}
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}

// SchemaOf returns the schema of a kind of file with the syntax of scenarios. parts are the
// schemas of types that decode themselves.
func SchemaOf[T any](c Catalogue, title string, parts map[reflect.Type]*jsonschema.Schema) (*jsonschema.Schema, error) {
	types := map[reflect.Type]*jsonschema.Schema{}
	unitType[Bytes](types, "an amount of data with its unit, such as 64 MiB", byteUnits)
	unitType[Rate](types, "a rate with its unit, such as 10 Mbit/s", rateUnits)
	unitType[Duration](types, "a duration with its unit, such as 50 ms", durationUnits)
	unitType[Frequency](types, "a frequency with its unit, such as 2 /s", frequencyUnits)
	types[reflect.TypeFor[RateDist]()] = &jsonschema.Schema{
		Type:     "string",
		Examples: []any{"1 MB/s", "500 kB/s to 2 MB/s", "exponential 1 MB/s", "lognormal 1 MB/s sigma 0.8"},
	}
	types[reflect.TypeFor[DurationDist]()] = &jsonschema.Schema{
		Type:     "string",
		Examples: []any{"50 ms", "25 ms to 50 ms", "exponential 10 min", "weibull 300 min shape 0.6", "forever"},
	}
	types[reflect.TypeFor[Expectation]()] = &jsonschema.Schema{Type: "string", Examples: []any{"completion.p95 < 300 s"}}
	types[reflect.TypeFor[Strategy]()] = &jsonschema.Schema{Description: strategyMark}
	maps.Copy(types, parts)
	s, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: types})
	if err != nil {
		return nil, err
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = title
	return s, refine(s, reflect.TypeFor[T](), types, c)
}

const strategyMark = "strategy"

func unitType[T any](types map[reflect.Type]*jsonschema.Schema, about string, units []unit) {
	var names []string
	for _, u := range units {
		names = append(names, u.name)
	}
	types[reflect.TypeFor[T]()] = &jsonschema.Schema{
		Type: "string", Description: about,
		Pattern: `^ *[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)? *(` + strings.Join(names, "|") + `)$`,
	}
}

// refine adds what the schema library does not derive: enumerations, bounds, and strategies with
// their settings.
func refine(s *jsonschema.Schema, t reflect.Type, types map[reflect.Type]*jsonschema.Schema, c Catalogue) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice {
		return refine(s.Items, t.Elem(), types, c)
	}
	if t.Kind() != reflect.Struct || types[t] != nil {
		return nil
	}
	for _, f := range fieldsOf(t) {
		p := s.Properties[fieldName(f)]
		if p == nil {
			return fmt.Errorf("schema: %s.%s is missing", t, f.Name)
		}
		if f.Type == reflect.TypeFor[Strategy]() {
			if err := strategySchema(p, f, types, c); err != nil {
				return err
			}
			continue
		}
		for _, choice := range ChoicesOf(f) {
			p.Enum = append(p.Enum, choice)
		}
		p.Minimum, p.Maximum = numberTag(f, "min"), numberTag(f, "max")
		if f.Type == reflect.TypeFor[float64]() { // 20 % and 0.2 are the same
			p.Type, p.Types, p.Pattern = "", []string{"number", "string"}, `^ *[0-9]*\.?[0-9]+ *%$`
		}
		if err := refine(p, f.Type, types, c); err != nil {
			return err
		}
	}
	return nil
}

func numberTag(f reflect.StructField, key string) *float64 {
	x, err := strconv.ParseFloat(f.Tag.Get(key), 64)
	if err != nil {
		return nil
	}
	return &x
}

// strategySchema makes the schema of a strategy: a name, or a mapping with the name and the
// settings of that strategy.
func strategySchema(
	p *jsonschema.Schema, f reflect.StructField, types map[reflect.Type]*jsonschema.Schema, c Catalogue,
) error {
	known := c.Of(f.Tag.Get("kind"))
	types = withDuration(types)
	names := &jsonschema.Schema{}
	*p = jsonschema.Schema{Description: f.Tag.Get("jsonschema"), AnyOf: []*jsonschema.Schema{names}}
	for _, k := range known {
		names.Enum = append(names.Enum, k.Name)
		settings := reflect.TypeOf(k.Defaults()).Elem()
		s, err := jsonschema.ForType(settings, &jsonschema.ForOptions{TypeSchemas: types})
		if err != nil {
			return err
		}
		if err := refine(s, settings, types, c); err != nil {
			return err
		}
		if s.Properties == nil {
			s.Properties = map[string]*jsonschema.Schema{}
		}
		s.Description = k.About
		name := any(k.Name)
		s.Properties["name"] = &jsonschema.Schema{Const: &name}
		s.PropertyOrder = append([]string{"name"}, s.PropertyOrder...)
		p.AnyOf = append(p.AnyOf, s)
	}
	return nil
}

func withDuration(types map[reflect.Type]*jsonschema.Schema) map[reflect.Type]*jsonschema.Schema {
	out := map[reflect.Type]*jsonschema.Schema{reflect.TypeFor[time.Duration](): types[reflect.TypeFor[Duration]()]}
	for t, s := range types {
		out[t] = s
	}
	return out
}
