package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// run plays a sweep and prints its result, or plays the shard that part names, or hands the runs
// to workers. adjust may change the sweep after the flags. adjust, part and hand may be nil.
func (f *sweepFlags) run(
	cmd *cobra.Command, arg string, adjust func(*sweep.Sweep) error, part *shardFlags, hand *queueFlags,
) error {
	in, plan, err := f.planOfArgument(cmd, arg, adjust)
	if err != nil {
		return err
	}
	if part != nil && part.shard.Of > 0 {
		return f.playShard(cmd, plan, part)
	}
	dir := f.out
	if dir == "" {
		dir = results.SweepPath(plan.Sweep.Name, in.isSweep && !f.changesComparison(), plan.Compared())
	}
	if f.dryRun {
		return f.list(cmd.OutOrStdout(), plan, dir)
	}
	meta, err := sweepMeta(plan)
	if err != nil {
		return err
	}
	folder, err := results.OpenSweep(dir, f.force)
	if err != nil {
		return err
	}
	defer folder.Close()
	noteDamage(cmd, folder, dir)
	expect := func(s *scenario.Scenario) error {
		return play.ExpectHugePages(s, plan.Source().Files, plan.Source().Dir)
	}
	if err := plan.CheckScenarios(expect); err != nil {
		return err
	}
	playAll := f.playAll
	if hand != nil && hand.serves() {
		playAll = func(cmd *cobra.Command, plan *lab.Plan, folder *results.SweepFolder, meta results.Meta) (int, error) {
			return hand.playQueue(cmd, plan, folder, meta, f)
		}
	}
	seeds, err := playAll(cmd, plan, folder, meta)
	if err != nil {
		return err
	}
	result := plan.Result(folder.Rows(), seeds)
	if err := f.addReplays(cmd, plan, folder, result); err != nil {
		return err
	}
	if err := folder.Write(plan, result, meta, !f.noPlots); err != nil {
		return err
	}
	return f.print(cmd.OutOrStdout(), result, dir)
}

// planOfArgument resolves the sweep that a command's argument names, and prints its warnings.
func (f *sweepFlags) planOfArgument(cmd *cobra.Command, arg string, adjust func(*sweep.Sweep) error) (*input, *lab.Plan, error) {
	in, err := findInput(arg, stdin(cmd))
	if err != nil {
		return nil, nil, err
	}
	plan, err := f.plan(in, cmd.Name(), adjust)
	if err != nil {
		return nil, nil, err
	}
	if f.maxSeeds > 0 && plan.Sweep.TargetCI == 0 {
		return nil, nil, usageError{errors.New("--max-seeds limits the seeds that --target-ci adds; give --target-ci too")}
	}
	for _, w := range plan.Warnings() {
		fmt.Fprintln(cmd.ErrOrStderr(), "note:", w)
	}
	return in, plan, nil
}

// sweepMeta describes a sweep for its results folder.
func sweepMeta(plan *lab.Plan) (results.Meta, error) {
	program, err := results.ProgramDigest()
	if err != nil {
		return results.Meta{}, err
	}
	src := plan.Source()
	text, err := plan.Sweep.Text(src)
	m := results.Meta{
		Program:  program,
		Compared: plan.Compared(),
		Name:     plan.Sweep.Scenario.Name,
		Dir:      src.Dir,
		Sweep:    string(text),
		Aliases:  map[string]string{},
	}
	for _, v := range plan.Sweep.Variants {
		if v.Alias != "" {
			m.Aliases[v.Name] = v.Alias
		}
	}
	return m, err
}

// print prints the result and where the files are.
func (f *sweepFlags) print(out io.Writer, o *lab.SweepResult, dir string) error {
	switch {
	case f.asJSON:
		if err := lab.WriteJSON(out, o); err != nil {
			return err
		}
	case !f.quiet:
		if err := o.Print(out, useColours(out)); err != nil {
			return err
		}
		fmt.Fprintln(out)
		if !f.noPlots {
			fmt.Fprintf(out, "page      %s\n", filepath.Join(dir, lab.PageFile))
		}
		fmt.Fprintf(out, "all runs  %s\n", filepath.Join(dir, lab.RunsFile))
	}
	for _, e := range o.Expectations {
		if !e.Met {
			return fmt.Errorf("%w: %s (%s)", errUnmet, e.Expect, e.Actual)
		}
	}
	return nil
}

