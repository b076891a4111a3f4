package lab

import (
	"fmt"

	"swarmsim/sim"
)

// Costs estimates the cost of a run of each cell, in a unit of its own; see sim.Effort.
func (p *Plan) Costs() ([]int64, error) {
	out := make([]int64, len(p.Cells))
	for i := range p.Cells {
		t := p.Cells[i].trial
		var err error
		if out[i], err = sim.Effort(t.Scenario, t.Source.Files, t.Source.Dir); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name(p.run(i, 0)), err)
		}
	}
	return out, nil
}

// RunAt returns a run by its cell and the index of its seed. ok is false if the sweep has no such
// run, whatever the number of seeds that it needs.
func (p *Plan) RunAt(cell, nth int) (r Run, ok bool) {
	if cell < 0 || cell >= len(p.Cells) || nth < 0 || nth >= p.Sweep.MaxSeedCount() {
		return Run{}, false
	}
	return p.run(cell, nth), true
}
