package lab

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// Plan is a sweep with everything resolved: the runs to play.
type Plan struct {
	Sweep    *sweep.Sweep
	Variants []string     // a single empty name if nothing is compared
	Axes     []sweep.Axis // the fields varied beside the variants; their values make the points
	Fields   []string     // all fields that variants and axes change; each is a column
	Metrics  []Metric
	Cells    []Cell // ordered by point, and within a point by variant; of a tournament see games
	Points   int
	scenario string // the scenario's name, for people
	base     scenario.Source
}

// Metric is a measure of the summary that the sweep compares.
type Metric struct {
	Name string // as written in the sweep
	Full string // as written in the summary
	Unit string // s, B or none
}

// FieldValue is a varied field and its value.
type FieldValue struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// Run is a cell with a seed.
type Run struct {
	Cell int
	Nth  int // index of the seed
	Seed uint64
	Key  string // of its row
}

// Find returns the scenario that a sweep names.
type Find func(sweep.Base) (scenario.Source, error)

// maxRuns bounds the runs of a sweep.
const maxRuns = 1_000_000

// NewPlan resolves a sweep. program identifies the build of the program, because another
// build may give other results.
func NewPlan(s *sweep.Sweep, find Find, program string) (*Plan, error) {
	src, err := find(s.Scenario)
	if err != nil {
		return nil, err
	}
	base := src
	src.Overrides = append(src.Overrides, s.Set...)
	p := &Plan{
		Sweep:    s,
		Variants: s.VariantNames(),
		Axes:     s.PointAxes(),
		Points:   1,
		scenario: cmp.Or(s.Scenario.Name, s.Name),
		base:     base,
	}
	variants := s.Compared()
	if len(variants) == 0 {
		variants, p.Variants = []sweep.Variant{{}}, []string{""}
	}
	p.setFields(variants)
	for _, a := range p.Axes {
		p.Points *= len(a.Values)
	}
	cells := p.Points * len(variants)
	if s.IsTournament() {
		cells = s.Games()
	}
	if runs := cells * s.MaxSeedCount(); runs > maxRuns {
		return nil, scenario.Problems{s.Problem("seeds",
			"%d seeds of %d combinations are %d runs; at most %d are played", s.MaxSeedCount(), cells, runs, maxRuns)}
	}
	problems := p.loadCells(variants, src, program)
	if problems == nil {
		problems = p.resolveMeasures(src.Catalogue)
	}
	if problems != nil {
		return nil, problems
	}
	return p, nil
}

// setFields lists the fields that the sweep changes, in the order of the sweep.
func (p *Plan) setFields(variants []sweep.Variant) {
	add := func(path string) {
		if !slices.Contains(p.Fields, path) {
			p.Fields = append(p.Fields, path)
		}
	}
	for _, v := range variants {
		for _, o := range v.Set {
			add(o.Path)
		}
	}
	for _, a := range p.Axes {
		add(a.Path)
	}
}

// loadCells loads the scenarios of all cells. Each problem is returned once; if only some cells
// have it, with the changes of the first of them.
func (p *Plan) loadCells(variants []sweep.Variant, src scenario.Source, program string) scenario.Problems {
	var problems scenario.Problems
	count := map[scenario.Problem]int{} // cells with the problem
	first := map[scenario.Problem]string{}
	p.Cells = p.cells(variants, src)
	for i := range p.Cells {
		c := &p.Cells[i]
		var found scenario.Problems
		if err := c.load(program, p.Fields); !errors.As(err, &found) && err != nil {
			found = scenario.Problems{{File: src.Shown, Message: err.Error()}}
		} else if err == nil && c.game != nil {
			found = p.checkGame(c)
		}
		for _, b := range found {
			if count[b]++; count[b] == 1 {
				problems, first[b] = append(problems, b), strings.Join(c.Sets, ", ")
			}
		}
	}
	for i, b := range problems {
		if count[b] < len(p.Cells) && b.File == src.Shown && first[b] != "" {
			problems[i].Message += " (with " + first[b] + ")"
		}
	}
	return problems
}

// Source returns the scenario without the sweep's changes.
func (p *Plan) Source() scenario.Source { return p.base }

// CheckScenarios calls check for the scenario of every cell, and returns its first error with the
// command that plays the cell.
func (p *Plan) CheckScenarios(check func(*scenario.Scenario) error) error {
	for i := range p.Cells {
		if err := check(p.Cells[i].trial.Scenario); err != nil {
			return fmt.Errorf("%s: %w", p.Name(p.run(i, 0)), err)
		}
	}
	return nil
}

// Compared returns a digest of what is compared, which does not depend on the seeds, the
// metrics and the build of the program.
func (p *Plan) Compared() string {
	h := sha256.New()
	for _, c := range p.Cells {
		fmt.Fprintf(h, "%s %x\n", p.Variants[c.Variant], c.trial.Digest)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// cellAt returns the index of the cell of a point and a variant.
func (p *Plan) cellAt(point, variant int) int { return point*len(p.Variants) + variant }

// baseline returns the index of the variant that the others are compared with.
func (p *Plan) baseline() int { return max(0, slices.Index(p.Variants, p.Sweep.Compare)) }

// seedStride is the distance between the first seeds of consecutive cells without common random
// numbers.
const seedStride = 1_000_000

// run returns the nth run of a cell.
func (p *Plan) run(cell, nth int) Run {
	seed := p.Sweep.Seeds.First + uint64(nth)
	if !p.Sweep.CRN {
		seed += uint64(cell) * seedStride
	}
	return Run{Cell: cell, Nth: nth, Seed: seed, Key: p.Cells[cell].key(seed)}
}

// Runs lists the runs of every cell with the given number of seeds. They are ordered by
// seed, so that the rows of an interrupted sweep cover all cells.
func (p *Plan) Runs(seeds int) []Run {
	var out []Run
	for nth := range seeds {
		for c := range p.Cells {
			out = append(out, p.run(c, nth))
		}
	}
	return out
}

// Next returns the runs that rows lack, and the number of seeds that they complete. If
// the sweep has a target for its intervals, the number grows by half until the target or
// the highest number is reached. The sweep is finished when no runs are returned.
func (p *Plan) Next(rows trial.Rows) (missing []Run, seeds int) {
	s := p.Sweep
	for n := s.Seeds.Count; ; n = min(s.MaxSeeds, n+(n+1)/2) {
		listed := map[string]bool{}
		for _, r := range p.Runs(n) {
			if rows[r.Key] == nil && !listed[r.Key] { // equal runs are played once
				missing = append(missing, r)
				listed[r.Key] = true
			}
		}
		if len(missing) > 0 || s.TargetCI == 0 || n >= s.MaxSeeds || p.widest(rows, n) <= float64(s.TargetCI) {
			return missing, n
		}
	}
}
