package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"swarmsim/lab"
	"swarmsim/sim/scenario"
)

// labFlags are the flags of swarmsim sweep and swarmsim compare.
type labFlags struct {
	out, seeds, baseline, target   string
	sets, vary, variants           []string
	metrics, expect                []string
	maxSeeds, workers              int
	force, quiet, dry, asJSON, own bool
	noPlots                        bool
	memory                         memoryFlag
}

func (f *labFlags) add(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVarP(&f.out, "out", "o", "", "results folder (default results/NAME, or the next NAME-2 that is not of another comparison); where there are runs of the sweep already they are not repeated")
	fl.StringVar(&f.seeds, "seeds", "", "how many seeds, such as 20, or which: 11..30 (default: the sweep's, or 10)")
	fl.StringArrayVar(&f.vary, "vary", nil, "a field and its values: FIELD=VALUE,VALUE or FIELD=FIRST..LAST step STEP or FIELD=FIRST..LAST times FACTOR (may be given again; all are crossed)")
	fl.StringArrayVar(&f.variants, "variant", nil, "a variant: NAME:FIELD=VALUE,FIELD=VALUE (may be given again)")
	fl.StringVar(&f.baseline, "baseline", "", "the variant that others are compared with (default: the first)")
	fl.StringArrayVar(&f.metrics, "metric", nil, "a number of the summary to compare (default completion.mean; may be given again)")
	fl.StringArrayVar(&f.expect, "expect", nil, "what must be true of the outcome, such as 'a.completion.mean < b.completion.mean' (may be given again)")
	setFlag(c, &f.sets)
	f.memory.add(c)
	must(c.RegisterFlagCompletionFunc("vary", completeSet))
	must(c.RegisterFlagCompletionFunc("metric", completeMeasures))
	fl.StringVar(&f.target, "target-ci", "", "add seeds until every 95 % interval reaches at most so far to either side, as a share of the mean compared with: 2%")
	fl.IntVar(&f.maxSeeds, "max-seeds", 0, "with --target-ci: never more seeds than this (default: the sweep's, or 200)")
	fl.BoolVar(&f.own, "own-seeds", false, "no common random numbers: every combination has seeds of its own")
	fl.IntVar(&f.workers, "workers", runtime.NumCPU(), "runs at a time; the results are the same for any number")
	fl.BoolVar(&f.force, "force", false, "repeat runs that are finished, and replace a results folder of swarmsim run")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no table")
	fl.BoolVar(&f.asJSON, "json", false, "print what it came to as JSON instead of tables")
	fl.BoolVar(&f.dry, "dry-run", false, "print the runs it would play, and how many, and play none")
	fl.BoolVar(&f.noPlots, "no-plots", false, "draw no plots and no page")
}

// play does what sweep and compare have in common. adjust may change the sweep
// after the flags; nil if there is nothing to change.
func (f *labFlags) play(cmd *cobra.Command, name string, adjust func(*lab.Sweep) error) error {
	if f.workers < 1 || f.workers > 256 {
		return usageError{fmt.Errorf("--workers %d makes no sense; 1 to 256 does", f.workers)}
	}
	if cmd.Flags().Changed("max-seeds") && f.maxSeeds < 2 {
		return usageError{fmt.Errorf("--max-seeds %d makes no sense; 2 or more does", f.maxSeeds)}
	}
	src, err := find(name, input(cmd))
	if err != nil {
		return err
	}
	plan, err := f.planOf(src, cmd.Name(), adjust)
	if err != nil {
		return err
	}
	if cmd.Flags().Changed("max-seeds") && plan.Sweep.TargetCI == 0 {
		return usageError{errors.New("--max-seeds bounds what --target-ci adds, and needs it")}
	}
	dir := f.out
	if dir == "" {
		dir = chooseLabFolder(plan.Sweep.Name, src.sweep && !f.changes(), plan.Compared())
	}
	for _, w := range plan.Warnings() {
		fmt.Fprintln(cmd.ErrOrStderr(), "note:", w)
	}
	if f.dry {
		return f.list(cmd.OutOrStdout(), plan, dir)
	}
	meta, err := metaOf(plan)
	if err != nil {
		return err
	}
	folder, err := openLabFolder(dir, f.force)
	if err != nil {
		return err
	}
	defer folder.close()
	if folder.damaged > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %d lines of %s are damaged; their runs are played again\n", folder.damaged, filepath.Join(dir, lab.JournalFile))
	}
	if err := plan.Fits(func(s *scenario.Scenario) error { return expectRun(s, plan.Source()) }); err != nil {
		return err
	}
	seeds, err := f.runAll(cmd, plan, folder, meta)
	if err != nil {
		return err
	}
	outcome := plan.Outcome(folder.rows, seeds)
	if err := folder.write(plan, outcome, meta, f.noPlots); err != nil {
		return err
	}
	return f.say(cmd.OutOrStdout(), outcome, dir)
}

