package bench

import (
	"encoding/json"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"

	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// Schema returns the JSON schema of suite files, for editors.
func Schema(c scenario.Catalogue) ([]byte, error) {
	base, err := scenario.SchemaOf[scenario.Scenario](c, "", nil)
	if err != nil {
		return nil, err
	}
	base.Schema, base.Title = "", ""
	share := func() *jsonschema.Schema {
		return &jsonschema.Schema{Types: []string{"number", "string"}, Examples: []any{"2 %"}}
	}
	one, most := 1.0, float64(maxShare)
	parts := map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[sweep.Base]():    {AnyOf: []*jsonschema.Schema{{Type: "string"}, base}},
		reflect.TypeFor[sweep.Changes](): {Types: []string{"object", "null"}},
		reflect.TypeFor[sweep.Seeds](): {
			Types:    []string{"integer", "string"},
			Pattern:  `^ *[0-9]+ *(\.\. *[0-9]+ *)?$`,
			Examples: []any{5, "11..15"},
		},
		reflect.TypeFor[Mix](): {
			Type:                 "object",
			AdditionalProperties: &jsonschema.Schema{Type: "integer", Minimum: &one, Maximum: &most},
			Examples:             []any{map[string]any{"libtorrent-2": 4, "transmission-3": 4}},
		},
		reflect.TypeFor[MetricSpec](): {AnyOf: []*jsonschema.Schema{
			{Type: "string", Examples: []any{"completion_p50"}},
			{
				Type:     "object",
				Required: []string{"name"},
				Properties: map[string]*jsonschema.Schema{
					"name":      {Type: "string"},
					"better":    {Type: "string", Enum: []any{"lower", "higher", "none"}},
					"tolerance": share(),
				},
			},
		}},
	}
	s, err := scenario.SchemaOf[Suite](c, "bench suite", parts)
	if err != nil {
		return nil, err
	}
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}
