package lab

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/parquet-go/parquet-go"
	"go.yaml.in/yaml/v4"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

const tiny = `name: tiny
scenario:
  name: tiny
  content: {size: 256 KiB, piece: 32 KiB}
  groups:
    - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
    - {name: leechers, count: 2, arrival: {pattern: poisson, rate: 1 /s}, link: {up: 200 kB/s to 1 MB/s, down: 2 MB/s}}
seeds: 6
`

func source(text string) scenario.Source {
	return scenario.Source{Text: []byte(text), Shown: "s.yaml", Files: os.DirFS("/"), Dir: ".", Catalogue: sim.Catalogue()}
}

// planOf loads a sweep that contains its scenario.
func planOf(text string) (*Plan, error) { return planWith(text, "test") }

func planWith(text, program string) (*Plan, error) {
	src := source(text)
	s, err := sweep.Load(src, nil)
	if err != nil {
		return nil, err
	}
	return NewPlan(s, func(b sweep.Base) (scenario.Source, error) {
		src.Text, src.Node = nil, b.Node
		return src, nil
	}, program)
}

func mustPlan(t *testing.T, text string) *Plan {
	t.Helper()
	p, err := planOf(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// playAll plays all runs of a plan and returns the number of seeds.
func playAll(t *testing.T, p *Plan, rows trial.Rows) int {
	t.Helper()
	for {
		missing, seeds := p.Next(rows)
		if len(missing) == 0 {
			return seeds
		}
		for _, r := range missing {
			row, err := p.Play(context.Background(), r)
			if err != nil {
				t.Fatal(err)
			}
			rows[row.Key] = row
		}
	}
}

// Problems of a sweep are reported with their place in the file.
func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		tiny + "vary: {client.picker: [rarest-first, randm]}\n":                                                            `s.yaml:9:38: client.picker: there is no picker "randm", did you mean "random"?`,
		tiny + "vary: {groups.leechers.cuont: [1, 2]}\n":                                                                   `there is no field "cuont"`,
		tiny + "vary: {groups.missing.count: [1, 2]}\n":                                                                    `s.yaml:9:31: groups.missing: the list has no item "missing"`,
		tiny + "vary: {client.choker.slots: 9..1}\n":                                                                       "s.yaml:9:29: vary: client.choker.slots: \"9..1\" ends below its start",
		tiny + "variants: {a: {client.rechoke_interval: 5}}\n":                                                             `s.yaml:9:41: client.rechoke_interval: "5" has no unit`,
		tiny + "variants: {a: {}, b: {}}\ncompare: c\n":                                                                    `s.yaml:10:10: compare: there is no variant "c"`,
		tiny + "variants: {a: {client.rechoke_interval: 5 s}}\nvary: {client.rechoke_interval: [1 s]}\n":                   "variants.a: sets client.rechoke_interval, which is varied",
		tiny + "metrics: [completion.maen]\n":                                                                              `s.yaml:9:10: metrics: there is no measure "completion.maen", did you mean "completion_s.mean"?`,
		tiny + "sedes: 4\n":                                                                                                `s.yaml:9:1: there is no field "sedes", did you mean "seeds"?`,
		strings.Replace(tiny, "seeds: 6", "seeds: 4..2", 1):                                                                `s.yaml:8:8: seeds: "4..2" is neither a number of seeds, such as 20`,
		strings.Replace(tiny, "count: 2", "count: -2", 1):                                                                  "s.yaml:7:31: groups[1].count: -2 is too small",
		tiny + "variants: {a: {}, b: {}}\nexpect: [a.completion.mean]\n":                                                   "s.yaml:10:10: expect[0]: \"a.completion.mean\" is not a comparison",
		tiny + "variants: {a: {}, b: {}}\nexpect: [c.completion.mean < 3 s]\n":                                             `"c.completion.mean" is neither a number nor VARIANT.MEASURE`,
		tiny + "variants: {a: {}, b: {}}\nexpect: [a.completion.mean < 3]\n":                                               "compares a time such as 300 s with a number",
		tiny + "variants: {a: {}, b: {}}\nexpect: [{that: a.completion.mean < 3 s, at: {client.rechoke_interval: 5 s}}]\n": "client.rechoke_interval is not varied beside the variants",
		tiny + "target_ci: many\n":                                                                                         `s.yaml:9:12: target_ci: "many" is not a share such as 2 %`,
		"name: x\n":                                                                                                        "s.yaml:1:1: scenario: is missing",
	} {
		if _, err := planOf(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// Variants and axes are crossed. Fields that a variant does not change have the value of
// the scenario, and a variant's strategy is set before an axis varies its settings.
func TestPlan(t *testing.T) {
	p := mustPlan(t, tiny+"variants: {plain: {}, chance: {client.choker: random}}\nvary: {client.choker.slots: 1..4 times 2, groups.leechers.link.up: [1 MB/s, 2 MB/s]}\n")
	if len(p.Cells) != 12 || len(p.Runs(6)) != 72 || !slices.Equal(p.Fields, []string{"client.choker", "client.choker.slots", "groups.leechers.link.up"}) {
		t.Fatalf("%d cells, fields %q", len(p.Cells), p.Fields)
	}
	last := p.Cells[11]
	if c := last.trial.Scenario.Client.Choker; c.Name != "random" || reflect.ValueOf(c.Settings).Elem().FieldByName("Slots").Int() != 4 {
		t.Errorf("the last combination has %+v", c)
	}
	if got := p.Cells[10].Values[1:]; !slices.Equal(got, []string{"4", "2 MB/s"}) || !strings.HasPrefix(p.Cells[10].Values[0], "{name: tit-for-tat") {
		t.Errorf("values %q", p.Cells[10].Values)
	}
	keys := map[string]bool{}
	for _, r := range p.Runs(6) {
		keys[r.Key] = true
	}
	if len(keys) != 72 {
		t.Errorf("%d different keys", len(keys))
	}
	// Fields that do not reach the results do not change the keys of runs.
	q := mustPlan(t, strings.Replace(tiny, "  name: tiny", "  name: other\n  about: other", 1)+"variants: {plain: {}, chance: {client.choker: random}}\nvary: {client.choker.slots: 1..4 times 2, groups.leechers.link.up: [1 MB/s, 2 MB/s]}\n")
	if q.run(3, 2).Key != p.run(3, 2).Key {
		t.Error("the name changes the keys of runs")
	}
}

// All variants with one seed get the same random numbers, unless crn is false.
func TestCommonRandomNumbers(t *testing.T) {
	text := tiny + "variants: {one: {}, other: {}}\n"
	p := mustPlan(t, text)
	rows := trial.Rows{}
	o := p.Result(rows, playAll(t, p, rows))
	if c := o.Comparisons[0]; !c.Identical || c.P != 1 || c.Shown || !strings.HasPrefix(o.Conclusion, "no difference shown") {
		t.Errorf("%+v\n%s", c, o.Conclusion)
	}
	p = mustPlan(t, text+"crn: false\n")
	o = p.Result(rows, playAll(t, p, rows))
	if c := o.Comparisons[0]; c.Identical || c.Difference == 0 {
		t.Errorf("without common random numbers: %+v", c)
	}
}

// runs.csv has a row for each run, with all parameters and all numbers of the summary, and
// runs.parquet has the same values.
func TestTables(t *testing.T) {
	p := mustPlan(t, tiny+"vary: {client.picker: [rarest-first, random], groups.leechers.link.up: [100 kB/s, 300 kB/s]}\n")
	rows := trial.Rows{}
	seeds := playAll(t, p, rows)
	files := map[string]*bytes.Buffer{}
	err := p.Write(rows, p.Result(rows, seeds), true, func(name string) (io.WriteCloser, error) {
		files[name] = &bytes.Buffer{}
		return nopCloser{files[name]}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(files[RunsFile]).ReadAll()
	if err != nil || len(lines) != 25 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	wanted := []string{"variant", "seed", "client.picker", "groups.leechers.link.up", "groups.leechers.link.up (B/s)", "ended"}
	for _, row := range rows {
		wanted = slices.AppendSeq(wanted, maps.Keys(row.Values))
	}
	for _, column := range wanted {
		if !slices.Contains(lines[0], column) {
			t.Errorf("no column %q", column)
		}
	}
	file, err := parquet.OpenFile(bytes.NewReader(files[inParquet(RunsFile)].Bytes()), int64(files[inParquet(RunsFile)].Len()))
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, f := range file.Schema().Fields() {
		columns = append(columns, f.Name())
	}
	if !slices.Equal(columns, lines[0]) {
		t.Errorf("parquet has the columns %q", columns)
	}
	values := make([]parquet.Row, 24)
	if n, _ := file.RowGroups()[0].Rows().ReadRows(values); n != 24 {
		t.Fatalf("parquet has %d rows", n)
	}
	for i, row := range values {
		for _, v := range row {
			want := lines[i+1][v.Column()]
			switch {
			case v.IsNull() && want != "":
				t.Errorf("row %d, %s: null, not %s", i, columns[v.Column()], want)
			case v.Kind() == parquet.ByteArray && v.String() != want:
				t.Errorf("row %d, %s: %s, not %s", i, columns[v.Column()], v, want)
			case v.Kind() == parquet.Double && !v.IsNull():
				if x, err := strconv.ParseFloat(want, 64); err != nil || x != v.Double() {
					t.Errorf("row %d, %s: %v, not %s", i, columns[v.Column()], v, want)
				}
			}
		}
	}
	if n := bytes.Count(files[CompletionsFile].Bytes(), []byte("\n")); n != 1+24*2 {
		t.Errorf("%d lines of completions", n)
	}
	page := files[PageFile].Bytes()
	if bytes.Count(page, []byte("<svg")) != 5 || bytes.Contains(page, []byte(`src="http`)) { // means, heat map, changes, two points' completions
		t.Errorf("the page has %d pictures", bytes.Count(page, []byte("<svg")))
	}
	for name := range files {
		if svg, ok := strings.CutSuffix(name, ".png"); ok && files[svg+".svg"] == nil {
			t.Errorf("%s has no SVG", name)
		}
	}
}

// rowsOf makes the rows of a plan from a function of its variants, points and seeds.
func rowsOf(p *Plan, seeds int, value func(variant, point, nth int) map[string]float64) trial.Rows {
	rows := trial.Rows{}
	for _, r := range p.Runs(seeds) {
		c := p.Cells[r.Cell]
		rows[r.Key] = &trial.Row{Key: r.Key, Values: value(c.Variant, c.Point, r.Nth)}
	}
	return rows
}

// twoPoints makes b 20 % higher than a at the first point, and equal on average at the
// second.
func twoPoints(variant, point, nth int) map[string]float64 {
	x := 100 + 10*math.Sin(float64(7*nth))
	if variant == 1 && point == 0 {
		x *= 1.2 + 0.01*math.Cos(float64(3*nth))
	}
	if variant == 1 && point == 1 {
		x += 2 * math.Cos(float64(nth)*math.Pi)
	}
	return map[string]float64{"completion_s.mean": x, "unfinished": 0}
}

func TestFindings(t *testing.T) {
	p := mustPlan(t, strings.Replace(tiny, "seeds: 6", "seeds: 12", 1)+`variants: {a: {}, b: {client.choker: random}}
vary: {client.rechoke_interval: [5 s, 10 s]}
expect:
  - {that: "b.completion.mean / a.completion.mean > 1.15, clear", at: {client.rechoke_interval: 5 s}}
  - {that: "b.completion.mean > 1.19 * a.completion.mean, clear", at: {client.rechoke_interval: 5000 ms}}
  - {that: "b.completion.mean > 1.1999 * a.completion.mean, clear", at: {client.rechoke_interval: 5 s}}
  - {that: "b.completion.mean / a.completion.mean < 1.03, clear", at: {client.rechoke_interval: 10 s}}
  - a.completion.mean < 2 min
  - differences == 1
  - differences <= 0.05 * comparisons
`)
	o := p.Result(rowsOf(p, 12, twoPoints), 12)
	var met []bool
	for _, e := range o.Expectations {
		met = append(met, e.Met)
	}
	if want := []bool{true, true, false, true, true, true, true, false}; !slices.Equal(met, want) {
		t.Errorf("%v, want %v: %+v", met, want, o.Expectations)
	}
	a, b := o.Comparisons[0], o.Comparisons[1]
	if !a.Shown || math.Abs(float64(a.Change)-0.2) > 0.01 || a.ChangeLow > 0.2 || a.ChangeHigh < 0.2 || a.P != 2.0/4096 || a.PHolm != 2*a.P {
		t.Errorf("%+v", a)
	}
	if b.Shown || b.ChangeLow > 0 || b.ChangeHigh < 0 {
		t.Errorf("%+v", b)
	}
	if s := a.Sentence(2); !strings.HasPrefix(s, "b's completion.mean is 20.") || !strings.Contains(s, "% higher than a's at client.rechoke_interval = 5 s (95 % CI ") || !strings.HasSuffix(s, "corrected p = 0.00098, 12 seeds)") {
		t.Error(s)
	}
	if s := b.Sentence(2); !strings.HasPrefix(s, "no difference shown: b's completion.mean is between ") {
		t.Error(s)
	}
	if !strings.HasPrefix(o.Conclusion, "1 of 2 comparisons show a difference") {
		t.Error(o.Conclusion)
	}
	var text bytes.Buffer
	if err := o.Print(&text, false); err != nil || !strings.Contains(text.String(), "NOT MET  differences <= 0.05 * comparisons  (differences = 1, comparisons = 2)") {
		t.Errorf("%v\n%s", err, text.String())
	}
	if again := p.Result(rowsOf(p, 12, twoPoints), 12); !reflect.DeepEqual(o.Comparisons, again.Comparisons) || !reflect.DeepEqual(o.Means, again.Means) {
		t.Error("the same rows give another outcome")
	}
}

// What is printed says how many runs there are, keeps the names of metrics, and compares nothing
// where no seed has a value on both sides.
func TestPrint(t *testing.T) {
	p := mustPlan(t, strings.Replace(tiny, "seeds: 6", "seeds: 12", 1)+`variants: {a: {}, b: {client.choker: random}}
metrics: [unfinished, completion.mean]
`)
	o := p.Result(rowsOf(p, 12, func(variant, _, nth int) map[string]float64 {
		return map[string]float64{"unfinished": float64(variant * (2 + nth%2))}
	}), 12)
	var text bytes.Buffer
	if err := o.Print(&text, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		": 2 combinations x 12 random seeds = 24 runs of ", "its 95 % interval", "corrected p", "+2.5", "nothing to compare",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is missing:\n%s", want, text.String())
		}
	}
	for sentence, want := range map[string]string{
		"unfinished is 1":              "unfinished is 1",
		"b's unfinished is 1":          "b's unfinished is 1",
		"nothing to compare":           "Nothing to compare",
		"completion.mean has no value": "completion.mean has no value",
	} {
		if got := o.capitalize(sentence); got != want {
			t.Errorf("%q is written as %q", sentence, got)
		}
	}
}

// Another build plays its own runs; equal rows give equal intervals, p-values and verdicts.
func TestAnotherBuild(t *testing.T) {
	for _, crn := range []string{"true", "false"} {
		text := strings.Replace(tiny, "seeds: 6", "seeds: 20", 1) + `variants: {a: {}, b: {client.choker: random}}
vary: {client.rechoke_interval: [5 s, 10 s]}
crn: ` + crn + `
expect: ["b.completion.mean > 0.9 * a.completion.mean, clear"]
`
		var outcomes []*SweepResult
		for _, program := range []string{"one", "another"} {
			p, err := planWith(text, program)
			if err != nil {
				t.Fatal(err)
			}
			outcomes = append(outcomes, p.Result(rowsOf(p, 20, twoPoints), 20))
		}
		if !reflect.DeepEqual(outcomes[0], outcomes[1]) {
			t.Errorf("crn %s: %+v and %+v", crn, outcomes[0], outcomes[1])
		}
	}
}

// Missing values are left out, and noted.
func TestMissingValues(t *testing.T) {
	p := mustPlan(t, tiny+"variants: {a: {}, b: {client.choker: random}}\nmetrics: [completion.mean, seed_copies_at_union]\n")
	o := p.Result(rowsOf(p, 6, func(variant, _, nth int) map[string]float64 {
		v := map[string]float64{"unfinished": float64(nth % 2), "completion_s.mean": 0}
		if variant == 0 && nth > 2 {
			v["seed_copies_at_union"] = 1 + float64(nth)
		}
		return v
	}), 6)
	if _, err := json.Marshal(o); err != nil {
		t.Error(err)
	}
	notes := strings.Join(o.Notes, "\n")
	for _, want := range []string{"in 6 of 12 runs some leechers did not complete", "seed_copies_at_union has no value in 9 of 12 runs"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %q in %s", want, notes)
		}
	}
	if o.Differences != 0 || o.Comparisons[1].Seeds != 0 {
		t.Errorf("%+v", o.Comparisons)
	}
}

// Seeds are added until all intervals are narrow enough or the highest number is reached;
// the result tells which.
func TestTarget(t *testing.T) {
	text := tiny + "variants: {a: {}, b: {client.choker: random}}\nvary: {client.rechoke_interval: [5 s, 10 s]}\nmax_seeds: 60\n"
	for _, c := range []struct {
		share   string
		reached bool
	}{{"1 %", true}, {"0.01 %", false}} {
		p := mustPlan(t, text+"target_ci: "+c.share+"\n")
		rows := trial.Rows{}
		seeds := 0
		for {
			var missing []Run
			if missing, seeds = p.Next(rows); len(missing) == 0 {
				break
			}
			for _, r := range missing {
				cell := p.Cells[r.Cell]
				rows[r.Key] = &trial.Row{Key: r.Key, Values: twoPoints(cell.Variant, cell.Point, r.Nth)}
			}
		}
		o := p.Result(rows, seeds)
		if o.Target.Reached != c.reached || o.Target.Reached != (seeds < 60) || seeds <= 6 {
			t.Errorf("%s: %d seeds, %+v", c.share, seeds, o.Target)
		}
		if noted := strings.Contains(strings.Join(o.Notes, ""), "the most allowed"); noted == c.reached {
			t.Errorf("%s: notes %q", c.share, o.Notes)
		}
	}
}

// Every sweep of the library can be planned, is accepted by the schema, and has a name
// that no scenario has.
func TestLibrary(t *testing.T) {
	text, err := sweep.Schema(sim.Catalogue())
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
	accepts := func(text []byte) error {
		var v any
		if err := yaml.Load(text, &v); err != nil {
			return err
		}
		return resolved.Validate(v)
	}
	for _, name := range scenarios.Sweeps() {
		if slices.Contains(scenarios.Names(), name) {
			t.Errorf("%s is also the name of a scenario", name)
		}
		text, _ := scenarios.Sweep(name)
		if err := accepts(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		src := source(string(text))
		s, err := sweep.Load(src, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != name || s.About == "" {
			t.Errorf("%s has the name %s: %s", name, s.Name, s.About)
		}
		if _, err := NewPlan(s, func(b sweep.Base) (scenario.Source, error) {
			if text, ok := scenarios.Text(b.Name); ok {
				return source(string(text)), nil
			}
			src := src
			src.Text, src.Node = nil, b.Node
			return src, nil
		}, "test"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if accepts([]byte(tiny+"sedes: 4\n")) == nil || accepts([]byte(tiny)) != nil {
		t.Error("the schema accepts a misspelt field, or refuses a valid sweep")
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
