package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/cmd/usage"
	"swarmsim/hugepages"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// memoryFlag is --memory: how much memory runs may take.
type memoryFlag struct{ limit scenario.Bytes } // 0 for any amount

func (m *memoryFlag) add(c *cobra.Command) {
	m.limit = scenario.Bytes(usage.Memory())
	c.Flags().Var(m, "memory", "refuse what would take more memory than this, such as 64GiB (default: what the machine has)")
}

// Set reads the flag's value.
func (m *memoryFlag) Set(s string) error { return m.limit.Parse(s) }

// String is empty: the help says in words what the default is.
func (m *memoryFlag) String() string { return "" }

// Type is what the help calls the value.
func (m *memoryFlag) Type() string { return "size" }

// expectRun asks for huge pages for a run of the scenario.
func expectRun(s *scenario.Scenario, src scenario.Source) error {
	bytes, err := sim.Footprint(s, src.Files, src.Dir)
	if err == nil {
		hugepages.Expect(bytes)
	}
	return err
}

// fits refuses a scenario of which so many runs at a time would take more memory than
// there is. It is known beforehand, and better than to end in the middle.
func (m *memoryFlag) fits(s *scenario.Scenario, src scenario.Source, runs int) error {
	one, err := sim.Footprint(s, src.Files, src.Dir)
	if err != nil {
		return err
	}
	if m.limit == 0 || one <= int64(m.limit)/int64(runs) {
		return nil
	}
	peers := 0
	for i := range s.Groups {
		peers += s.Groups[i].Count
	}
	less := "lower count or client.connections.max"
	if runs > 1 {
		less += ", or --workers"
	}
	return usageError{fmt.Errorf("%s: %d peers at once take about %s of memory, and %d of such runs at a time are to be played; there are %s. Either %s; or, if most peers leave before others come, give --memory",
		src.Shown, peers, reports.Size(one), runs, reports.Size(int64(m.limit)), less)}
}
