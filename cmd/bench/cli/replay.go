package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bounded"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// replayFlags are the flags of bench replay.
type replayFlags struct {
	suiteFlags
	cas, subject, composition string
	seed                      uint64
}

func replayCommand() *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay [SUITE] --case CASE",
		Short: "Play one run of a suite and write its report",
		Long: `Plays one case of a suite with one subject and one seed, and writes a results folder
with a report, as swarmsim run does. Another program is given the folder, and leaves
in it what it can.`,
		Example: `  bench replay standard --case churn --seed 2 -o results/churn-2`,
		Args:    arguments(0, 1, "at most one suite"),
	}
	fs := c.Flags()
	fs.Var(flags.Parsed(&f.cas, "case", "churn", flags.Text), "case", "the case")
	fs.Var(flags.Parsed(&f.subject, "subject", "swarmsim", flags.Text), "subject", "the subject (default: the first)")
	fs.Var(flags.Parsed(&f.composition, "composition", "mixed", flags.Text), "composition", "the composition (default: none)")
	fs.Var(flags.Seed(&f.seed, "7"), "seed", "the seed (default: the first of the case)")
	fs.VarP(flags.Parsed(&f.out, "folder", "results/churn-7", flags.Text), "out", "o",
		"results folder (default results/CASE, or the first free results/CASE-2, CASE-3 ...)")
	fs.BoolVar(&f.force, "force", false, "replace an existing results folder")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		if f.cas == "" {
			return usageError{errors.New("give the case with --case")}
		}
		in, err := findSuite(suiteName(args))
		if err != nil {
			return err
		}
		f.cases = []string{f.cas}
		s, err := f.suiteFlags.suite(in)
		if err != nil {
			return err
		}
		plan, err := f.plan(cmd.Context(), in, s)
		if err != nil {
			return err
		}
		return f.play(cmd, plan, cmd.Flags().Changed("seed"))
	})
	return c
}

// play plays the run.
func (f *replayFlags) play(cmd *cobra.Command, plan *bench.Plan, seedGiven bool) error {
	run, err := plan.Find(f.cas, f.subject, f.composition)
	if err != nil {
		return usageError{err}
	}
	if seedGiven {
		run.Seed = f.seed
	}
	if plan.IsProgram(run) {
		return f.playProgram(cmd, plan, run)
	}
	folder, err := results.NewRun(f.out, f.cas, f.force)
	if err != nil {
		return err
	}
	o, err := playInto(cmd.Context(), plan, run, folder)
	if err != nil {
		return err
	}
	if err := reports.Print(cmd.OutOrStdout(), &o.Summary, false); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "\npage      %s\n", filepath.Join(folder.Path(), reports.PageFile))
	return err
}

// playInto plays a run of the client into a new results folder, with its report.
func playInto(ctx context.Context, plan *bench.Plan, run bench.Run, folder *results.RunFolder) (*sim.Result, error) {
	s, src := plan.Scenario(run)
	o, err := sim.Run(ctx, s, sim.Options{Workers: 1, Files: src.Files, Dir: src.Dir, Create: folder.Create})
	if err == nil {
		err = drawRun(folder)
	}
	if err != nil {
		folder.Discard()
		return nil, err
	}
	return o, folder.Commit()
}

// playProgram has another program play the run into a new folder.
func (f *replayFlags) playProgram(cmd *cobra.Command, plan *bench.Plan, run bench.Run) error {
	dir := f.out
	for n := 1; dir == ""; n++ {
		name := filepath.Join("results", f.cas)
		if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		if !results.Exists(name) {
			dir = name
		}
	}
	if results.Exists(dir) && !f.force {
		return usageError{fmt.Errorf("%s exists; choose another folder with -o, or pass --force", dir)}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usageError{err}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	row, err := plan.Play(cmd.Context(), run, abs)
	if err != nil {
		return err
	}
	if row.Unsupported != "" {
		fmt.Fprintln(cmd.OutOrStdout(), "not supported:", row.Unsupported)
	}
	for _, m := range bench.StandardMetrics() {
		if v, ok := row.Values[m.Name]; ok {
			fmt.Fprintf(cmd.OutOrStdout(), "  %-22s %g %s\n", m.Name, v, m.Unit)
		}
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "results   %s\n", dir)
	return err
}

// drawRun draws the plots and the page of a run.
func drawRun(folder *results.RunFolder) error {
	files := results.Files(folder.TemporaryPath())
	r, err := reports.Load(files)
	if err != nil {
		return err
	}
	text, err := bounded.ReadFile(files, record.ScenarioFile, scenario.MaxFile)
	if err != nil {
		return err
	}
	return reports.Write(r, string(text), folder.Create)
}
