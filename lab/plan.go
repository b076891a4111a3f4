package lab

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"swarmsim/bounded"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

// Plan is a sweep with everything resolved: what will be played.
type Plan struct {
	Sweep    *Sweep
	Variants []string // one, without a name, where nothing is compared
	Axes     []Axis   // what is varied beside the variants
	Fields   []string // all that variants and axes change, a column each
	Metrics  []Metric
	Cells    []Cell // by point, and at each point by variant
	Points   int
	scenario string // what is played, for people
	base     scenario.Source
}

// Source is the scenario that is played, before anything is changed in it.
func (p *Plan) Source() scenario.Source { return p.base }

// Fits asks of each combination's scenario whether it can be played here.
func (p *Plan) Fits(fits func(*scenario.Scenario) error) error {
	for i := range p.Cells {
		if err := fits(p.Cells[i].played); err != nil {
			return fmt.Errorf("%s: %w", p.Name(p.run(i, 0)), err)
		}
	}
	return nil
}

// Metric is a number of the summary that is compared.
type Metric struct {
	Name string // as the sweep has it
	Full string // as the summary has it
	Unit string // s, B or nothing
}

// Cell is one combination of a variant and values.
type Cell struct {
	Variant int
	Point   int
	At      []Setting // where it is, beside its variant
	Values  []string  // of the plan's fields
	Sets    []string  // path=value, as run --set has it
	source  scenario.Source
	played  *scenario.Scenario
	content [sha256.Size]byte // digest of all that decides its outcome but for the program
	hash    [sha256.Size]byte // and with it
}

// Setting is a field's value, of those that are varied.
type Setting struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// Run is one run: a cell with a seed.
type Run struct {
	Cell int
	Nth  int // of the seeds
	Seed uint64
	Key  string // of the row it comes to
}

// Find locates the scenario that a sweep names.
type Find func(Base) (scenario.Source, error)

// Plan resolves a sweep. program tells builds of the program apart: another may
// come to other results.
func (s *Sweep) Plan(find Find, program string) (*Plan, error) {
	src, err := find(s.Scenario)
	if err != nil {
		return nil, err
	}
	base := src
	src.Overrides = append(src.Overrides, s.Set...)
	p := &Plan{Sweep: s, base: base, Variants: s.variantNames(), Axes: s.rest(), scenario: cmp.Or(s.Scenario.Name, s.Name), Points: 1}
	variants := s.compared()
	if len(variants) == 0 {
		variants, p.Variants = []Variant{{}}, []string{""}
	}
	p.fields(variants)
	for _, a := range p.Axes {
		p.Points *= len(a.Values)
	}
	if runs := p.Points * len(variants) * s.mostSeeds(); runs > maxRuns {
		return nil, scenario.Problems{s.problem("seeds", "%d seeds of %d combinations are %d runs; at most %d are played", s.mostSeeds(), p.Points*len(variants), runs, maxRuns)}
	}
	var problems scenario.Problems
	found := map[scenario.Problem]int{} // in how many combinations
	where := map[scenario.Problem]string{}
	for point := range p.Points {
		for v := range variants {
			c := p.cell(point, v, variants[v].Set, src)
			for _, b := range c.load(program, p.Fields) {
				if found[b]++; found[b] == 1 {
					problems, where[b] = append(problems, b), strings.Join(c.Sets, ", ")
				}
			}
			p.Cells = append(p.Cells, c)
		}
	}
	for i, b := range problems { // what is wrong with some of them is not wrong in the file
		if found[b] < len(p.Cells) && b.File == src.Shown && where[b] != "" {
			problems[i].Message += " (with " + where[b] + ")"
		}
	}
	if problems == nil {
		problems = p.resolve(src.Catalogue)
	}
	if problems != nil {
		return nil, problems
	}
	return p, nil
}

// maxRuns bounds a sweep.
const maxRuns = 1_000_000

// mostSeeds is how many seeds the sweep can come to.
func (s *Sweep) mostSeeds() int {
	if s.TargetCI > 0 {
		return max(s.Seeds.Count, s.MaxSeeds)
	}
	return s.Seeds.Count
}

