package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/lab"
	"swarmsim/sim"
)

func checkCommand() *cobra.Command {
	var sets []string
	var memory memoryFlag
	c := &cobra.Command{
		Use:   "check SCENARIO|SWEEP",
		Short: "Check a scenario or a sweep, and print it with all defaults filled in",
		Long: `Checks a scenario - a name from the library, a file, a torrent file, or - for
standard input - with everything it names, and prints it with all defaults filled
in: what is printed plays to the same bytes. Of a sweep it checks every
combination and prints how many runs there are.`,
		Args:              oneArgument("a scenario or a sweep to check", "flash-crowd"),
		ValidArgsFunction: completeNames(true, true),
	}
	setFlag(c, &sets)
	memory.add(c)
	c.RunE = does(func(cmd *cobra.Command, args []string) error {
		f, err := find(args[0], input(cmd))
		if err != nil {
			return err
		}
		if f.sweep {
			return checkSweep(cmd, f, sets, memory)
		}
		f.Sets = sets
		s, err := f.load(nil, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		if err := memory.fits(s, f.Source, 1); err != nil {
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
func checkSweep(cmd *cobra.Command, f *found, sets []string, memory memoryFlag) error {
	flags := labFlags{sets: sets, memory: memory, workers: 1}
	plan, err := flags.planOf(f, "sweep", nil)
	if err != nil {
		return err
	}
	for _, w := range plan.Warnings() {
		fmt.Fprintln(cmd.ErrOrStderr(), "note:", w)
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s is fine: %s\n", plan.Sweep.Name, runsText(plan))
	return nil
}

// runsText says how many runs a plan has.
func runsText(plan *lab.Plan) string {
	return fmt.Sprintf("%d runs: %d combinations, each with the seeds %v", plan.Sweep.Seeds.Count*len(plan.Cells), len(plan.Cells), plan.Sweep.Seeds)
}
