package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// Run is a cell with a seed.
type Run struct {
	Cell int
	Seed uint64
	Key  string  // of its row
	Cost float64 // a rough measure of the time that it takes
}

// maxRuns bounds the runs of a suite.
const maxRuns = 1_000_000

// Missing returns the runs that rows lack, the longest first.
func (p *Plan) Missing(rows trial.Rows) []Run {
	var out []Run
	listed := map[string]bool{}
	for i := range p.Cells {
		c := &p.Cells[i]
		if c.Unsupported != "" {
			continue
		}
		for _, seed := range c.seeds() {
			r := Run{Cell: i, Seed: seed, Key: c.trial.Key(c.build, seed), Cost: c.cost()}
			if rows[r.Key] == nil && !listed[r.Key] { // equal runs are played once
				out, listed[r.Key] = append(out, r), true
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Run) int { return cmp.Compare(b.Cost, a.Cost) })
	return out
}

// RunCount returns the number of runs.
func (p *Plan) RunCount() int {
	n := 0
	for i := range p.Cells {
		if p.Cells[i].Unsupported == "" {
			n += p.Cells[i].Case.Seeds.Count
		}
	}
	return n
}

// CheckSize returns an error if the plan has more runs than are played.
func (p *Plan) CheckSize() error {
	if n := p.RunCount(); n > maxRuns {
		return fmt.Errorf("the suite has %d runs; at most %d are played", n, maxRuns)
	}
	return nil
}

func (c *PlanCell) seeds() []uint64 {
	out := make([]uint64, c.Case.Seeds.Count)
	for i := range out {
		out[i] = c.Case.Seeds.First + uint64(i)
	}
	return out
}

// cost is the number of blocks that the leechers download, a rough measure of the time of a run.
func (c *PlanCell) cost() float64 {
	s := c.trial.Scenario
	return float64(s.Peers()) * float64(s.Content.Size)
}

// Play plays one run, on one core. results is the folder where another program may leave files;
// "" for none.
func (p *Plan) Play(ctx context.Context, r Run, results string) (*trial.Row, error) {
	c := &p.Cells[r.Cell]
	var row *trial.Row
	var err error
	if c.program != nil {
		row, err = c.program.play(ctx, c.trial, r.Seed, results)
	} else {
		row, err = c.trial.Play(ctx, r.Seed)
	}
	if err != nil {
		return nil, fmt.Errorf("%s, seed %d: %w", c.Name(), r.Seed, err)
	}
	row.Key = r.Key
	return row, nil
}

// Find returns the first run of a cell. An empty subject stands for the first.
func (p *Plan) Find(cas, subject, composition string) (Run, error) {
	for i := range p.Cells {
		c := &p.Cells[i]
		if c.Case.Name != cas || subject != "" && c.Subject.Name != subject || c.compositionName() != composition {
			continue
		}
		if c.Unsupported != "" {
			return Run{}, fmt.Errorf("%s cannot be played: %s", c.Name(), c.Unsupported)
		}
		seed := c.Case.Seeds.First
		return Run{Cell: i, Seed: seed, Key: c.trial.Key(c.build, seed)}, nil
	}
	return Run{}, fmt.Errorf("the suite has no cell %s", cellName(cas, cmp.Or(subject, "of any subject"), composition))
}

// FirstRuns returns the run of the first seed of every cell that can be played.
func (p *Plan) FirstRuns() []Run {
	var out []Run
	for i := range p.Cells {
		if c := &p.Cells[i]; c.Unsupported == "" {
			seed := c.Case.Seeds.First
			out = append(out, Run{Cell: i, Seed: seed, Key: c.trial.Key(c.build, seed), Cost: c.cost()})
		}
	}
	return out
}

// CostOf returns the cost of a run's cell without its numbers.
func (p *Plan) CostOf(r Run) Cost {
	c := &p.Cells[r.Cell]
	return Cost{Case: c.Case.Name, Subject: c.Subject.Name, Composition: c.compositionName()}
}

// Scenario returns the scenario of a run of the client, and the files that it needs.
func (p *Plan) Scenario(r Run) (*scenario.Scenario, scenario.Source) {
	t := p.Cells[r.Cell].trial
	s := *t.Scenario
	s.Seed = r.Seed
	return &s, t.Source
}

// IsProgram reports whether another program plays a run. Its build may change without a trace, so
// its rows are reused only to resume.
func (p *Plan) IsProgram(r Run) bool { return p.Cells[r.Cell].program != nil }

// Name names a cell in messages.
func (c *PlanCell) Name() string { return cellName(c.Case.Name, c.Subject.Name, c.compositionName()) }

func cellName(cas, subject, composition string) string {
	name := cas + ", " + subject
	if composition != "" {
		name += ", " + composition
	}
	return name
}

// Results returns the results of all cells. Rows must have all runs.
func (p *Plan) Results(rows trial.Rows) *Results {
	out := &Results{Suite: p.Suite.Name, Digest: p.Digest, Program: p.host.Version}
	for i := range p.Cells {
		out.Cells = append(out.Cells, p.Cells[i].results(rows, p.host.Suite))
	}
	return out
}

// results returns the results of a cell.
func (c *PlanCell) results(rows trial.Rows, suite string) Cell {
	out := Cell{
		Case:        c.Case.Name,
		Subject:     c.Subject.Name,
		Composition: c.compositionName(),
		Scenario:    c.scenario,
		Repeatable:  true,
		Unsupported: c.Unsupported,
	}
	if c.program != nil {
		out.Version, out.Repeatable = c.program.description.Version, c.program.description.Repeatable
	}
	if c.Unsupported != "" {
		return out
	}
	var played []*trial.Row
	for _, seed := range c.seeds() {
		row := rows[c.trial.Key(c.build, seed)]
		if row.Unsupported != "" {
			out.Unsupported = row.Unsupported
			return out
		}
		played = append(played, row)
		if out.Repeatable && row.Record != "" {
			out.Records = append(out.Records, row.Record)
		}
	}
	out.Seeds, out.Replay = c.seeds(), c.replay(suite)
	for i := range c.metrics {
		out.Metrics = append(out.Metrics, c.series(&c.metrics[i], played))
	}
	return out
}

// series returns the values of a metric.
func (c *PlanCell) series(m *caseMetric, played []*trial.Row) Series {
	out := Series{Metric: m.Name, Unit: m.Unit, Direction: m.Direction, Tolerance: m.tolerance}
	for _, row := range played {
		v := math.NaN()
		if c.program == nil {
			v = m.Value(row)
		} else if given, ok := row.Values[m.Name]; ok {
			v = given
		}
		out.Values = append(out.Values, v)
	}
	return out
}
