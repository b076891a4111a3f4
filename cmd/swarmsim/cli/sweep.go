package cli

import (
	"github.com/spf13/cobra"
)

func sweepCommand() *cobra.Command {
	var f sweepFlags
	var part shardFlags
	var hand queueFlags
	var job emitFlags
	c := &cobra.Command{
		Use:   "sweep SWEEP|SCENARIO",
		Short: "Vary fields of a scenario, over several seeds, and report the effects",
		Long: `Plays a sweep - a name of the library or a file - or varies a scenario by flags:
every variant at every combination of values, over several seeds. Runs with the
same seed have the same arrivals, links and latencies in every combination.
A file with kind: tournament plays variants of the client against each other.

The results folder has one table of all runs (runs.csv, runs.parquet), the
comparisons (comparison.csv, comparison.json), plots, and report.html, a single
page with all of them. After an interruption the same command resumes where it
stopped: no finished run is repeated.

--shard plays a part of the runs, so that several machines share a sweep; sweep merge
joins the parts, and sweep status shows how far they are. --emit writes all that as a job
for a scheduler, such as a cluster's. --serve hands the runs to swarmsim work on other
machines instead, and writes the same results (docs/sweeps.md).

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage or sweep,
99 an expectation of the sweep is not met.`,
		Example: `  swarmsim sweep flash-crowd --vary 'client.choker.slots=1..32 times 2' --seeds 10
  swarmsim sweep flash-crowd --vary client.picker=rarest-first,random \
      --vary 'groups.seed.link.up=1 MB/s..5 MB/s step 1 MB/s' --metric completion.mean
  swarmsim sweep ./mine.yaml --dry-run
  swarmsim sweep ./mine.yaml --shard 3/40
  swarmsim sweep ./mine.yaml --emit slurm -o mine.sh
  swarmsim sweep ./mine.yaml --serve :4222`,
		Args:              oneArgument("a sweep or a scenario", "slots"),
		ValidArgsFunction: completeNames(true, true),
	}
	f.add(c)
	part.add(c)
	hand.add(c)
	job.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		if err := part.check(&f); err != nil {
			return err
		}
		if err := hand.check(cmd, &part); err != nil {
			return err
		}
		if err := job.check(cmd, args[0], &f, &part); err != nil {
			return err
		}
		if job.scheduler.Name != "" {
			return job.emit(cmd, args[0], &f)
		}
		return f.run(cmd, args[0], nil, &part, &hand)
	})
	c.AddCommand(mergeCommand(), sweepStatusCommand())
	return c
}
