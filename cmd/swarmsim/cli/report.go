package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/lab/sweep"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

func reportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "report FOLDER",
		Short: "Draw the plots and the page of a results folder again, and print its table",
		Long: `Draws the plots and the page of a results folder again, for a run or a sweep,
and prints its table. No simulation is run.`,
		Args: oneArgument("a results folder", "results/flash-crowd"),
		RunE: runE(func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			if st, err := os.Stat(dir); err == nil && !st.IsDir() {
				return usageError{fmt.Errorf("%s is not a folder; report draws results folders", dir)}
			}
			results.RemoveTemporaryFiles(dir)
			isRun := results.Exists(filepath.Join(dir, record.SummaryFile))
			if !isRun && results.Exists(filepath.Join(dir, lab.JournalFile)) {
				return reportSweep(cmd, dir)
			}
			return reportRun(cmd, dir)
		}),
	}
}

func reportRun(cmd *cobra.Command, dir string) error {
	r, err := reports.Load(results.Files(dir))
	if err != nil {
		return usageError{fmt.Errorf("%s %w", dir, err)}
	}
	if err := play.Draw(dir, results.Atomic(dir)); err != nil {
		return err
	}
	if err := results.DescribeAgain(dir, results.Atomic(dir)); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if err := reports.Print(out, &r.Summary, useColours(out)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\npage      %s\n", filepath.Join(dir, reports.PageFile))
	return err
}

// reportSweep writes the tables, plots and page of a finished sweep again. The sweep
// itself is read from the folder's meta.json.
func reportSweep(cmd *cobra.Command, dir string) error {
	meta, err := results.ReadMeta(dir)
	if err != nil {
		return usageError{fmt.Errorf("%s: %s: %w", dir, record.MetaFile, bounded.Reason(err))}
	}
	plan, err := planOf(meta, dir)
	if err != nil {
		return err
	}
	folder, err := results.OpenSweep(dir, false)
	if err != nil {
		return err
	}
	defer folder.Close()
	missing, seeds := plan.Next(folder.Rows())
	if len(missing) > 0 {
		return usageError{fmt.Errorf("%s is not finished: %d of its runs are missing; repeat the command that started "+
			"it to resume", dir, len(missing))}
	}
	result := plan.Result(folder.Rows(), seeds)
	result.Replays = keptReplays(plan, folder, result)
	if err := loadReplays(folder, result); err != nil {
		return err
	}
	if err := folder.Write(plan, result, meta, true); err != nil {
		return err
	}
	return (&sweepFlags{}).print(cmd.OutOrStdout(), result, dir)
}

// planOf resolves the sweep that a results folder describes.
func planOf(meta results.Meta, dir string) (*lab.Plan, error) {
	in := &input{isSweep: true, arg: dir, Source: scenario.Source{
		Text:      []byte(meta.Sweep),
		Shown:     filepath.Join(dir, record.MetaFile),
		Files:     results.OS,
		Dir:       meta.Dir,
		Catalogue: sim.Catalogue(),
		Content:   content.Check,
	}}
	s, err := sweep.Load(in.Source, func(s *sweep.Sweep) error {
		for i := range s.Variants {
			s.Variants[i].Alias = meta.Aliases[s.Variants[i].Name]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Scenario.Name = meta.Name
	return lab.NewPlan(s, func(b sweep.Base) (scenario.Source, error) { return baseOf(b, in) }, meta.Program)
}
