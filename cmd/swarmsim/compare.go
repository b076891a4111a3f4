package main

import (
	"errors"

	"github.com/spf13/cobra"

	"swarmsim/lab"
)

func compareCommand() *cobra.Command {
	var f labFlags
	var a, b string
	c := &cobra.Command{
		Use:   "compare SWEEP|SCENARIO",
		Short: "Put two or more variants of a scenario side by side, and say what differs",
		Long: `Plays two or more variants of a scenario over several seeds and says how they
differ, with a confidence interval and a test. Variants of one seed meet the same
arrivals, links and latencies. A variant is a list of fields and values; an empty
one is the scenario as it is. Results and exit codes are those of swarmsim sweep.`,
		Example: `  swarmsim compare flash-crowd --a client.picker=rarest-first --b client.picker=random
  swarmsim compare churn --variant plain: --variant patient:client.rechoke_interval=30s \
      --variant 'eager:client.rechoke_interval=5s,client.choker.slots=8' --seeds 20
  swarmsim compare flash-crowd --a '' --b client.choker=random --target-ci 2%`,
		Args:              oneArgument("a sweep or a scenario", "flash-crowd"),
		ValidArgsFunction: completeNames(true, true),
	}
	f.add(c)
	c.Flags().StringVar(&a, "a", "", "the first variant, FIELD=VALUE,FIELD=VALUE: the one compared with")
	c.Flags().StringVar(&b, "b", "", "the second variant")
	must(c.RegisterFlagCompletionFunc("a", completeChanges))
	must(c.RegisterFlagCompletionFunc("b", completeChanges))
	c.RunE = does(func(cmd *cobra.Command, args []string) error {
		sides := cmd.Flags().Changed("a") || cmd.Flags().Changed("b")
		if sides && len(f.variants) > 0 {
			return usageError{errors.New("give either --a and --b or --variant, not both")}
		}
		return f.play(cmd, args[0], func(s *lab.Sweep) error {
			if sides {
				var err error
				if s.Variants, err = lab.ParseSides(a, b); err != nil {
					return usageError{err}
				}
				s.Compare = f.baseline
			}
			if s.Compared() < 2 {
				return usageError{errors.New("there is nothing to compare: give --a and --b, or --variant twice or more, or a sweep that has variants")}
			}
			return nil
		})
	})
	return c
}
