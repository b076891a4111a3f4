package lab

import (
	"slices"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// Cell is a variant at a point: with a value for each axis.
type Cell struct {
	Variant int
	Point   int
	At      []FieldValue // values of the fields varied beside the variants
	Values  []string     // of the plan's fields
	Sets    []string     // path=value, as in run --set
	game    *game        // of a tournament
	source  scenario.Source
	trial   *trial.Trial
	program string // identifies the build of the program
}

// cells lists the cells of the plan, ordered by point, and within a point by variant. Those of a
// tournament are in the order of games.
func (p *Plan) cells(variants []sweep.Variant, src scenario.Source) []Cell {
	if p.Sweep.IsTournament() {
		return p.games(variants, src)
	}
	var out []Cell
	for point := range p.Points {
		for v := range variants {
			out = append(out, p.newCell(point, v, variants[v].Set, src))
		}
	}
	return out
}

// newCell makes the cell of a point and a variant. The first axis varies slowest. The
// changes of the variant come first: it may name a strategy, and an axis may vary a
// setting of that strategy.
func (p *Plan) newCell(point, variant int, set sweep.Changes, src scenario.Source) Cell {
	c := Cell{Variant: variant, Point: point, source: src}
	stride := p.Points
	var values []scenario.Override
	for _, a := range p.Axes {
		stride /= len(a.Values)
		o := a.Values[point/stride%len(a.Values)]
		values = append(values, o)
		c.At = append(c.At, FieldValue{a.Path, scenario.OneLine(o.Value)})
	}
	c.source.Overrides = slices.Concat(src.Overrides, set, values)
	for _, o := range c.source.Overrides {
		c.Sets = append(c.Sets, o.Path+"="+scenario.OneLine(o.Value))
	}
	return c
}

// load loads the cell's scenario.
func (c *Cell) load(program string, fields []string) error {
	t, err := trial.Load(c.source)
	if err != nil {
		return err
	}
	c.trial, c.program = t, program
	set := map[string]string{}
	for _, o := range c.source.Overrides {
		set[o.Path] = scenario.OneLine(o.Value)
	}
	if c.game != nil {
		for _, o := range c.source.Clients[0].Set {
			set[o.Path] = scenario.OneLine(o.Value)
		}
	}
	for _, f := range fields {
		value, ok := set[f]
		if !ok {
			value, _ = t.Scenario.Field(f)
		}
		c.Values = append(c.Values, value)
	}
	return nil
}

// key returns the key of the row of a run.
func (c *Cell) key(seed uint64) string { return c.trial.Key(c.program, seed) }

// id identifies a cell in the names of PRNGs. It does not depend on the build,
// so that equal rows give equal intervals with any build.
func (c *Cell) id() string {
	if c.game != nil {
		return c.trial.Scenario.Name + "\n" + c.game.id
	}
	return c.trial.Scenario.Name + "\n" + strings.Join(c.Sets, "\n")
}