// changes reports whether flags change what a sweep compares.
func (f *labFlags) changes() bool { return len(f.sets)+len(f.vary)+len(f.variants) > 0 }

// metaOf is what a folder says of the sweep that it is of.
func metaOf(plan *lab.Plan) (labMeta, error) {
	program, err := identity()
	if err != nil {
		return labMeta{}, err
	}
	src := plan.Source()
	text, err := plan.Sweep.Text(src)
	m := labMeta{Program: program, Compared: plan.Compared(), Name: plan.Sweep.Scenario.Name, Dir: src.Dir, Sweep: string(text), Aliases: map[string]string{}}
	for _, v := range plan.Sweep.Variants {
		if v.Alias != "" {
			m.Aliases[v.Name] = v.Alias
		}
	}
	return m, err
}

func (f *labFlags) say(out io.Writer, o *lab.Outcome, dir string) error {
	switch {
	case f.asJSON:
		if err := lab.WriteJSON(out, o); err != nil {
			return err
		}
	case !f.quiet:
		if err := o.Print(out, colours(out)); err != nil {
			return err
		}
		fmt.Fprintln(out)
		if !f.noPlots {
			fmt.Fprintf(out, "pictures  %s\n", filepath.Join(dir, lab.PageFile))
		}
		fmt.Fprintf(out, "all runs  %s\n", filepath.Join(dir, lab.RunsFile))
	}
	for _, e := range o.Expectations {
		if !e.Met {
			return errUnmet
		}
	}
	return nil
}

// planOf resolves a sweep, or one made of a scenario and flags for a command, and
// refuses one whose runs do not fit into memory.
func (f *labFlags) planOf(src *found, command string, adjust func(*lab.Sweep) error) (*lab.Plan, error) {
	plan, err := f.resolve(src, command, adjust)
	if err != nil {
		return nil, err
	}
	atATime := min(f.workers, plan.Sweep.Seeds.Count*len(plan.Cells))
	return plan, plan.Fits(func(s *scenario.Scenario) error { return f.memory.fits(s, plan.Source(), atATime) })
}

