package lab

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// The files of a sweep's results folder.
const (
	JournalFile        = "runs.journal"
	RunsFile           = "runs.csv"
	RunsParquetFile    = "runs.parquet"
	CompletionsFile    = "completions.csv"
	MeansFile          = "means.csv"
	ComparisonFile     = "comparison.csv"
	ComparisonJSONFile = "comparison.json"
	PageFile           = "report.html"
)

// Files lists the names that a sweep's files always have; pictures have names of
// their own.
func Files() []string {
	return []string{RunsFile, RunsParquetFile, CompletionsFile, MeansFile, ComparisonFile, ComparisonJSONFile, PageFile}
}

// Write makes all files of the results folder but the journal.
func (p *Plan) Write(rows Rows, o *Outcome, plots bool, create record.Create) error {
	runs := p.table(rows, o.Seeds)
	err := errors.Join(
		writeWith(create, RunsFile, func(w io.Writer) error { return runs.writeCSV(w) }),
		writeWith(create, RunsParquetFile, func(w io.Writer) error { return runs.writeParquet(w) }),
		writeWith(create, CompletionsFile, func(w io.Writer) error { return p.completions(rows, o.Seeds).writeCSV(w) }),
		writeWith(create, MeansFile, func(w io.Writer) error { return writeRecords(w, o.Means) }),
		writeWith(create, ComparisonFile, func(w io.Writer) error { return writeRecords(w, o.Comparisons) }),
		writeWith(create, ComparisonJSONFile, func(w io.Writer) error { return WriteJSON(w, o) }))
	if err != nil || !plots {
		return err
	}
	return p.draw(rows, o, create)
}

// WriteJSON writes the outcome for programs.
func WriteJSON(w io.Writer, o *Outcome) error {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func writeWith(create record.Create, name string, write func(io.Writer) error) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	err = write(&text)
	if err == nil {
		_, err = f.Write(text.Bytes())
	}
	return errors.Join(err, f.Close())
}

// tidy is a table with a row a run, or a row whatever; every cell of a column is
// a text, or a number that may be missing.
type tidy struct {
	columns []column
	rows    int
}

type column struct {
	name    string
	words   []string
	numbers []float64 // instead of words; NaN for none
}

func (t *tidy) words(name string, value func(row int) string) {
	c := column{name: name}
	for i := range t.rows {
		c.words = append(c.words, value(i))
	}
	t.columns = append(t.columns, c)
}

func (t *tidy) numbers(name string, value func(row int) float64) {
	c := column{name: name}
	for i := range t.rows {
		c.numbers = append(c.numbers, value(i))
	}
	t.columns = append(t.columns, c)
}

// parameters adds what a sweep changes, a column a field: numbers as numbers,
// with a unit in a column of their own.
func (p *Plan) parameters(t *tidy, cellOf func(row int) int) {
	for f, field := range p.Fields {
		value := func(i int) string { return p.Cells[cellOf(i)].Values[f] }
		unit, numbers := p.unitOfField(f)
		if !numbers || unit != "" {
			t.words(field, value)
		}
		if !numbers {
			continue
		}
		name := field
		if unit != "" {
			name += " (" + unit + ")"
		}
		t.numbers(name, func(i int) float64 {
			x, _, _ := scenario.Amount(value(i))
			return x
		})
	}
}

// unitOfField reports whether all values of a field are numbers of one unit.
func (p *Plan) unitOfField(field int) (unit string, numbers bool) {
	for i, c := range p.Cells {
		_, u, ok := scenario.Amount(c.Values[field])
		if !ok || i > 0 && u != unit {
			return "", false
		}
		unit = u
	}
	return unit, true
}

// table has a row a run: all parameters, all numbers of the summary.
func (p *Plan) table(rows Rows, seeds int) *tidy {
	runs := p.byCell(seeds)
	names := map[string]bool{}
	for _, r := range runs {
		for name := range rows[r.Key].Values {
			names[name] = true
		}
	}
	t := &tidy{rows: len(runs)}
	t.words("sweep", func(int) string { return p.Sweep.Name })
	t.words("variant", func(i int) string { return p.Variants[p.Cells[runs[i].Cell].Variant] })
	p.parameters(t, func(i int) int { return runs[i].Cell })
	t.numbers("seed", func(i int) float64 { return float64(runs[i].Seed) })
	t.words("ended", func(i int) string { return rows[runs[i].Key].Ended })
	for _, name := range slices.Sorted(maps.Keys(names)) {
		t.numbers(name, func(i int) float64 {
			if v, ok := rows[runs[i].Key].Values[name]; ok {
				return v
			}
			return math.NaN()
		})
	}
	return t
}

