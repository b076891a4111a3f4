package sweep

import (
	"encoding/json"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"

	"swarmsim/sim/scenario"
)

// Schema returns the JSON schema of sweep files, for editors.
func Schema(c scenario.Catalogue) ([]byte, error) {
	base, err := scenario.SchemaOf[scenario.Scenario](c, "", nil)
	if err != nil {
		return nil, err
	}
	base.Schema, base.Title = "", ""
	changes := func() *jsonschema.Schema { return &jsonschema.Schema{Types: []string{"object", "null"}} }
	parts := map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[Base]():     {AnyOf: []*jsonschema.Schema{{Type: "string"}, base}},
		reflect.TypeFor[Changes]():  changes(),
		reflect.TypeFor[Variants](): {Type: "object", AdditionalProperties: changes()},
		reflect.TypeFor[Axes](): {
			Type:                 "object",
			AdditionalProperties: &jsonschema.Schema{},
			Examples: []any{map[string]any{
				"client.picker":       []string{"rarest-first", "random"},
				"client.choker.slots": "1..32 times 2",
			}},
		},
		reflect.TypeFor[Seeds](): {
			Types:    []string{"integer", "string"},
			Pattern:  `^ *[0-9]+ *(\.\. *[0-9]+ *)?$`,
			Examples: []any{20, "11..30"},
		},
		reflect.TypeFor[Share](): {Types: []string{"number", "string"}, Examples: []any{"2 %"}},
		reflect.TypeFor[Expectation](): {AnyOf: []*jsonschema.Schema{
			{Type: "string", Examples: []any{"random.completion.mean / rarest-first.completion.mean > 1.05, clear"}},
			{
				Type:       "object",
				Required:   []string{"that"},
				Properties: map[string]*jsonschema.Schema{"that": {Type: "string"}, "at": changes()},
			},
		}},
	}
	s, err := scenario.SchemaOf[Sweep](c, "swarmsim sweep", parts)
	if err != nil {
		return nil, err
	}
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}
