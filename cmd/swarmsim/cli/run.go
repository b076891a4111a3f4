package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// runFlags are the flags of swarmsim run.
type runFlags struct {
	out       string
	seed      uint64
	workers   int
	overrides []scenario.Override
	force     bool
	quiet     bool
	events    bool
	noPlots   bool
	asJSON    bool
	memory    memoryLimit
}

func (f *runFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "folder", "results/churn-7", flags.Text), "out", "o",
		"results folder (default results/NAME, or the first free results/NAME-2, NAME-3 ...)")
	fs.Var(flags.Seed(&f.seed, "7"), "seed", "seed of all random numbers (default: the scenario's)")
	addWorkers(c, &f.workers, "cores to use; the results are the same for any number")
	addSet(c, &f.overrides)
	fs.BoolVar(&f.force, "force", false, "replace an existing results folder")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no table")
	fs.BoolVar(&f.events, "events", false, "also write the event log, events.parquet")
	fs.BoolVar(&f.asJSON, "json", false, "print summary.json instead of the table")
	f.memory.add(c)
	fs.BoolVar(&f.noPlots, "no-plots", false, "write no plots and no page; swarmsim report can draw them later")
}

// load loads the scenario that the argument of a command names, with the overrides and the seed of its
// flags, and prints its warnings.
func (f *runFlags) load(cmd *cobra.Command, arg string) (*scenario.Scenario, *input, error) {
	in, err := findInput(arg, stdin(cmd))
	if err != nil {
		return nil, nil, err
	}
	in.Overrides = f.overrides
	var seed *uint64
	if cmd.Flags().Changed("seed") {
		seed = &f.seed
	}
	s, err := in.load(seed, cmd.ErrOrStderr())
	return s, in, err
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Simulate a scenario and write its results folder",
		Long: `Simulates a scenario and writes a results folder: summary.json, peers.csv,
timeseries.csv, availability.csv, plots as SVG and PNG, and report.html, a single
page with all of them. A scenario is the name of one in the library, a file, - for
standard input, or a torrent file, which is played in the library's flash-crowd.

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage or scenario,
99 an expectation of the scenario is not met.`,
		Example: `  swarmsim run flash-crowd
  swarmsim run churn --seed 7 -o results/churn-7
  swarmsim run flash-crowd --set groups.leechers.count=500 --set client.choker=random
  swarmsim run ./some.torrent
  swarmsim check churn | swarmsim run - --json`,
		Args:              oneArgument("a scenario", "flash-crowd"),
		ValidArgsFunction: completeNames(true, false),
	}
	f.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		s, in, err := f.load(cmd, args[0])
		if err != nil {
			return err
		}
		s.Record.Events = s.Record.Events || f.events
		if err := f.memory.check(s, in.Source, 1); err != nil {
			return err
		}
		return f.run(cmd, s, in)
	})
	return c
}

// run simulates the scenario into a results folder and prints its results.
func (f *runFlags) run(cmd *cobra.Command, s *scenario.Scenario, in *input) error {
	folder, err := results.NewRun(f.out, s.Name, f.force)
	if err != nil {
		return err
	}
	outcome, err := f.simulate(cmd, s, in, folder)
	if err != nil {
		folder.Discard()
		return err
	}
	if err := folder.Commit(); err != nil {
		return err
	}
	path := folder.Path()
	if f.out != "" && path != filepath.Clean(f.out) {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s was created by another process during the run; the results are in %s\n",
			f.out, path)
	}
	if err := f.print(cmd.OutOrStdout(), outcome, path); err != nil {
		return err
	}
	sum := &outcome.Summary
	if sum.Incomplete {
		return fmt.Errorf("interrupted; what was recorded so far is in %s, marked incomplete", path)
	}
	for _, e := range sum.Expectations {
		if !e.Met {
			return fmt.Errorf("%w: %s (%s)", errUnmet, e.Expect, e.Actual)
		}
	}
	return nil
}

// print prints the summary and where the files are.
func (f *runFlags) print(out io.Writer, outcome *sim.Result, path string) error {
	if f.asJSON {
		text, err := bounded.ReadFile(results.OS, filepath.Join(path, record.SummaryFile), reports.MaxFile)
		if err != nil {
			return err
		}
		_, err = out.Write(text)
		return err
	}
	if f.quiet {
		return nil
	}
	if err := reports.Print(out, &outcome.Summary, useColours(out)); err != nil {
		return err
	}
	if outcome.Verified > 0 {
		fmt.Fprintf(out, "\nthe downloads of %d peers were compared with the source, and are equal\n", outcome.Verified)
	}
	fmt.Fprintln(out)
	if !f.noPlots {
		fmt.Fprintf(out, "page      %s\n", filepath.Join(path, reports.PageFile))
	}
	_, err := fmt.Fprintf(out, "results   %s\n", path)
	return err
}

// simulate runs the scenario and writes all files of its results folder.
func (f *runFlags) simulate(
	cmd *cobra.Command, s *scenario.Scenario, in *input, folder *results.RunFolder,
) (*sim.Result, error) {
	var show progress = noProgress{}
	if !f.quiet && !f.asJSON {
		show = newProgress(cmd.ErrOrStderr(), s.Name)
	}
	return (&play.Run{
		Scenario: s,
		Files:    in.Files,
		Dir:      in.Dir,
		Workers:  f.workers,
		Plots:    !f.noPlots,
		Progress: show.update,
		Hashing:  show.hashing,
		Played:   show.end,
	}).Into(cmd.Context(), folder)
}
