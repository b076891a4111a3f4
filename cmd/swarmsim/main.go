// Command swarmsim plays BitTorrent swarms in virtual time and shows what came
// of them. Each subcommand is a file; swarmsim help lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/help"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Exit codes.
const (
	exitFine   = 0
	exitFailed = 1
	exitUsage  = 2
	exitUnmet  = 99 // an expectation is not met
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endings...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Stdout, os.Stderr, os.Args[1:]))
}

// usageError is the user's to mend.
type usageError struct{ error }

// errUnmet: the run is fine, an expectation is not.
var errUnmet = errors.New("an expectation is not met")

// run is the whole program but for the process around it.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	root := &cobra.Command{
		Use:   "swarmsim",
		Short: "Simulate BitTorrent swarms with the real client, and see what happens",
		Long: `swarmsim plays whole BitTorrent swarms in one process and in virtual time: a
complete client and tracker on simulated links. The same scenario and seed give
the same bytes on any number of cores.

Start with:  swarmsim run flash-crowd`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(flagError)
	help.PlainSwitches(root)
	root.AddCommand(runCommand(), checkCommand(), listCommand(), reportCommand(), schemaCommand(), validateCommand(),
		sweepCommand(), compareCommand(), manCommand(root))
	err := root.ExecuteContext(ctx)
	var problems scenario.Problems
	var usage usageError
	var badContent content.Error
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errUnmet), errors.Is(err, errNotValid):
		fmt.Fprintln(stderr, "swarmsim:", err)
		return exitUnmet
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, problems.Error())
		return exitUsage
	case errors.As(err, &usage) || errors.As(err, &badContent) || isUnknownCommand(err):
		fmt.Fprintln(stderr, "swarmsim:", printable(err))
		return exitUsage
	}
	fmt.Fprintln(stderr, "swarmsim:", printable(err))
	return exitFailed
}

// printable is an error's text, each of its lines fit for a terminal.
func printable(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = scenario.Printable(lines[i])
	}
	return strings.Join(lines[:min(len(lines), 20)], "\n")
}

// isUnknownCommand recognizes cobra's own complaints about words, which have
// no type: they come before any command has run.
func isUnknownCommand(err error) bool {
	var ran ranError
	return !errors.As(err, &ran)
}

// ranError marks an error of a command that ran.
type ranError struct{ error }

func (e ranError) Unwrap() error { return e.error }

// does makes a cobra function of one whose errors are those of running.
func does(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := f(cmd, args); err != nil {
			return ranError{err}
		}
		return nil
	}
}
