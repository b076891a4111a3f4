package main

import (
	"github.com/spf13/cobra"
)

func sweepCommand() *cobra.Command {
	var f labFlags
	c := &cobra.Command{
		Use:   "sweep SWEEP|SCENARIO",
		Short: "Vary fields of a scenario, over many seeds, and show what comes of it",
		Long: `Plays a sweep - a name from the library or a file - or varies a scenario as flags
say: every variant at every combination of values, over several seeds. Variants
of one seed meet the same arrivals, links and latencies.

The results folder has one tidy table of all runs (runs.csv, runs.parquet), what
the comparison came to (comparison.csv, comparison.json), plots and report.html,
one page that holds them all. The same command again, after Ctrl-C or worse, goes
on where it was: no finished run is repeated.

Exit codes: 0 fine, 1 failed or interrupted, 2 bad usage or sweep,
99 an expectation of the sweep is not met.`,
		Example: `  swarmsim sweep flash-crowd --vary 'client.choker.slots=1..32 times 2' --seeds 10
  swarmsim sweep flash-crowd --vary client.picker=rarest-first,random \
      --vary 'groups.seed.link.up=1 MB/s..5 MB/s step 1 MB/s' --metric completion.mean
  swarmsim sweep ./mine.yaml --dry-run`,
		Args:              oneArgument("a sweep or a scenario", "slots"),
		ValidArgsFunction: completeNames(true, true),
	}
	f.add(c)
	c.RunE = does(func(cmd *cobra.Command, args []string) error {
		return f.play(cmd, args[0], nil)
	})
	return c
}
