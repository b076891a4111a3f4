package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/sim/scenario"
)

// maxWorkers bounds --workers.
const maxWorkers = 256

// addWorkers adds --workers. The default is one worker per core.
func addWorkers(c *cobra.Command, workers *int, usage string) {
	*workers = min(runtime.NumCPU(), maxWorkers)
	c.Flags().Var(flags.Count(workers, 1, maxWorkers, "4"), "workers", usage)
}

// addSet adds --set, with completion.
func addSet(c *cobra.Command, overrides *[]scenario.Override) {
	c.Flags().Var(flags.List(overrides, "field=value", "groups.leechers.count=200", parseSet), "set",
		"override a field, as in groups.leechers.count=200 (repeatable)")
	must(c.RegisterFlagCompletionFunc("set", completeSet))
}

func parseSet(text string) (scenario.Override, error) {
	o, err := scenario.ParseOverride("--set", text)
	if err != nil {
		err = fmt.Errorf("%q: %w", text, err)
	}
	return o, err
}