// fields lists what the sweep changes, in the order it says so.
func (p *Plan) fields(variants []Variant) {
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

// cell is the combination of a point and a variant. The first field varies
// slowest. A variant names a strategy before a setting of it is varied.
func (p *Plan) cell(point, variant int, set Changes, src scenario.Source) Cell {
	c := Cell{Variant: variant, Point: point, source: src}
	left := p.Points
	var values []scenario.Override
	for _, a := range p.Axes {
		left /= len(a.Values)
		o := a.Values[point/left%len(a.Values)]
		values = append(values, o)
		c.At = append(c.At, Setting{a.Path, scenario.OneLine(o.Value)})
	}
	c.source.Overrides = slices.Concat(src.Overrides, set, values)
	for _, o := range c.source.Overrides {
		c.Sets = append(c.Sets, o.Path+"="+scenario.OneLine(o.Value))
	}
	return c
}

// load resolves the cell's scenario, and what tells it from all others.
func (c *Cell) load(program string, fields []string) scenario.Problems {
	s, err := scenario.Load(c.source)
	if problems, ok := err.(scenario.Problems); ok {
		return problems
	} else if err != nil {
		return scenario.Problems{{File: c.source.Shown, Message: err.Error()}}
	}
	c.played = s
	said := map[string]string{}
	for _, o := range c.source.Overrides {
		said[o.Path] = scenario.OneLine(o.Value)
	}
	for _, f := range fields {
		value, ok := said[f]
		if !ok {
			value, _ = s.Field(f)
		}
		c.Values = append(c.Values, value)
	}
	bare := *s // what it is called and what is expected of it changes nothing
	bare.Name, bare.About, bare.Comment, bare.Seed, bare.Expect = "", "", "", 0, nil
	text, err := bare.Print()
	if err != nil {
		return scenario.Problems{{File: c.source.Shown, Message: err.Error()}}
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", text)
	for _, g := range s.Groups {
		fmt.Fprintln(h, g.Arrival.Times)
	}
	if err := c.hashContent(h); err != nil {
		return scenario.Problems{{File: c.source.Shown, Field: "content", Message: err.Error()}}
	}
	h.Sum(c.content[:0])
	c.hash = sha256.Sum256(append(c.content[:], program...))
	return nil
}

// Compared is a digest of what is compared, whatever the seeds, the metrics and
// the build of the program.
func (p *Plan) Compared() string {
	h := sha256.New()
	for _, c := range p.Cells {
		fmt.Fprintf(h, "%s %x\n", p.Variants[c.Variant], c.content)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// hashContent adds the files that the content is: a .torrent as it is, and of
// other files their sizes and times.
func (c *Cell) hashContent(h interface{ Write([]byte) (int, error) }) error {
	content := &c.played.Content
	if content.Torrent != "" {
		text, err := bounded.ReadFile(c.source.Files, scenario.FilePath(c.source.Dir, content.Torrent), torrent.MaxFile)
		if err == nil {
			_, err = h.Write(text)
		}
		return err
	}
	if content.Path == "" {
		return nil
	}
	return fs.WalkDir(c.source.Files, scenario.FilePath(c.source.Dir, content.Path), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
}

// resolve finds the measures that the sweep names.
func (p *Plan) resolve(catalogue scenario.Catalogue) scenario.Problems {
	var problems scenario.Problems
	known := catalogue.MeasuresOf(p.Cells[0].played)
	find := func(field, name string) string {
		full, ok := scenario.Measure(name, known)
		if !ok {
			better := scenario.Nearest(name, known)
			if better == "" {
				better = "; the summary has " + strings.Join(catalogue.Measures, ", ")
			}
			problems = append(problems, p.Sweep.problem(field, "there is no measure %q%s", name, better))
		}
		return full
	}
	for _, m := range p.Sweep.Metrics {
		full := find("metrics", m)
		p.Metrics = append(p.Metrics, Metric{Name: m, Full: full, Unit: unitOf(full)})
	}
	for i := range p.Sweep.Expect {
		for _, r := range p.Sweep.Expect[i].refs() {
			if !r.count {
				r.measure = find(fmt.Sprintf("expect[%d]", i), r.measure)
			}
		}
		if err := p.Sweep.Expect[i].sound(); err != nil && len(problems) == 0 {
			problems = append(problems, p.Sweep.problem(fmt.Sprintf("expect[%d]", i), "%v", err))
		}
	}
	return problems
}

// unitOf is the unit that the name of a number of the summary says.
func unitOf(full string) string {
	if strings.HasSuffix(full, ".count") {
		return ""
	}
	for _, part := range strings.Split(full, ".") {
		switch {
		case strings.HasSuffix(part, "_s"):
			return "s"
		case strings.HasSuffix(part, "_bytes"):
			return "B"
		}
	}
	return ""
}

// ownSeeds is how far apart the seeds of combinations are that share none.
const ownSeeds = 1_000_000

// run is the nth run of a cell.
func (p *Plan) run(cell, nth int) Run {
	seed := p.Sweep.Seeds.First + uint64(nth)
	if !p.Sweep.CRN {
		seed += uint64(cell) * ownSeeds
	}
	return Run{Cell: cell, Nth: nth, Seed: seed, Key: p.key(cell, seed)}
}

// Runs lists all runs for so many seeds: seed by seed, so that what is there
// after an interruption is of use.
func (p *Plan) Runs(seeds int) []Run {
	var out []Run
	for nth := range seeds {
		for c := range p.Cells {
			out = append(out, p.run(c, nth))
		}
	}
	return out
}

// key is what a run's row is found by: equal for what is sure to be equal.
func (p *Plan) key(cell int, seed uint64) string {
	sum := sha256.Sum256(fmt.Appendf(p.Cells[cell].hash[:], "%d", seed))
	return hex.EncodeToString(sum[:16])
}
