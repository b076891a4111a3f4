package bench

import "slices"

var outcomeNames = []string{"same", "better", "worse", "changed", "scenario changed", "unsupported", "added", "removed"}

func (o Outcome) String() string { return outcomeNames[o] }

// Count returns the number of cells with an outcome.
func (c *Comparison) Count(o Outcome) int {
	n := 0
	for i := range c.Cells {
		if c.Cells[i].Outcome == o {
			n++
		}
	}
	return n
}

// Regressed reports whether a cell is worse than the baseline.
func (c *Comparison) Regressed() bool { return c.Count(Worse) > 0 }

// Differs reports whether anything differs from the baseline, for better or worse.
func (c *Comparison) Differs() bool {
	return slices.ContainsFunc(c.Cells, func(x CellComparison) bool { return x.Outcome != Same && x.Outcome != Unsupported })
}

// Name names the cell in messages.
func (c *CellComparison) Name() string { return cellName(c.Case, c.Subject, c.Composition) }
