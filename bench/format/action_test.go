package format

import (
	"encoding/json"
	"math"
	"testing"
)

// readAction reads a file as github-action-benchmark does for its custom tools: an array of
// objects with a name, a unit and a finite value, and texts for range and extra (BenchmarkResult
// of its src/extract.ts); names that it would mix up are an error.
func readAction(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, entry := range all {
		name, isName := entry["name"].(string)
		_, isUnit := entry["unit"].(string)
		value, isValue := entry["value"].(float64)
		if !isName || !isUnit || !isValue || math.IsNaN(value) || name == "" || names[name] {
			t.Errorf("entry %v", entry)
		}
		names[name] = true
		for key, x := range entry {
			switch key {
			case "name", "unit", "value":
			case "range", "extra":
				if _, isText := x.(string); !isText {
					t.Errorf("%s of %s is %v", key, name, x)
				}
			default:
				t.Errorf("field %s of %s", key, name)
			}
		}
	}
	return all
}

// A metric is in the file of its direction, and one without a direction is in none.
func TestAction(t *testing.T) {
	r, c := example()
	smaller := readAction(t, write(t, "action-smaller", r, c))
	if len(smaller) != 4 {
		t.Fatalf("smaller is better: %v", smaller)
	}
	if e := smaller[1]; e["name"] != "flash-8 / anacrolix / completion_p50" || e["unit"] != "s" || e["value"] != 20.375 ||
		e["range"] != "20 to 20.75" || e["extra"] != "mean of 2 seeds: 1, 2" {
		t.Errorf("the second entry is %v", e)
	}
	bigger := readAction(t, write(t, "action-bigger", r, c))
	if len(bigger) != 3 || bigger[1]["name"] != "flash-8 / anacrolix / fairness" {
		t.Errorf("bigger is better: %v", bigger)
	}
}

func TestActionHostile(t *testing.T) {
	r, c := hostileExample()
	for _, name := range []string{"action-smaller", "action-bigger"} {
		if got := readAction(t, write(t, name, r, c)); len(got) != len(hostile) {
			t.Errorf("%s: %d entries for %d cells", name, len(got), len(hostile))
		}
	}
}