// byCell lists runs as tables have them: a combination's seeds together.
func (p *Plan) byCell(seeds int) []Run {
	runs := p.Runs(seeds)
	slices.SortStableFunc(runs, func(a, b Run) int { return cmp.Or(a.Cell-b.Cell, a.Nth-b.Nth) })
	return runs
}

// completions has a row for every leecher that completed, in any run.
func (p *Plan) completions(rows Rows, seeds int) *tidy {
	type one struct {
		run   Run
		group string
		took  float64
	}
	var all []one
	for _, r := range p.byCell(seeds) {
		row := rows[r.Key]
		for _, g := range slices.Sorted(maps.Keys(row.Completions)) {
			for _, took := range row.Completions[g] {
				all = append(all, one{r, g, took})
			}
		}
	}
	t := &tidy{rows: len(all)}
	t.words("variant", func(i int) string { return p.Variants[p.Cells[all[i].run.Cell].Variant] })
	p.parameters(t, func(i int) int { return all[i].run.Cell })
	t.numbers("seed", func(i int) float64 { return float64(all[i].run.Seed) })
	t.words("group", func(i int) string { return all[i].group })
	t.numbers("download_s", func(i int) float64 { return all[i].took })
	return t
}

func (t *tidy) writeCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	line := make([]string, len(t.columns))
	for k, c := range t.columns {
		line[k] = inert(c.name)
	}
	err := w.Write(line)
	for i := range t.rows {
		for k, c := range t.columns {
			line[k] = ""
			if c.words != nil {
				line[k] = inert(c.words[i])
			} else if !math.IsNaN(c.numbers[i]) {
				line[k] = strconv.FormatFloat(c.numbers[i], 'f', -1, 64)
			}
		}
		err = errors.Join(err, w.Write(line))
	}
	w.Flush()
	return errors.Join(err, w.Error())
}

// inert is a word that no spreadsheet takes for a formula: it gets an apostrophe in
// front, as spreadsheets themselves write a text, unless it is a number.
func inert(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if _, _, number := scenario.Amount(s); number {
		return s
	}
	return "'" + s
}

// writeParquet writes the same, with numbers as doubles that may be null. Words are
// plain, for the reason that record.Event has.
func (t *tidy) writeParquet(to io.Writer) error {
	var fields []reflect.StructField
	for k, c := range t.columns {
		of, tag := reflect.TypeFor[*float64](), c.name+",optional"
		if c.words != nil || c.numbers == nil {
			of, tag = reflect.TypeFor[string](), c.name+",plain"
		}
		fields = append(fields, reflect.StructField{Name: "C" + strconv.Itoa(k), Type: of, Tag: reflect.StructTag(`parquet:` + strconv.Quote(tag))})
	}
	of := reflect.StructOf(fields)
	w := parquet.NewWriter(to, parquet.SchemaOf(reflect.New(of).Interface()), parquet.Compression(&parquet.Zstd))
	for i := range t.rows {
		row := reflect.New(of)
		for k, c := range t.columns {
			if c.words != nil {
				row.Elem().Field(k).SetString(c.words[i])
			} else if x := c.numbers[i]; !math.IsNaN(x) {
				row.Elem().Field(k).Set(reflect.ValueOf(&x))
			}
		}
		if err := w.Write(row.Interface()); err != nil {
			return fmt.Errorf("%s: %w", RunsParquetFile, err)
		}
	}
	return w.Close()
}

// writeRecords writes structs as CSV, a column a field, named as in JSON; where
// something is, a column a varied field.
func writeRecords[T any](to io.Writer, records []T) error {
	t := &tidy{rows: len(records)}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if !f.IsExported() {
			continue
		}
		at := func(i int) reflect.Value { return reflect.ValueOf(records[i]).FieldByIndex(f.Index) }
		switch f.Type {
		case reflect.TypeFor[[]Setting]():
			for k := 0; len(records) > 0 && k < at(0).Len(); k++ {
				t.words(at(0).Index(k).Interface().(Setting).Field, func(i int) string { return at(i).Index(k).Interface().(Setting).Value })
			}
		case reflect.TypeFor[Number]():
			t.numbers(jsonName(f), func(i int) float64 {
				if n := at(i).Interface().(Number); n.is() {
					return float64(n)
				}
				return math.NaN()
			})
		default:
			t.words(jsonName(f), func(i int) string { return fmt.Sprint(at(i).Interface()) })
		}
	}
	return t.writeCSV(to)
}

func jsonName(f reflect.StructField) string {
	name := f.Tag.Get("json")
	for i := range name {
		if name[i] == ',' {
			return name[:i]
		}
	}
	return name
}
