package export

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

// vegaLiteValidator is Vega-Lite's published schema.
func vegaLiteValidator(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	f, err := os.Open("testdata/vega-lite-schema.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

// Every plot has a specification that Vega-Lite's schema accepts, also with hostile names.
func TestVegaLite(t *testing.T) {
	r, _ := played(t, smallSwarm, nil)
	schema := vegaLiteValidator(t)
	for _, hostile := range []bool{false, true} {
		if hostile {
			makeHostile(r)
		}
		files := memory{}
		names, err := VegaLite(r, files.create)
		if err != nil {
			t.Fatal(err)
		}
		plots, err := reports.Plots(r)
		if err != nil || len(plots) != len(names) || len(names) < 7 {
			t.Errorf("%d specifications of %d plots, %v", len(names), len(plots), err)
		}
		for _, name := range names {
			var spec any
			if err := json.Unmarshal(files[name].Bytes(), &spec); err != nil {
				t.Fatal(name, err)
			}
			if err := schema.Validate(spec); err != nil {
				t.Errorf("%s: %.600v", name, err)
			}
		}
		checkPopulation(t, r, files["population.vl.json"].Bytes())
	}
	var broken any = map[string]any{"mark": "no such mark", "encoding": map[string]any{}}
	if schema.Validate(broken) == nil {
		t.Error("the schema accepts anything")
	}
}

// A piece without a copy is white, as the caption of the heat map says, and not of the colour of few.
func TestVegaLiteShowsMissingPieces(t *testing.T) {
	text, err := json.Marshal(specification(&reports.Drawing{
		X: reports.Axis{Max: 1}, Y: reports.Axis{Max: 1},
		Cells: &reports.Cells{Xs: []float64{1}, Values: [][]float64{{0}, {3}}, Name: "copies"},
	}, ""))
	if err != nil {
		t.Fatal(err)
	}
	type channel struct {
		Condition struct {
			Test struct {
				Field string
				Equal *float64
			}
			Value string
		}
	}
	var spec struct {
		Encoding struct{ Color, Stroke channel }
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	for _, c := range []channel{spec.Encoding.Color, spec.Encoding.Stroke} {
		if test := c.Condition.Test; test.Field != "copies" || test.Equal == nil || *test.Equal != 0 || c.Condition.Value != "white" {
			t.Errorf("no copies are shown as %+v", c)
		}
	}
	var any any
	if err := json.Unmarshal(text, &any); err != nil {
		t.Fatal(err)
	}
	if err := vegaLiteValidator(t).Validate(any); err != nil {
		t.Error(err)
	}
}

// hostileName has what is special in markup, in expressions, in field names and on terminals.
const hostileName = `</script><script>alert(1)//"'\[.]` + "\u2028\xff"

func makeHostile(r *reports.Record) {
	r.Summary.Scenario = hostileName
	for i := range r.Summary.Groups {
		r.Summary.Groups[i].Name = hostileName
	}
	r.Summary.Events = []record.ScriptedEvent{{AtS: 3, Event: hostileName}, {AtS: 4, Event: hostileName}}
}

// checkPopulation compares the data of the plot of the population with the time series.
func checkPopulation(t *testing.T, r *reports.Record, text []byte) {
	t.Helper()
	var spec struct {
		Layer []struct {
			Data struct {
				Values []struct {
					Series string
					X, Y   float64
				}
			}
		}
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	got := map[string][]float64{}
	for _, l := range spec.Layer {
		for _, v := range l.Data.Values {
			got[v.Series] = append(got[v.Series], v.Y)
		}
	}
	for _, column := range []string{"leechers", "seeds"} {
		if want := r.Series.Numbers(column); !slices.Equal(got[column], want) || len(want) == 0 {
			t.Errorf("%s: %v in the plot, %v in the record", column, got[column], want)
		}
	}
}

// Plots are written as PDF, with the same bytes each time and no time of day in them.
func TestPDF(t *testing.T) {
	r, _ := played(t, smallSwarm, nil)
	once, twice := memory{}, memory{}
	names, err := PDF(r, once.create)
	if err != nil || len(names) < 7 {
		t.Fatal(names, err)
	}
	if _, err := PDF(r, twice.create); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b := once[name].Bytes()
		if !bytes.HasPrefix(b, []byte("%PDF-")) || !bytes.Contains(b, []byte("D:19700101000000")) {
			t.Errorf("%s is no PDF of the year 1970", name)
		}
		if !bytes.Equal(b, twice[name].Bytes()) {
			t.Errorf("%s differs when written again", name)
		}
	}
	makeHostile(r)
	if _, err := PDF(r, memory{}.create); err != nil {
		t.Error(err)
	}
}
