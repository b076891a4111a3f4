package bench

import (
	"fmt"
	"math"
	"strconv"
)

// Against compares every other subject of the results with one of them, case by case: that one takes
// the place of a baseline. folder is that of the results, for commands that replay a run.
func Against(r *Results, subject, folder string) (*Comparison, error) {
	c := &Comparison{Suite: r.Suite, Base: r.Program, New: r.Program, SameDigest: true}
	found := false
	for i := range r.Cells {
		n := &r.Cells[i]
		if n.Subject == subject {
			found = true
			continue
		}
		if b := r.Cell(n.Case, subject, n.Composition); b != nil {
			c.Cells = append(c.Cells, compareCells(b, n, r, folder))
		}
	}
	if !found {
		return nil, fmt.Errorf("no cell has the subject %q", subject)
	}
	if len(c.Cells) == 0 {
		return nil, fmt.Errorf("only %s has been played; there is no other subject to compare it with", subject)
	}
	return c, nil
}

// Sentence says how a metric of the cell differs from that of the subject that it is compared with.
func (c *CellComparison) Sentence(m *MetricComparison, against string) string {
	text := fmt.Sprintf("%s: %s of %s ", c.Case, m.Metric, c.Subject)
	switch {
	case m.Outcome == Same && m.Moved == 0:
		return text + "is that of " + against + " to the digit"
	case math.IsNaN(m.Relative):
		return text + fmt.Sprintf("is %s, that of %s is %s", figure(m.After), against, figure(m.Before))
	}
	word := "higher"
	if m.Relative < 0 {
		word = "lower"
	}
	text += fmt.Sprintf("is %s %% %s than that of %s", figure(math.Abs(100*m.Relative)), word, against)
	if i := m.Interval; i.Low != i.High && !math.IsNaN(i.Low) {
		text += fmt.Sprintf(" (95 %% interval %s to %s %%)", signed(100*i.Low), signed(100*i.High))
	}
	switch m.Outcome {
	case Same:
		text += ": no significant difference"
	case Better, Worse:
		text += ": " + m.Outcome.String()
	}
	if m.Needed > 0 {
		text += fmt.Sprintf("; %d runs of each would tell", m.Needed)
	}
	return text
}

// figure writes a number with three digits.
func figure(x float64) string {
	if math.Abs(x) >= 1000 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

func signed(x float64) string {
	if x > 0 {
		return "+" + figure(x)
	}
	return figure(x)
}
