package bench

import (
	"bytes"
	"fmt"
	"io"

	"swarmsim/sim/scenario"
)

// Costs holds what the simulator spent on runs of a suite. Unlike results they depend on the machine,
// so they are in a file of their own.
type Costs struct {
	Format int    `json:"bench_costs" jsonschema:"version of the format"`
	Suite  string `json:"suite" jsonschema:"name of the suite"`
	System string `json:"system" jsonschema:"operating system, processor and Go version"`
	Cells  []Cost `json:"costs" jsonschema:"what a run of each cell cost"`
}

// Cost is what a run of the first seed of a cell cost, the least of several.
type Cost struct {
	Case         string  `json:"case" jsonschema:"name of the case"`
	Subject      string  `json:"subject" jsonschema:"name of the subject"`
	Composition  string  `json:"composition,omitempty"`
	CPUS         float64 `json:"cpu_s" jsonschema:"CPU seconds" min:"0"`
	Calibrations float64 `json:"calibrations" jsonschema:"CPU time in units of a fixed loop that was timed beside it" min:"0"`
	Instructions uint64  `json:"instructions,omitempty"`
	PeakBytes    uint64  `json:"peak_bytes,omitempty"`
}

const costsFormat = 1

// NewCosts returns costs without cells.
func NewCosts(suite, system string) *Costs {
	return &Costs{Format: costsFormat, Suite: suite, System: system}
}

// Write writes the costs as a file that ReadCosts reads back.
func (c *Costs) Write(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "bench_costs: %d\nsuite: %s\nsystem: %s\ncosts:\n", c.Format, word(c.Suite), word(c.System))
	for i := range c.Cells {
		x := &c.Cells[i]
		fmt.Fprintf(&b, "  - {case: %s, subject: %s, ", word(x.Case), word(x.Subject))
		if x.Composition != "" {
			fmt.Fprintf(&b, "composition: %s, ", word(x.Composition))
		}
		fmt.Fprintf(&b, "cpu_s: %s, calibrations: %s", number(x.CPUS), number(x.Calibrations))
		if x.Instructions > 0 {
			fmt.Fprintf(&b, ", instructions: %d", x.Instructions)
		}
		fmt.Fprintf(&b, ", peak_bytes: %d}\n", x.PeakBytes)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// ReadCosts reads a file of costs. The error is scenario.Problems.
func ReadCosts(text []byte, file string) (*Costs, error) {
	c := &Costs{}
	doc, err := scenario.ReadDocument(scenario.Source{Text: text, Shown: file}, "a file of bench cost", c)
	if err != nil {
		return nil, err
	}
	if c.Format != costsFormat {
		return nil, scenario.Problems{doc.Problem("bench_costs", fmt.Sprintf("%d is not the format that this program reads, %d",
			c.Format, costsFormat))}
	}
	return c, nil
}

// LooksLikeCosts reports whether a file begins as costs do.
func LooksLikeCosts(text []byte) bool { return bytes.HasPrefix(text, []byte("bench_costs: ")) }

// CostChange compares the cost of a cell with an earlier one.
type CostChange struct {
	*Cost
	Base     *Cost
	By       string  // instructions or calibrations
	Relative float64 // the new cost over the earlier one, minus 1
}

// Changes compares costs with earlier ones: by instructions if both have counted them on the same
// system, and else by the ratio of the CPU time to the calibration loop. Cells that only one has are
// left out.
func (c *Costs) Changes(base *Costs) []CostChange {
	var out []CostChange
	for i := range c.Cells {
		x := &c.Cells[i]
		for k := range base.Cells {
			b := &base.Cells[k]
			if b.Case != x.Case || b.Subject != x.Subject || b.Composition != x.Composition {
				continue
			}
			change := CostChange{Cost: x, Base: b, By: "calibrations"}
			before, after := b.Calibrations, x.Calibrations
			if b.Instructions > 0 && x.Instructions > 0 && base.System == c.System {
				change.By, before, after = "instructions", float64(b.Instructions), float64(x.Instructions)
			}
			if before > 0 {
				change.Relative = after/before - 1
				out = append(out, change)
			}
		}
	}
	return out
}

// Name names the cell in messages.
func (c *Cost) Name() string { return cellName(c.Case, c.Subject, c.Composition) }
