package lab

import (
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

// Name returns the command that plays the run alone or, if the scenario is part of the
// sweep file, the values that distinguish it.
func (p *Plan) Name(r Run) string {
	c := &p.Cells[r.Cell]
	text := "swarmsim run " + quote(p.Sweep.Scenario.Name)
	if p.Sweep.Scenario.Name == "" {
		text = "the scenario of " + p.Sweep.Name + " with"
	}
	for _, set := range c.Sets {
		text += " --set " + quote(set)
	}
	return text + " --seed " + strconv.FormatUint(r.Seed, 10)
}

// quote quotes a word for a shell.
func quote(s string) string {
	if !strings.ContainsAny(s, " '\"[]{}*?$&;|<>()\\`#~!,") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
