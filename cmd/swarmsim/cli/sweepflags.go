package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// sweepFlags are the flags of swarmsim sweep and swarmsim compare.
type sweepFlags struct {
	out       string
	seeds     sweep.Seeds // Count 0: the sweep's
	targetCI  sweep.Share // 0: the sweep's
	maxSeeds  int         // 0: the sweep's
	overrides []scenario.Override
	axes      []sweep.Axis
	variants  []sweep.Variant
	baseline  string
	metrics   []string
	expect    []string
	ownSeeds  bool

	workers int
	memory  memoryLimit
	force   bool
	quiet   bool
	asJSON  bool
	dryRun  bool
	noPlots bool
	replays bool
}

func (f *sweepFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "folder", "results/slots", flags.Text), "out", "o",
		"results folder (default results/NAME, or the first of NAME-2, NAME-3 ... without another comparison); "+
			"finished runs of this sweep in it are reused")
	fs.Var(flags.Quantity(&f.seeds, "seeds", "20"), "seeds",
		"number of seeds, such as 20, or a range, such as 11..30 (default: the sweep's, or 10)")
	fs.Var(flags.List(&f.axes, "field=values", "client.picker=rarest-first,random", sweep.ParseAxis), "vary",
		"a field and its values: FIELD=VALUE,VALUE or FIELD=FIRST..LAST step STEP or FIELD=FIRST..LAST times FACTOR "+
			"(repeatable; all are crossed)")
	const variant = "eager:client.rechoke_interval=5s"
	fs.Var(flags.List(&f.variants, "name:field=value,...", variant, sweep.ParseVariant), "variant",
		"a variant and the fields that it changes (repeatable)")
	fs.Var(flags.Parsed(&f.baseline, "variant", "a", flags.Text), "baseline",
		"the variant that others are compared with (default: the first)")
	fs.Var(flags.List(&f.metrics, "measure", "completion.mean", flags.Text), "metric",
		"a number of the summary to compare (default completion.mean; repeatable)")
	fs.Var(flags.List(&f.expect, "statement", "'a.completion.mean < b.completion.mean'", flags.Text), "expect",
		"a statement that must be true of the outcome, such as 'a.completion.mean < b.completion.mean' (repeatable)")
	addSet(c, &f.overrides)
	f.memory.add(c)
	must(c.RegisterFlagCompletionFunc("vary", completeSet))
	must(c.RegisterFlagCompletionFunc("metric", completeMeasures))
	fs.Var(flags.Quantity(&f.targetCI, "share", "2%"), "target-ci",
		"add seeds until the half-width of every 95 % interval is at most this share of the baseline's mean, such as 2%")
	fs.Var(flags.Count(&f.maxSeeds, 2, 0, "100"), "max-seeds",
		"with --target-ci: the highest number of seeds (default: the sweep's, or 200)")
	fs.BoolVar(&f.ownSeeds, "own-seeds", false,
		"use different seeds for every combination, instead of common random numbers")
	addWorkers(c, &f.workers, "number of concurrent runs; the results are the same for any number")
	fs.BoolVar(&f.force, "force", false, "repeat finished runs, and replace a results folder of swarmsim run")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no table")
	fs.BoolVar(&f.asJSON, "json", false, "print the outcome as JSON instead of tables")
	fs.BoolVar(&f.dryRun, "dry-run", false, "list the runs without playing them")
	fs.BoolVar(&f.noPlots, "no-plots", false, "write no plots and no page")
	addReplaysFlag(c, &f.replays)
}

// addReplaysFlag adds --replays.
func addReplaysFlag(c *cobra.Command, replays *bool) {
	c.Flags().BoolVar(replays, "replays", false,
		"play the median and the worst seed of every combination again, for the page "+
			"(default: for compare, and for a sweep of at most 8 combinations)")
}

// changesComparison reports whether flags change what the sweep compares.
func (f *sweepFlags) changesComparison() bool {
	return len(f.overrides)+len(f.axes)+len(f.variants) > 0
}

// apply changes a sweep as the flags say. Where a flag and the file disagree, the flag
// wins; lists of --set and --expect are added to those of the file.
func (f *sweepFlags) apply(s *sweep.Sweep) {
	if f.seeds.Count > 0 {
		s.Seeds = f.seeds
	}
	if f.targetCI > 0 {
		s.TargetCI = f.targetCI
		s.SetByFlag("target_ci", "--target-ci")
	}
	if f.maxSeeds > 0 {
		s.MaxSeeds = f.maxSeeds
	}
	s.CRN = s.CRN && !f.ownSeeds
	s.Set = append(s.Set, f.overrides...)
	if len(f.variants) > 0 {
		s.Variants, s.Compare = f.variants, ""
	}
	if len(f.axes) > 0 {
		s.Vary = f.axes
	}
	if f.baseline != "" {
		s.Compare = f.baseline
		s.SetByFlag("compare", "--baseline")
	}
	if len(f.metrics) > 0 {
		s.Metrics = f.metrics
		s.SetByFlag("metrics", "--metric")
	}
	for _, e := range f.expect {
		s.SetByFlag(fmt.Sprintf("expect[%d]", len(s.Expect)), "--expect")
		s.Expect = append(s.Expect, sweep.Expectation{That: e})
	}
}

// plan resolves a sweep, or makes one of a scenario and the flags of a command. It
// refuses a sweep whose runs need too much memory. adjust may change the sweep after
// the flags; it may be nil.
func (f *sweepFlags) plan(in *input, command string, adjust func(*sweep.Sweep) error) (*lab.Plan, error) {
	plan, err := f.resolve(in, command, adjust)
	if err != nil {
		return nil, err
	}
	concurrent := min(f.workers, plan.Sweep.Seeds.Count*len(plan.Cells))
	check := func(s *scenario.Scenario) error { return f.memory.check(s, plan.Source(), concurrent) }
	return plan, plan.CheckScenarios(check)
}

func (f *sweepFlags) resolve(in *input, command string, adjust func(*sweep.Sweep) error) (*lab.Plan, error) {
	change := func(s *sweep.Sweep) error {
		f.apply(s)
		if adjust != nil {
			return adjust(s)
		}
		return nil
	}
	program, err := results.ProgramDigest()
	if err != nil {
		return nil, err
	}
	if in.isSweep {
		s, err := sweep.Load(in.Source, change)
		if err != nil {
			return nil, err
		}
		return lab.NewPlan(s, func(b sweep.Base) (scenario.Source, error) { return baseOf(b, in) }, program)
	}
	s := sweep.New()
	s.Name = in.name() + "-" + command
	s.Scenario.Name = in.arg
	if err := change(s); err != nil {
		return nil, err
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	return lab.NewPlan(s, func(sweep.Base) (scenario.Source, error) { return in.Source, nil }, program)
}
