package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/lab/sweep"
)

// runMix plays a mix of clients and swarms of each of them alone, and prints what mixing changes.
func runMix(cmd *cobra.Command, f *suiteFlags, o *outputFlags, mix bench.Mix, arg string) error {
	in, err := findSuite(arg)
	if err != nil {
		return err
	}
	s, err := f.suite(in)
	if err != nil {
		return err
	}
	if err := s.SetMix(mix); err != nil {
		return usageError{fmt.Errorf("--mix: %w", err)}
	}
	if f.seeds.Count == 0 {
		cases := len(f.cases)
		if cases == 0 {
			cases = len(s.Cases)
		}
		for i := range s.Cases {
			s.Cases[i].Seeds = sweep.Seeds{First: 1, Count: s.MixSeeds(cases, len(mix))}
		}
	}
	plan, err := f.plan(cmd.Context(), in, s)
	if err != nil {
		return err
	}
	plan.KeepCompositions()
	folder, err := f.folder(cmd, plan, "-mix")
	if err != nil {
		return err
	}
	defer folder.Close()
	r, rows, err := f.play(cmd, plan, folder)
	if err != nil {
		return err
	}
	if err := o.write(cmd.OutOrStdout(), true, r, nil); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	for i := range r.Cells {
		if c := &r.Cells[i]; c.Unsupported != "" && c.Composition == "mix" {
			fmt.Fprintf(out, "%s: not supported: %s\n", c.Case, c.Unsupported)
		}
	}
	verdicts := plan.Mixing(rows)
	if len(verdicts) == 0 {
		return errors.New("no case can be played by the mix")
	}
	changed := 0
	for i := range verdicts {
		fmt.Fprintln(out, verdicts[i].Sentence())
		if verdicts[i].Changes {
			changed++
		}
	}
	_, err = fmt.Fprintf(out, "mixing changes %d of %d measures\n", changed, len(verdicts))
	return err
}
