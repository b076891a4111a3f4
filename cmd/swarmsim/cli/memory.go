package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/usage"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// memoryLimit is --memory: how much memory all runs together may need. 0 is no limit.
type memoryLimit scenario.Bytes

func (m *memoryLimit) add(c *cobra.Command) {
	*m = memoryLimit(usage.Memory())
	c.Flags().Var(flags.Quantity((*scenario.Bytes)(m), "size", "64 GiB"), "memory",
		"refuse runs that need more memory than this, such as 64GiB (default: the memory of the machine)")
}

// check refuses a scenario if concurrent runs of it need more memory than the limit: a
// refusal at the start is better than being killed hours later.
func (m memoryLimit) check(s *scenario.Scenario, src scenario.Source, concurrent int) error {
	perRun, err := sim.Footprint(s, src.Files, src.Dir)
	if err != nil {
		return err
	}
	if m == 0 || perRun <= int64(m)/int64(concurrent) {
		return nil
	}
	peers := s.Peers()
	lower, runs := "count or client.connections.max", ""
	if concurrent > 1 {
		lower += ", or --workers"
		runs = fmt.Sprintf(", and %d runs are played at a time", concurrent)
	}
	return usageError{fmt.Errorf("%s: a run of %d peers needs about %s of memory%s; the limit is %s. Lower %s; "+
		"or, if most peers leave before others arrive, raise the limit with --memory",
		src.Shown, peers, reports.Size(perRun), runs, reports.Size(int64(m)), lower)}
}
