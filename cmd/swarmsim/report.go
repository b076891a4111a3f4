package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/lab"
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
		Long: `Draws the plots and the page of a results folder again, of a run or of a sweep,
and prints its table. Nothing is played.`,
		Args: oneArgument("a results folder", "results/flash-crowd"),
		RunE: does(func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			if st, err := os.Stat(dir); err == nil && !st.IsDir() {
				return usageError{fmt.Errorf("%s is no folder; report draws results folders", dir)}
			}
			cleanFiles(dir)
			if !exists(filepath.Join(dir, record.SummaryFile)) && exists(filepath.Join(dir, lab.JournalFile)) {
				return reportSweep(cmd, dir)
			}
			return reportRun(cmd, dir)
		}),
	}
}

func reportRun(cmd *cobra.Command, dir string) error {
	r, err := reports.Load(resultsFolder(dir))
	if err != nil {
		return usageError{fmt.Errorf("%s %w", dir, err)}
	}
	if err := render(dir, replacing(dir)); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if err := reports.Print(out, &r.Summary, colours(out)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\npictures  %s\n", filepath.Join(dir, reports.PageFile))
	return err
}

// reportSweep makes the tables, pictures and page of a finished sweep again, of
// what its folder says it is of.
func reportSweep(cmd *cobra.Command, dir string) error {
	meta, err := readLabMeta(dir)
	if err != nil {
		return usageError{fmt.Errorf("%s: %s: %w", dir, record.MetaFile, bounded.Reason(err))}
	}
	f := &found{sweep: true, name: dir, Source: scenario.Source{Text: []byte(meta.Sweep), Shown: filepath.Join(dir, record.MetaFile),
		Files: disk{}, Dir: meta.Dir, Catalogue: sim.Catalogue(), Content: content.Check}}
	s, err := lab.Load(f.Source, func(s *lab.Sweep) error {
		for i := range s.Variants {
			s.Variants[i].Alias = meta.Aliases[s.Variants[i].Name]
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.Scenario.Name = meta.Name
	plan, err := s.Plan(func(b lab.Base) (scenario.Source, error) { return baseOf(b, f) }, meta.Program)
	if err != nil {
		return err
	}
	folder, err := openLabFolder(dir, false)
	if err != nil {
		return err
	}
	defer folder.close()
	missing, seeds := plan.Next(folder.rows)
	if len(missing) > 0 {
		return usageError{fmt.Errorf("%s is not finished: %d of its runs are missing; the command that began it goes on", dir, len(missing))}
	}
	outcome := plan.Outcome(folder.rows, seeds)
	if err := folder.write(plan, outcome, meta, false); err != nil {
		return err
	}
	return (&labFlags{}).say(cmd.OutOrStdout(), outcome, dir)
}
