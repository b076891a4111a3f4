package lab

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"swarmsim/lab/trial"
)

// Play plays one run, with one worker: the runs of a sweep are played concurrently.
func (p *Plan) Play(ctx context.Context, r Run) (*trial.Row, error) {
	row, err := p.Cells[r.Cell].trial.Play(ctx, r.Seed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name(r), err)
	}
	row.Key = r.Key
	return row, nil
}

// Describe returns the variant, the point and the seed of a run, for people.
func (p *Plan) Describe(r Run) string {
	c := &p.Cells[r.Cell]
	text := cmp.Or(p.Variants[c.Variant], "the scenario")
	if len(c.At) > 0 {
		text += " at " + pointText(c.At)
	}
	return fmt.Sprintf("%s, seed %d", text, r.Seed)
}

// Name returns the command that plays the run alone or, if the scenario is part of the
// sweep file, the values that distinguish it; of a tournament, who plays.
func (p *Plan) Name(r Run) string {
	c := &p.Cells[r.Cell]
	if c.game != nil {
		return fmt.Sprintf("%s: %s, seed %d", p.Sweep.Name, c.Sets[0], r.Seed)
	}
	text := trial.Command(p.Sweep.Scenario.Name, c.Sets)
	if p.Sweep.Scenario.Name == "" {
		text = "the scenario of " + p.Sweep.Name + " with" + strings.TrimPrefix(text, trial.Command("", nil))
	}
	return text + " --seed " + strconv.FormatUint(r.Seed, 10)
}
