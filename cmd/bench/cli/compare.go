package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
)

// compareFlags are the flags of bench compare.
type compareFlags struct {
	suiteFlags
	outputFlags
	exact   bool
	suite   string
	reports string // folder
}

func compareCommand() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare BASE [NEW]",
		Short: "Compare results with a baseline",
		Long: `Compares results with a baseline, seed by seed. NEW is a results file or a results
folder; without it, this program plays the suite of the baseline.

A metric without a tolerance is compared digit by digit. With a tolerance, or if a
subject is not repeatable, the 95 % interval of the change decides too.

Exit codes: 0 the same or better, 1 failed or interrupted, 2 bad usage, suite or file,
98 something differs and --exact is given, 99 something is worse.`,
		Example: `  bench compare bench/baseline.yaml
  bench compare before.yaml results/bench/standard`,
		Args: arguments(1, 2, "a baseline and at most one results file"),
	}
	f.suiteFlags.add(c)
	f.outputFlags.add(c)
	fs := c.Flags()
	fs.BoolVar(&f.exact, "exact", false, "exit with 98 if anything differs, for better or without a direction")
	fs.Var(flags.Parsed(&f.suite, "suite", "bench/suite.yaml", flags.Text), "suite",
		"the suite to play (default: that of the baseline)")
	fs.Var(flags.Parsed(&f.reports, "folder", "results/bench/reports", flags.Text), "reports",
		"also play the worst seeds of what moved into this folder, each with a report; the html page links them")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		if err := f.check(); err != nil {
			return err
		}
		return f.run(cmd, args)
	})
	return c
}

func (f *compareFlags) run(cmd *cobra.Command, args []string) error {
	base, err := readResults(args[0])
	if err != nil {
		return err
	}
	if f.reports != "" && len(args) == 2 {
		return usageError{errors.New("--reports plays runs; leave out NEW, whose runs another program may have played")}
	}
	now, dir, err := f.results(cmd, base, args)
	if err != nil {
		return err
	}
	if base.Suite != now.Suite {
		return usageError{fmt.Errorf("%s has results of the suite %s, and the new results are of %s; "+
			"bench save writes a baseline of another suite", args[0], base.Suite, now.Suite)}
	}
	base.Keep(f.cases, f.subjects)
	c := bench.Compare(base, now, dir)
	if f.reports != "" {
		if f.report, err = f.playReports(cmd, c); err != nil {
			return err
		}
	}
	if err := f.write(cmd.OutOrStdout(), f.quiet, now, c); err != nil {
		return err
	}
	switch {
	case c.Regressed():
		return gateError{exitRegressed}
	case f.exact && c.Differs():
		return gateError{exitChanged}
	}
	return nil
}

// results reads the new results, or plays the suite of the baseline. dir is their folder, or "".
func (f *compareFlags) results(cmd *cobra.Command, base *bench.Results, args []string) (r *bench.Results, dir string, err error) {
	if len(args) == 2 {
		r, err = readResults(args[1])
		if err != nil {
			return nil, "", err
		}
		r.Keep(f.cases, f.subjects)
		return r, resultsFolder(args[1]), nil
	}
	suite := f.suite
	if suite == "" {
		if suite, err = suiteOf(base, args[0]); err != nil {
			return nil, "", err
		}
	}
	f.suite = suite
	in, r, dir, err := f.playSuite(cmd, suite)
	if err == nil && base.Suite != r.Suite {
		err = usageError{fmt.Errorf("%s has results of the suite %s; %s is the suite %s", args[0], base.Suite, in.arg, r.Suite)}
	}
	return r, dir, err
}

// resultsFolder returns the folder of results with the scenarios that commands name, or "".
func resultsFolder(path string) string {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return path
	}
	if filepath.Base(path) == results.BenchResults {
		return filepath.Dir(path)
	}
	return ""
}

// suiteOf returns the suite of a baseline: the file that it names, or a suite of the library.
func suiteOf(base *bench.Results, path string) (string, error) {
	if base.File != "" {
		return filepath.Join(filepath.Dir(path), filepath.FromSlash(base.File)), nil
	}
	if _, ok := bench.SuiteText(base.Suite); ok {
		return base.Suite, nil
	}
	return "", usageError{fmt.Errorf("%s does not name the file of its suite %s; give it with --suite", path, base.Suite)}
}
