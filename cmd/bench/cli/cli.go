// Package cli has the subcommands of bench, one file each. cmd/bench calls Run, and nothing else
// imports it.
//
// run, save and compare share their steps: the argument is resolved to a suite (input), package
// bench makes a plan of it, the runs are played concurrently into a results folder (play), and
// bench/format writes the results. Package bench itself starts no program and reads no file: exec
// and input do it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/help"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Exit codes.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUsage     = 2
	exitChanged   = 98 // something differs from the baseline, and --exact is given
	exitRegressed = 99 // something is worse than the baseline
)

// usageError is an error in what the user typed or wrote, rather than in the program.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// gateError ends the program with an exit code; what there is to say has been printed.
type gateError struct{ code int }

func (e gateError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// Run runs the program with the given arguments and returns its exit code.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	root := &cobra.Command{
		Use:   "bench",
		Short: "Compare swarms with a baseline, and measure the simulator",
		Long: `bench plays suites of swarms in virtual time. The same client gives the same
digits, on any machine and any number of cores, so a comparison with the results of
an earlier version has no noise.

Start with:  bench run                       the standard suite
             bench save baseline.yaml        keep its results
             bench compare baseline.yaml     after a change`,
		Version:       results.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{flags.Error(cmd, err)} })
	help.PlainSwitches(root)
	root.AddCommand(
		runCommand(),
		saveCommand(),
		compareCommand(),
		bisectCommand(),
		historyCommand(),
		replayCommand(),
		costCommand(),
		listCommand(),
		schemaCommand(),
		perfCommand(),
	)
	return exitCode(root.ExecuteContext(ctx), stderr)
}

// exitCode prints an error and returns the exit code for it.
func exitCode(err error, stderr io.Writer) int {
	var problems scenario.Problems
	var gate gateError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &gate):
		return gate.code
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, problems.Error())
		return exitUsage
	}
	fmt.Fprintln(stderr, "bench:", printable(err))
	if isUsageError(err) {
		return exitUsage
	}
	return exitFailed
}

// isUsageError reports whether err is the user's to correct. Errors of parsing the command line, such
// as an unknown command, have no type of their own in cobra: all errors from before a command runs
// are usage errors.
func isUsageError(err error) bool {
	var usage usageError
	var refused results.RefusedError
	var badContent content.Error
	var running runError
	return errors.As(err, &usage) || errors.As(err, &refused) || errors.As(err, &badContent) || !errors.As(err, &running)
}

// runError marks an error of a command that has begun to run.
type runError struct{ error }

func (e runError) Unwrap() error { return e.error }

// runE makes a cobra RunE function of one whose errors become runErrors.
func runE(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := f(cmd, args); err != nil {
			return runError{err}
		}
		return nil
	}
}

// maxErrorLines bounds how many lines of an error are printed.
const maxErrorLines = 20

// printable returns an error's text without control characters, which would act on the terminal.
func printable(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = scenario.Printable(lines[i])
	}
	return strings.Join(lines[:min(len(lines), maxErrorLines)], "\n")
}

// arguments accepts from low to high arguments.
func arguments(low, high int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= low && len(args) <= high {
			return nil
		}
		return usageError{fmt.Errorf("%s takes %s; found %d arguments; %s --help says more",
			cmd.CommandPath(), what, len(args), cmd.CommandPath())}
	}
}
