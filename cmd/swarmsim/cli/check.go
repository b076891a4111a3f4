package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/lab"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

func checkCommand() *cobra.Command {
	var overrides []scenario.Override
	var memory memoryLimit
	c := &cobra.Command{
		Use:   "check SCENARIO|SWEEP",
		Short: "Check a scenario or a sweep, and print the scenario with all defaults",
		Long: `Checks a scenario - a name of the library, a file, a torrent file, or - for
standard input - and the files that it names, and prints it with all defaults
filled in. The printed scenario gives the same results, byte for byte. Of a sweep
it checks every combination and prints the number of runs.`,
		Args:              oneArgument("a scenario or a sweep", "flash-crowd"),
		ValidArgsFunction: completeNames(true, true),
	}
	addSet(c, &overrides)
	memory.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		in, err := findInput(args[0], stdin(cmd))
		if err != nil {
			return err
		}
		if in.isSweep {
			return checkSweep(cmd, in, &sweepFlags{overrides: overrides, memory: memory, workers: 1})
		}
		in.Overrides = overrides
		s, err := in.load(nil, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		if err := memory.check(s, in.Source, 1); err != nil {
			return err
		}
		text, err := s.Print()
		if err != nil {
			return err
		}
		if _, err = cmd.OutOrStdout().Write(text); err != nil {
			return err
		}
		for _, n := range s.Notes(sim.Catalogue()) {
			fmt.Fprintln(cmd.ErrOrStderr(), "note:", n)
		}
		return nil
	})
	return c
}

// checkSweep resolves a sweep with all its combinations.
func checkSweep(cmd *cobra.Command, in *input, f *sweepFlags) error {
	plan, err := f.plan(in, "sweep", nil)
	if err != nil {
		return err
	}
	for _, w := range plan.Warnings() {
		fmt.Fprintln(cmd.ErrOrStderr(), "note:", w)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is valid: %s\n", plan.Sweep.Name, runCount(plan))
	return err
}

// runCount describes the number of runs of a plan.
func runCount(plan *lab.Plan) string {
	seeds := plan.Sweep.Seeds
	return fmt.Sprintf("%d runs: %d combinations, each with seeds %v", seeds.Count*len(plan.Cells), len(plan.Cells), seeds)
}
