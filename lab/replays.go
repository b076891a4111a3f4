package lab

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"swarmsim/lab/trial"
	"swarmsim/reports/page"
	"swarmsim/sim/scenario"
)

// RunsFolder is the folder of the runs that were played again, in that of the sweep.
const RunsFolder = "runs"

// maxReplayedCells is how many cells a sweep may have for some of its runs to be played again unasked.
const maxReplayedCells = 8

// maxReplays bounds how many runs are played again.
const maxReplays = 64

// Replay is a run that is played again after the sweep, with its whole record: runs are
// deterministic, and the sweep keeps only their numbers.
type Replay struct {
	Run
	Folder string   // in that of the sweep, with slashes
	Why    []string // median, worst, in step

	Data *page.Replay // from its event log, for a replay that is shown in step; nil if it has none
}

// InStep reports whether the page shows the replay in step with another.
func (r *Replay) InStep() bool { return slices.Contains(r.Why, inStep) }

const inStep = "in step"

// Replays chooses the runs to play again: of each cell the seed with the median of the first metric
// and the one with the highest, and of two cells a seed that the page shows in step. Unless all is set,
// there are none if the sweep has many cells.
func (p *Plan) Replays(rows trial.Rows, o *SweepResult, all bool) []Replay {
	if len(p.Cells) > maxReplayedCells && !all || p.Sweep.IsTournament() { // whose measures are of several runs
		return nil
	}
	of := p.values(rows, o.Seeds)
	var out []Replay
	add := func(cell, nth int, why string) {
		for i := range out {
			if out[i].Cell == cell && out[i].Nth == nth {
				out[i].Why = append(out[i].Why, why)
				return
			}
		}
		if nth >= 0 && len(out) < maxReplays {
			run := p.run(cell, nth)
			folder := path.Join(RunsFolder, fmt.Sprintf("%s-seed%d", p.folderName(cell), run.Seed))
			out = append(out, Replay{Run: run, Folder: folder, Why: []string{why}})
		}
	}
	base, other := p.pair(o)
	baseNth, _ := p.median(of, base)
	add(base, baseNth, inStep)
	if other >= 0 {
		nth := baseNth // the same arrivals, links and latencies
		if !p.Sweep.CRN {
			nth, _ = p.median(of, other)
		}
		add(other, nth, inStep)
	}
	for c := range p.Cells {
		median, worst := p.median(of, c)
		add(c, median, "median")
		add(c, worst, p.worstWord())
	}
	slices.SortStableFunc(out, func(a, b Replay) int { return cmp.Compare(a.Cell, b.Cell) })
	return out
}

// worstWord names the highest value of the first metric: a time that is longer is worse.
func (p *Plan) worstWord() string {
	if p.Metrics[0].Unit == "s" {
		return "worst"
	}
	return "highest"
}

// median returns the seeds of a cell with the median and with the highest value of the first metric;
// -1 if no seed has a value.
func (p *Plan) median(of values, cell int) (median, highest int) {
	values := of(cell, p.Metrics[0].Full)
	var order []int
	for nth, v := range values {
		if !math.IsNaN(v) {
			order = append(order, nth)
		}
	}
	if len(order) == 0 {
		return -1, -1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	return order[(len(order)-1)/2], order[len(order)-1]
}

// pair returns the cells that the page shows in step: that of the baseline and, at the same point, the
// one whose first metric differs most from it; -1 if there is no other.
func (p *Plan) pair(o *SweepResult) (base, other int) {
	base, other = p.cellAt(0, p.baseline()), -1
	largest := -1.0
	for v := range p.Variants {
		if v == p.baseline() {
			continue
		}
		size := 0.0
		if i := slices.IndexFunc(o.Comparisons, func(c Comparison) bool { return c.Variant == p.Variants[v] }); i >= 0 {
			size = math.Abs(float64(o.Comparisons[i].Change))
		}
		if math.IsNaN(size) {
			size = 0
		}
		if size > largest {
			largest, other = size, p.cellAt(0, v)
		}
	}
	return base, other
}

// cellName names a cell for people.
func (p *Plan) cellName(cell int) string {
	c := &p.Cells[cell]
	var parts []string
	if name := p.legendName(p.Variants[c.Variant]); name != "" {
		parts = append(parts, name)
	}
	for _, at := range c.At {
		parts = append(parts, at.Field+" = "+at.Value)
	}
	return cmp.Or(strings.Join(parts, ", "), p.scenario)
}

// folderName names a cell in a path: the letters, digits, dots and dashes of its variant and, if there
// are several points, the number of its point. Cells of equal names are told apart by their number.
func (p *Plan) folderName(cell int) string {
	name := p.plainName(cell)
	for c := range cell {
		if p.plainName(c) == name {
			return fmt.Sprintf("%s-cell%d", name, cell+1)
		}
	}
	return name
}

func (p *Plan) plainName(cell int) string {
	c := &p.Cells[cell]
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, p.Variants[c.Variant])
	name = cmp.Or(strings.Trim(name, "-."), "run")
	if p.Points > 1 {
		name += fmt.Sprintf("-point%d", c.Point+1)
	}
	return name[:min(len(name), maxFolderName)]
}

// maxFolderName bounds the length of the names of folders.
const maxFolderName = 60

// Scenario returns the scenario of a run, with its seed, and the source with the files that it names.
// It records what a replay shows.
func (p *Plan) Scenario(r Run) (*scenario.Scenario, scenario.Source) {
	t := p.Cells[r.Cell].trial
	s := *t.Scenario
	s.Seed = r.Seed
	if !s.Record.Transfers.Some() {
		s.Record.Transfers = scenario.RecordSample
	}
	if !s.Record.Decisions.Some() {
		s.Record.Decisions = scenario.RecordSample
	}
	s.Comment = "" // a sweep that is read from its results has the scenario without its comment
	return &s, t.Source
}
