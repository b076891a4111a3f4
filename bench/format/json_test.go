package format

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"swarmsim/bench"
)

// The JSON holds every digit of the results, and reads back without unknown fields.
func TestJSON(t *testing.T) {
	for _, make := range []func() (*bench.Results, *bench.Comparison){example, hostileExample} {
		r, c := make()
		d := json.NewDecoder(bytes.NewBufferString(write(t, "json", r, c)))
		d.DisallowUnknownFields()
		var f jsonFile
		if err := d.Decode(&f); err != nil {
			t.Fatal(err)
		}
		if f.Version != 1 || len(f.Results.Cells) != len(r.Cells) || len(f.Comparison.Cells) != len(c.Cells) {
			t.Fatalf("read %+v", f)
		}
		for i := range r.Cells {
			got, want := f.Results.Cells[i], r.Cells[i]
			if len(want.Seeds) > 0 && !reflect.DeepEqual(got.Seeds, want.Seeds) || got.Repeatable != want.Repeatable {
				t.Errorf("cell %d is %+v", i, got)
			}
			for k := range want.Metrics {
				for j, v := range want.Metrics[k].Values {
					if x := float64(got.Metrics[k].Values[j]); x != v && !(math.IsNaN(v) && x == 0) {
						t.Errorf("value %v reads back as %v", v, x)
					}
				}
			}
		}
		for i := range c.Cells {
			if got, want := f.Comparison.Cells[i].Outcome, c.Cells[i].Outcome.String(); got != want {
				t.Errorf("outcome %d is %s", i, got)
			}
		}
	}
}
