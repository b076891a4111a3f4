package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/reports"
)

// addReplays plays some runs again, with their whole record, for the page, and adds them to the result.
// A comparison has always some; a sweep if it has few cells; --replays decides otherwise.
func (f *sweepFlags) addReplays(cmd *cobra.Command, plan *lab.Plan, folder *results.SweepFolder, o *lab.SweepResult) error {
	asked := cmd.Flags().Changed("replays")
	if f.noPlots || asked && !f.replays {
		return nil
	}
	wanted := plan.Replays(folder.Rows(), o, asked || cmd.Name() == "compare")
	if err := folder.KeepReplays(wanted); err != nil {
		return err
	}
	var show sweepProgress = noSweepProgress{}
	if !f.quiet && !f.asJSON {
		show = newSweepProgress(cmd.ErrOrStderr(), "runs to look at")
	}
	defer show.end()
	for i := range wanted {
		show.update(i, len(wanted))
		if folder.Replayed(wanted[i].Folder, wanted[i].Key) {
			continue
		}
		if err := f.replay(cmd.Context(), plan, folder, &wanted[i]); err != nil {
			return err
		}
	}
	show.update(len(wanted), len(wanted))
	o.Replays = wanted
	return loadReplays(folder, o)
}

// replay plays a run again, into its folder in that of the sweep.
func (f *sweepFlags) replay(ctx context.Context, plan *lab.Plan, folder *results.SweepFolder, r *lab.Replay) error {
	into, err := folder.NewReplay(r.Folder)
	if err != nil {
		return err
	}
	s, src := plan.Scenario(r.Run)
	_, err = (&play.Run{Scenario: s, Files: src.Files, Dir: src.Dir, Workers: f.workers, Plots: true}).Into(ctx, into)
	if ctx.Err() != nil {
		into.Discard()
		return fmt.Errorf("interrupted while runs were played again for the page; the same command resumes there")
	}
	if err != nil {
		into.Discard()
		return fmt.Errorf("%s: %w", plan.Name(r.Run), err)
	}
	if err := into.Commit(); err != nil {
		return err
	}
	return folder.AddReplay(r.Folder, r.Key)
}

// loadReplays reads the data of the replays that the page shows in step.
func loadReplays(folder *results.SweepFolder, o *lab.SweepResult) error {
	for i := range o.Replays {
		r := &o.Replays[i]
		if !r.InStep() {
			continue
		}
		path := folder.Replay(r.Folder)
		run, err := reports.Load(results.Files(path))
		if err == nil {
			r.Data, err = reports.ReplayData(run)
		}
		if err != nil {
			return usageError{fmt.Errorf("%s %w", path, err)}
		}
	}
	return nil
}

// keptReplays returns the runs that were played again and that the folder still holds.
func keptReplays(plan *lab.Plan, folder *results.SweepFolder, o *lab.SweepResult) []lab.Replay {
	var out []lab.Replay
	for _, r := range plan.Replays(folder.Rows(), o, true) {
		if folder.Replayed(r.Folder, r.Key) {
			out = append(out, r)
		}
	}
	return out
}
