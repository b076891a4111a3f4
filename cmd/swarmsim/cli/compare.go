package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/lab/sweep"
)

func compareCommand() *cobra.Command {
	var f sweepFlags
	var a, b sweep.Changes
	c := &cobra.Command{
		Use:   "compare SWEEP|SCENARIO",
		Short: "Compare two or more variants of a scenario, and report the differences",
		Long: `Plays two or more variants of a scenario over several seeds and reports how they
differ, with confidence intervals and a significance test. Runs with the same seed
have the same arrivals, links and latencies in every variant. A variant is a list
of fields and values; an empty list is the scenario as it is. Results and exit
codes are those of swarmsim sweep.`,
		Example: `  swarmsim compare flash-crowd --a client.picker=rarest-first --b client.picker=random
  swarmsim compare churn --variant plain: --variant patient:client.rechoke_interval=30s \
      --variant 'eager:client.rechoke_interval=5s,client.choker.slots=8' --seeds 20
  swarmsim compare flash-crowd --a '' --b client.choker=random --target-ci 2%`,
		Args:              oneArgument("a sweep or a scenario", "flash-crowd"),
		ValidArgsFunction: completeNames(true, true),
	}
	f.add(c)
	side := func(p *sweep.Changes, name, usage string) {
		parse := func(text string) (sweep.Changes, error) { return sweep.ParseChanges("--"+name, text) }
		c.Flags().Var(flags.Parsed(p, "field=value,...", "client.picker=random", parse), name, usage)
		must(c.RegisterFlagCompletionFunc(name, completeChanges))
	}
	side(&a, "a", "the first variant, which is the baseline")
	side(&b, "b", "the second variant")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		sides := cmd.Flags().Changed("a") || cmd.Flags().Changed("b")
		if sides && len(f.variants) > 0 {
			return usageError{errors.New("give either --a and --b or --variant, not both")}
		}
		return f.run(cmd, args[0], func(s *sweep.Sweep) error {
			if sides {
				s.Variants, s.Compare = sweep.Sides(a, b), f.baseline
			}
			if len(s.Compared()) < 2 {
				return usageError{errors.New("there is nothing to compare: give --a and --b, or --variant at least twice, " +
					"or a sweep with variants")}
			}
			return nil
		}, nil, nil)
	})
	return c
}
