package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
)

func runCommand() *cobra.Command {
	var f suiteFlags
	var o outputFlags
	var mix bench.Mix
	var against string
	c := &cobra.Command{
		Use:   "run [SUITE]",
		Short: "Play a suite and write its results folder",
		Long: `Plays all runs of a suite, the standard one by default, on all cores, and writes
results.yaml into the results folder. A suite is the name of one in the library or a
file. An interrupted suite resumes, and ends with the same bytes.

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage or suite,
99 with --against: a subject is worse than that one.`,
		Example: `  bench run
  bench run bench/suite.yaml --case flash-crowd -o results/bench/mine
  bench run --case flash-crowd-100 --mix libtorrent-2=4,transmission-3=4
  bench run versions.yaml --against last-release`,
		Args: arguments(0, 1, "at most one suite"),
	}
	f.add(c)
	o.add(c)
	c.Flags().Var(flags.Parsed(&mix, "client=share,...", "libtorrent-2=4,transmission-3=4", bench.ParseMix), "mix",
		"play swarms of several clients and of each of them alone, and print what mixing changes")
	c.Flags().Var(flags.Parsed(&against, "subject", "last-release", flags.Text), "against",
		"compare every other subject with this one, and print a sentence for each metric")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		if err := o.check(); err != nil {
			return err
		}
		if mix != nil {
			return runMix(cmd, &f, &o, mix, suiteName(args))
		}
		if against != "" {
			return runAgainst(cmd, &f, &o, against, suiteName(args))
		}
		_, r, dir, err := f.playSuite(cmd, suiteName(args))
		if err != nil {
			return err
		}
		if err := o.write(cmd.OutOrStdout(), f.quiet, r, nil); err != nil {
			return err
		}
		if !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "results   %s\n", filepath.Join(dir, results.BenchResults))
		}
		return nil
	})
	return c
}

// suiteName returns the suite that a command is given, or the default.
func suiteName(args []string) string {
	if len(args) == 0 {
		return defaultSuite
	}
	return args[len(args)-1]
}