// maxListed bounds how many runs --dry-run lists.
const maxListed = 10_000

// list prints the runs of a plan that are not finished.
func (f *sweepFlags) list(out io.Writer, plan *lab.Plan, dir string) error {
	if err := f.listRuns(out, plan, plan.Runs(plan.Sweep.Seeds.Count), dir, runCount(plan)); err != nil {
		return err
	}
	if plan.Sweep.TargetCI > 0 {
		fmt.Fprintf(out, "seeds are added, up to %d, until the half-width of every interval is at most %v\n",
			plan.Sweep.MaxSeeds, plan.Sweep.TargetCI)
	}
	return nil
}

// listRuns prints those of some runs that are not finished, and then what the runs are.
func (f *sweepFlags) listRuns(out io.Writer, plan *lab.Plan, runs []lab.Run, dir, what string) error {
	rows, err := results.JournalRows(dir)
	if err != nil {
		return err
	}
	finished, listed := 0, 0
	for _, r := range runs {
		if rows[r.Key] != nil && !f.force {
			finished++
			continue
		}
		if listed++; listed <= maxListed {
			fmt.Fprintln(out, plan.Name(r))
		}
	}
	if listed > maxListed {
		fmt.Fprintf(out, "... and %d more\n", listed-maxListed)
	}
	_, err = fmt.Fprintf(out, "%s; %d of them are finished already\n", what, finished)
	return err
}

// playAll plays the runs that are missing and returns the final number of seeds. Each
// row is written to the journal as its run ends.
func (f *sweepFlags) playAll(
	cmd *cobra.Command, plan *lab.Plan, folder *results.SweepFolder, meta results.Meta,
) (seeds int, err error) {
	show := f.progress(cmd, plan)
	defer show.end()
	for {
		missing, seeds := plan.Next(folder.Rows())
		if len(missing) == 0 {
			return seeds, nil
		}
		total := seeds * len(plan.Cells)
		meta.Playing = f.playing(total - len(missing))
		if err := folder.Begin(meta); err != nil {
			return 0, err
		}
		show.update(total-len(missing), total)
		p := player{plan: plan, folder: folder, left: len(missing), onRun: func(left int) { show.update(total-left, total) }}
		if err := p.play(cmd.Context(), missing, f.workers); err != nil {
			return 0, err
		}
	}
}

// progress returns what shows the progress of a sweep.
func (f *sweepFlags) progress(cmd *cobra.Command, plan *lab.Plan) sweepProgress {
	if f.quiet || f.asJSON {
		return noSweepProgress{}
	}
	return newSweepProgress(cmd.ErrOrStderr(), plan.Sweep.Name)
}

// player plays runs concurrently.
type player struct {
	plan   *lab.Plan
	folder *results.SweepFolder
	onRun  func(left int) // called after each finished run, one at a time

	mu   sync.Mutex // guards folder and the fields below
	left int        // runs that are not finished
	err  error      // the first error
}

// play plays runs until all are finished, one fails, or ctx ends.
func (p *player) play(ctx context.Context, runs []lab.Run, workers int) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	next := make(chan lab.Run)
	for range min(workers, len(runs)) {
		wg.Go(func() {
			for r := range next {
				if err := p.playOne(inner, r); err != nil {
					cancel()
				}
			}
		})
	}
feed:
	for _, r := range runs {
		select {
		case next <- r:
		case <-inner.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted with %d runs left; the finished runs are in %s, and the same command resumes there",
			p.left, p.folder.Path())
	}
	return p.err
}

func (p *player) playOne(ctx context.Context, r lab.Run) error {
	row, err := p.plan.Play(ctx, r)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		err = p.folder.Append(row)
	}
	if err == nil {
		p.left--
		p.onRun(p.left)
	} else if p.err == nil {
		p.err = err
	}
	return err
}

// noteDamage says that runs are played again because the journal is damaged.
func noteDamage(cmd *cobra.Command, folder *results.SweepFolder, dir string) {
	if n := folder.DamagedLines(); n > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s has %s played again\n", filepath.Join(dir, lab.JournalFile), damagedLines(n))
	}
}

func damagedLines(n int) string {
	if n == 1 {
		return "1 damaged line; its run is"
	}
	return fmt.Sprintf("%d damaged lines; their runs are", n)
}
