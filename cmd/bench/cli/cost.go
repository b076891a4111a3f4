package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bounded"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/cmd/usage"
	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// costFlags are the flags of bench cost.
type costFlags struct {
	suiteFlags
	save, base string // files
	gate       sweep.Share
	count      int
}

func costCommand() *cobra.Command {
	f := costFlags{count: 3}
	c := &cobra.Command{
		Use:   "cost [SUITE]",
		Short: "Measure the CPU time and the memory that the runs of a suite take",
		Long: `Plays the first seed of each cell of this program's own client, one after the other on
one core, and prints what it cost: the least of --count runs. Costs depend on the
machine, so they are no part of a baseline. --save keeps them in a file, and --base
compares them with such a file: by the instructions executed where the kernel counts
them, and elsewhere by the ratio of the CPU time to a loop that is timed beside it.

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage, suite or file,
99 a cell costs more than --gate allows.`,
		Example: `  bench cost --save costs.yaml
  bench cost --base costs.yaml --gate 10%`,
		Args: arguments(0, 1, "at most one suite"),
	}
	fs := c.Flags()
	fs.Var(flags.List(&f.cases, "case", "flash-crowd", flags.Text), "case", "play only this case (repeatable)")
	fs.Var(flags.List(&f.subjects, "subject", "swarmsim", flags.Text), "subject", "play only this subject (repeatable)")
	fs.Var(flags.Count(&f.count, 1, 100, "5"), "count", "runs of each cell; short ones are repeated more often")
	fs.Var(flags.Parsed(&f.save, "file", "costs.yaml", flags.Text), "save", "write the costs to this file")
	fs.Var(flags.Parsed(&f.base, "file", "costs.yaml", flags.Text), "base", "compare with the costs in this file")
	fs.Var(flags.Quantity(&f.gate, "share", "10%"), "gate", "with --base: exit with 99 if a cell costs more by this share")
	c.RunE = runE(f.run)
	return c
}

func (f *costFlags) run(cmd *cobra.Command, args []string) error {
	base, err := f.check()
	if err != nil {
		return err
	}
	in, err := findSuite(suiteName(args))
	if err != nil {
		return err
	}
	s, err := f.suite(in)
	if err != nil {
		return err
	}
	if base != nil && base.Suite != s.Name {
		return usageError{fmt.Errorf("%s has costs of the suite %s, not of %s", f.base, base.Suite, s.Name)}
	}
	plan, err := f.plan(cmd.Context(), in, s)
	if err != nil {
		return err
	}
	costs, err := f.measure(cmd, plan)
	if err != nil {
		return err
	}
	if f.save != "" {
		if err := writeWith(results.Atomic(filepath.Dir(f.save)), filepath.Base(f.save), costs.Write); err != nil {
			return err
		}
	}
	return f.print(cmd.OutOrStdout(), costs, base)
}

// check checks the flags, and reads the costs to compare with; nil for none.
func (f *costFlags) check() (*bench.Costs, error) {
	if f.save != "" {
		text, err := bounded.ReadFile(results.OS, f.save, scenario.MaxFile)
		if err == nil && !bench.LooksLikeCosts(text) {
			return nil, usageError{fmt.Errorf("%s is not overwritten: it is not a file of bench cost", f.save)}
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, usageError{fmt.Errorf("%s is not overwritten: %w", f.save, err)}
		}
	}
	if f.base == "" {
		if f.gate > 0 {
			return nil, usageError{errors.New("--gate needs costs to compare with; give them with --base")}
		}
		return nil, nil
	}
	text, err := bounded.ReadFile(results.OS, f.base, scenario.MaxFile)
	if err != nil {
		return nil, usageError{fmt.Errorf("cannot read the costs %s: %w", f.base, err)}
	}
	return bench.ReadCosts(text, f.base)
}

// A cell whose runs are short is played more often than asked, for at least leastCPU seconds of CPU
// time, but not more than mostRuns times.
const (
	leastCPU = 0.3
	mostRuns = 20
)

// measure measures all cells that the client plays in this process.
func (f *costFlags) measure(cmd *cobra.Command, plan *bench.Plan) (*bench.Costs, error) {
	runtime.LockOSThread() // a run with one worker stays on its goroutine, and the counters are the thread's
	defer runtime.UnlockOSThread()
	counter := usage.CountInstructions()
	defer counter.Close()
	system := runtime.GOOS + "/" + runtime.GOARCH + " " + runtime.Version()
	costs := bench.NewCosts(plan.Suite.Name, system)
	for _, run := range plan.FirstRuns() {
		if plan.IsProgram(run) {
			continue
		}
		cost := plan.CostOf(run)
		unit := time.Duration(math.MaxInt64)
		for n, spent := 0, 0.0; n < f.count || spent < leastCPU && n < mostRuns; n++ {
			one, loop, err := measureRun(cmd, plan, run, counter)
			if err != nil {
				return nil, err
			}
			if spent += one.CPUS; n == 0 {
				cost.CPUS, cost.Instructions = one.CPUS, one.Instructions
			}
			cost.CPUS = min(cost.CPUS, one.CPUS)
			cost.Instructions = min(cost.Instructions, one.Instructions)
			cost.PeakBytes = max(cost.PeakBytes, one.PeakBytes)
			unit = min(unit, loop)
		}
		cost.Calibrations = cost.CPUS / unit.Seconds()
		costs.Cells = append(costs.Cells, cost)
	}
	return costs, nil
}

// measureRun measures one run, and the loop before and after it.
func measureRun(
	cmd *cobra.Command, plan *bench.Plan, run bench.Run, counter *usage.Instructions,
) (cost bench.Cost, loop time.Duration, err error) {
	runtime.GC()
	loop = calibrate()
	peak := startPeak()
	before, start := counter.Read(), cpu()
	_, err = plan.Play(cmd.Context(), run, "")
	spent := cpu() - start
	cost = bench.Cost{CPUS: spent.Seconds(), Instructions: counter.Read() - before, PeakBytes: peak.stop()}
	return cost, min(loop, calibrate()), err
}

// cpu returns the CPU time of this thread or, where that is not known, of the process.
func cpu() time.Duration {
	if d, ok := usage.ThreadCPU(); ok {
		return d
	}
	return usage.CPU()
}

// print prints the costs and how they changed.
func (f *costFlags) print(out io.Writer, costs, base *bench.Costs) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "cell\tCPU s\tloops\tinstructions\tpeak MB\tchange\t")
	changes := map[string]bench.CostChange{}
	if base != nil {
		for _, c := range costs.Changes(base) {
			changes[c.Name()] = c
		}
	}
	var worse []string
	for i := range costs.Cells {
		x := &costs.Cells[i]
		count, change := "-", ""
		if x.Instructions > 0 {
			count = fmt.Sprintf("%.4g M", float64(x.Instructions)/1e6)
		}
		if c, ok := changes[x.Name()]; ok {
			change = fmt.Sprintf("%+.1f %% of %s", 100*c.Relative, c.By)
			if f.gate > 0 && c.Relative > float64(f.gate) {
				worse = append(worse, fmt.Sprintf("WORSE  %s costs %s; the gate is %v", x.Name(), change, f.gate))
			}
		}
		fmt.Fprintf(w, "%s\t%.3f\t%.2f\t%s\t%.1f\t%s\t\n", x.Name(), x.CPUS, x.Calibrations, count, float64(x.PeakBytes)/1e6, change)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, line := range worse {
		fmt.Fprintln(out, line)
	}
	if worse != nil {
		return gateError{exitRegressed}
	}
	return nil
}
