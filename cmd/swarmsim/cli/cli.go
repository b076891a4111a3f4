// Package cli has the subcommands of swarmsim, one file each. cmd/swarmsim calls Run,
// and nothing else imports it.
//
// Every subcommand follows the same steps: its flags are read into typed values
// (cmd/flags), its argument is resolved to a scenario or a sweep (input), sim, lab or
// validation does the work, and the results are printed or written to a results folder
// (cmd/swarmsim/results). Errors of the user's input end with exit code 2, and their
// messages say what would be accepted instead.
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
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitUnmet  = 99 // an expectation or a tolerance is not met
)

// usageError is an error in what the user typed or wrote, rather than in the program.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitError ends the program with the exit code of another run of it, which has printed its
// error.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// errUnmet ends a run that succeeded, but not as its scenario or sweep expects.
var errUnmet = errors.New("an expectation is not met")

// Run runs the program with the given arguments and returns its exit code.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	root := &cobra.Command{
		Use:   "swarmsim",
		Short: "Simulate BitTorrent swarms, and exchange files with other clients",
		Long: `swarmsim is a BitTorrent client and tracker, and a simulator that runs swarms of
the same client in virtual time, over simulated links. The same scenario and seed
give the same results, byte for byte, on any number of cores.

Start with:  swarmsim run flash-crowd        a simulated swarm
             swarmsim get some.torrent       a download`,
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
		checkCommand(),
		listCommand(),
		reportCommand(),
		exportCommand(),
		schemaCommand(),
		validateCommand(),
		sweepCommand(),
		workCommand(),
		compareCommand(),
		torrentCommand(),
		getCommand(),
		seedCommand(),
		trackerCommand(),
		serveCommand(),
		labCommand(),
		manCommand(root),
	)
	return exitCode(root.ExecuteContext(ctx), stderr)
}

// exitCode prints an error and returns the exit code for it.
func exitCode(err error, stderr io.Writer) int {
	var problems scenario.Problems
	var exit exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, problems.Error())
		return exitUsage
	}
	fmt.Fprintln(stderr, "swarmsim:", printable(err))
	switch {
	case errors.Is(err, errUnmet), errors.Is(err, errOutOfTolerance):
		return exitUnmet
	case isUsageError(err):
		return exitUsage
	}
	return exitFailed
}

// isUsageError reports whether err is the user's to correct. Errors of parsing the
// command line, such as an unknown command, have no type of their own in cobra: all
// errors from before a command runs are usage errors.
func isUsageError(err error) bool {
	var usage usageError
	var refused results.RefusedError
	var badContent content.Error
	var running runError
	var badFolder play.InputError
	return errors.As(err, &usage) || errors.As(err, &badFolder) || errors.As(err, &refused) || errors.As(err, &badContent) || !errors.As(err, &running)
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

// printable returns an error's text without control characters, which would act on the
// terminal.
func printable(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = scenario.Printable(lines[i])
	}
	return strings.Join(lines[:min(len(lines), maxErrorLines)], "\n")
}

// must panics on an error that only a mistake in this program can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
