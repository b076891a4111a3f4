package lab

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// addParameters adds a column for each field that the sweep changes. A field whose values
// are numbers with a unit also gets a column of numbers, with the unit in its name.
//
// The rows of a tournament have the fields of the cell's variant, and say as which share and against
// which opponent it plays.
func (p *Plan) addParameters(t *tidyTable, cellOf func(row int) int) {
	if p.Sweep.IsTournament() {
		p.addGames(t, cellOf)
	}
	for f, field := range p.Fields {
		value := func(i int) string { return p.Cells[cellOf(i)].Values[f] }
		unit, isNumeric := p.fieldUnit(f)
		if !isNumeric || unit != "" {
			t.addWords(field, value)
		}
		if !isNumeric {
			continue
		}
		name := field
		if unit != "" {
			name += " (" + unit + ")"
		}
		t.addNumbers(name, func(i int) float64 {
			x, _, _ := scenario.Amount(value(i))
			return x
		})
	}
}

// addGames adds the opponent and the variant's share of the leechers: none and 1 if it plays alone.
func (p *Plan) addGames(t *tidyTable, cellOf func(row int) int) {
	t.addWords("opponent", func(i int) string {
		c := &p.Cells[cellOf(i)]
		if c.game.opponent == c.Variant {
			return ""
		}
		return p.Variants[c.game.opponent]
	})
	t.addNumbers("share", func(i int) float64 {
		c := &p.Cells[cellOf(i)]
		if c.game.opponent == c.Variant {
			return 1
		}
		return float64(c.game.share)
	})
}

// fieldUnit reports whether all values of a field are numbers with the same unit.
func (p *Plan) fieldUnit(field int) (unit string, isNumeric bool) {
	for i, c := range p.Cells {
		_, u, ok := scenario.Amount(c.Values[field])
		if !ok || i > 0 && u != unit {
			return "", false
		}
		unit = u
	}
	return unit, true
}

// runTable has a row for each run: all parameters, all numbers of the summary.
func (p *Plan) runTable(rows trial.Rows, seeds int) *tidyTable {
	runs := p.runsByCell(seeds)
	measures := map[string]bool{}
	for _, r := range runs {
		for name := range rows[r.Key].Values {
			measures[name] = true
		}
	}
	t := &tidyTable{rows: len(runs)}
	t.addWords("sweep", func(int) string { return p.Sweep.Name })
	t.addWords("variant", func(i int) string { return p.Variants[p.Cells[runs[i].Cell].Variant] })
	p.addParameters(t, func(i int) int { return runs[i].Cell })
	t.addNumbers("seed", func(i int) float64 { return float64(runs[i].Seed) })
	t.addWords("ended", func(i int) string { return rows[runs[i].Key].Ended })
	for _, name := range slices.Sorted(maps.Keys(measures)) {
		t.addNumbers(name, func(i int) float64 {
			if v, ok := rows[runs[i].Key].Values[name]; ok {
				return v
			}
			return math.NaN()
		})
	}
	return t
}

// runsByCell lists all runs, those of a cell together.
func (p *Plan) runsByCell(seeds int) []Run {
	runs := p.Runs(seeds)
	slices.SortStableFunc(runs, func(a, b Run) int { return cmp.Or(a.Cell-b.Cell, a.Nth-b.Nth) })
	return runs
}

// completionTable has a row for each leecher that completed, in any run.
func (p *Plan) completionTable(rows trial.Rows, seeds int) *tidyTable {
	type completion struct {
		run     Run
		group   string
		seconds float64
	}
	var all []completion
	for _, r := range p.runsByCell(seeds) {
		row := rows[r.Key]
		for _, g := range slices.Sorted(maps.Keys(row.Completions)) {
			for _, seconds := range row.Completions[g] {
				all = append(all, completion{r, g, seconds})
			}
		}
	}
	t := &tidyTable{rows: len(all)}
	t.addWords("variant", func(i int) string { return p.Variants[p.Cells[all[i].run.Cell].Variant] })
	p.addParameters(t, func(i int) int { return all[i].run.Cell })
	t.addNumbers("seed", func(i int) float64 { return float64(all[i].run.Seed) })
	t.addWords("group", func(i int) string { return all[i].group })
	t.addNumbers("download_s", func(i int) float64 { return all[i].seconds })
	return t
}

// structTable makes a table of structs: a column for each field, with its name in JSON. A point
// becomes a column for each varied field.
func structTable[T any](records []T) *tidyTable {
	t := &tidyTable{rows: len(records)}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		value := func(i int) reflect.Value { return reflect.ValueOf(records[i]).FieldByIndex(f.Index) }
		switch f.Type {
		case reflect.TypeFor[[]FieldValue]():
			setting := func(i, k int) FieldValue { return value(i).Index(k).Interface().(FieldValue) }
			for k := 0; len(records) > 0 && k < value(0).Len(); k++ {
				t.addWords(setting(0, k).Field, func(i int) string { return setting(i, k).Value })
			}
		case reflect.TypeFor[Number]():
			t.addNumbers(name, func(i int) float64 {
				if n := value(i).Interface().(Number); n.exists() {
					return float64(n)
				}
				return math.NaN()
			})
		case reflect.TypeFor[int]():
			t.addNumbers(name, func(i int) float64 { return float64(value(i).Int()) })
		default:
			t.addWords(name, func(i int) string { return fmt.Sprint(value(i).Interface()) })
		}
	}
	return t
}
