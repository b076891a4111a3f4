package format

import (
	"encoding/json"
	"strings"
	"testing"

	"swarmsim/bench"
)

// readBencher reads the Bencher Metric Format by the rules of Bencher's adapter: names of at most
// 1,024 and 64 bytes that are not empty and not padded, and metrics of up to three numbers.
func readBencher(t *testing.T, text string) map[string]map[string]map[string]*float64 {
	t.Helper()
	var all map[string]map[string]map[string]*float64
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	check := func(name string, most int) {
		if name == "" || name != strings.TrimSpace(name) || len(name) > most || strings.HasSuffix(name, "_bencher_ignore") {
			t.Errorf("name %q", name)
		}
	}
	for benchmark, measures := range all {
		check(benchmark, 1024)
		for measure, metric := range measures {
			check(measure, 64)
			if metric["value"] == nil {
				t.Errorf("%s of %s has no value", measure, benchmark)
			}
			for key := range metric {
				if key != "value" && key != "lower_value" && key != "upper_value" {
					t.Errorf("field %s", key)
				}
			}
		}
	}
	return all
}

func TestBencher(t *testing.T) {
	r, c := example()
	all := readBencher(t, write(t, "bencher", r, c))
	if len(all) != 4 {
		t.Errorf("%d benchmarks", len(all))
	}
	m := all["flash-8 / anacrolix"]["completion_p50"]
	if *m["value"] != 20.375 || *m["lower_value"] != 20 || *m["upper_value"] != 20.75 {
		t.Errorf("completion_p50 is %v", m)
	}
	if m := all["natted / default"]["completion_p50"]; *m["value"] != 31.5 || len(m) != 1 {
		t.Errorf("one seed gives %v", m)
	}
	if _, ok := all["natted / default"]["fairness"]; ok {
		t.Error("a metric without values is there")
	}
}

func TestBencherHostile(t *testing.T) {
	r, c := hostileExample()
	if all := readBencher(t, write(t, "bencher", r, c)); len(all) != len(hostile) {
		t.Errorf("%d benchmarks for %d cells", len(all), len(hostile))
	}
	long := &bench.Results{Cells: []bench.Cell{{
		Case: strings.Repeat("ü", 1000) + "_bencher_ignore", Seeds: []uint64{1},
		Metrics: []bench.Series{
			{Metric: strings.Repeat("ü", 100), Values: []float64{1}},
			{Metric: "x_bencher_ignore", Values: []float64{1}},
			{Metric: " ", Values: []float64{1}},
		},
	}}}
	if all := readBencher(t, write(t, "bencher", long, nil)); len(all) != 1 {
		t.Errorf("%v", all)
	}
}