func (f *labFlags) resolve(src *found, command string, adjust func(*lab.Sweep) error) (*lab.Plan, error) {
	change := func(s *lab.Sweep) error {
		if err := f.change(s); err != nil {
			return usageError{err}
		}
		if adjust != nil {
			return adjust(s)
		}
		return nil
	}
	program, err := identity()
	if err != nil {
		return nil, err
	}
	if src.sweep {
		s, err := lab.Load(src.Source, change)
		if err != nil {
			return nil, err
		}
		return s.Plan(func(b lab.Base) (scenario.Source, error) { return baseOf(b, src) }, program)
	}
	s := lab.NewSweep()
	s.Name = src.givenName() + "-" + command
	s.Scenario.Name = src.name
	if err := change(s); err != nil {
		return nil, err
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	return s.Plan(func(lab.Base) (scenario.Source, error) { return src.Source, nil }, program)
}

// change lets flags have the last word.
func (f *labFlags) change(s *lab.Sweep) error {
	if f.seeds != "" {
		if err := s.Seeds.Parse(f.seeds); err != nil {
			return fmt.Errorf("--seeds: %w", err)
		}
	}
	if f.target != "" {
		if err := s.TargetCI.Parse(f.target); err != nil {
			return fmt.Errorf("--target-ci: %w", err)
		}
		s.SaidBy("target_ci", "--target-ci")
	}
	if f.maxSeeds > 0 {
		s.MaxSeeds = f.maxSeeds
	}
	s.CRN = s.CRN && !f.own
	for _, set := range f.sets {
		o, err := scenario.ParseOverride("--set", set)
		if err != nil {
			return fmt.Errorf("--set %s %w", set, err)
		}
		s.Set = append(s.Set, o)
	}
	if len(f.variants) > 0 {
		s.Variants, s.Compare = nil, ""
	}
	for _, v := range f.variants {
		variant, err := lab.ParseVariant(v)
		if err != nil {
			return err
		}
		s.Variants = append(s.Variants, variant)
	}
	if len(f.vary) > 0 {
		s.Vary = nil
	}
	for _, v := range f.vary {
		axis, err := lab.ParseAxis(v)
		if err != nil {
			return err
		}
		s.Vary = append(s.Vary, axis)
	}
	if f.baseline != "" {
		s.Compare = f.baseline
		s.SaidBy("compare", "--baseline")
	}
	if len(f.metrics) > 0 {
		s.Metrics = f.metrics
		s.SaidBy("metrics", "--metric")
	}
	for _, e := range f.expect {
		s.SaidBy(fmt.Sprintf("expect[%d]", len(s.Expect)), "--expect")
		s.Expect = append(s.Expect, lab.Expectation{That: e})
	}
	return nil
}

// maxListed bounds how many runs --dry-run shows.
const maxListed = 10_000

// list prints the runs of a plan instead of playing them.
func (f *labFlags) list(out io.Writer, plan *lab.Plan, dir string) error {
	rows, err := journalRows(dir)
	if err != nil {
		return err
	}
	done, listed := 0, 0
	for _, r := range plan.Runs(plan.Sweep.Seeds.Count) {
		if rows[r.Key] != nil && !f.force {
			done++
			continue
		}
		if listed++; listed <= maxListed {
			fmt.Fprintln(out, plan.Name(r))
		}
	}
	if listed > maxListed {
		fmt.Fprintf(out, "... and %d more\n", listed-maxListed)
	}
	fmt.Fprintf(out, "%s; %d of them finished already\n", runsText(plan), done)
	if plan.Sweep.TargetCI > 0 {
		fmt.Fprintf(out, "more seeds follow, at most %d, until intervals reach at most %v to either side\n", plan.Sweep.MaxSeeds, plan.Sweep.TargetCI)
	}
	return nil
}

// runAll plays what is missing and returns with how many seeds the sweep is
// done. Every row is kept as its run ends.
func (f *labFlags) runAll(cmd *cobra.Command, plan *lab.Plan, folder *labFolder, meta labMeta) (int, error) {
	var show runProgress = &noRuns{}
	if !f.quiet && !f.asJSON {
		show = newRunProgress(cmd.ErrOrStderr(), plan.Sweep.Name)
	}
	defer show.end()
	for {
		missing, seeds := plan.Next(folder.rows)
		if len(missing) == 0 {
			return seeds, nil
		}
		if err := folder.begin(meta); err != nil {
			return 0, err
		}
		total := seeds * len(plan.Cells)
		show.update(total-len(missing), total)
		if err := playRuns(cmd.Context(), plan, missing, f.workers, folder, func(left int) { show.update(total-left, total) }); err != nil {
			return 0, err
		}
	}
}

// playRuns plays runs, several at a time.
func playRuns(ctx context.Context, plan *lab.Plan, runs []lab.Run, workers int, folder *labFolder, done func(left int)) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	left := len(runs)
	next := make(chan lab.Run)
	for range min(workers, len(runs)) {
		wg.Go(func() {
			for r := range next {
				row, err := plan.Play(inner, r)
				mu.Lock()
				if err == nil {
					if err = folder.keep(row); err == nil {
						left--
						done(left)
					}
				}
				if err != nil && failed == nil {
					failed = err
					cancel()
				}
				mu.Unlock()
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
		return fmt.Errorf("interrupted with %d of these runs to go; what is finished is kept in %s, and the same command goes on from there", left, folder.path)
	}
	return failed
}
