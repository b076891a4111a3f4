// Command bench measures the simulator's speed and memory on standard workloads. The workloads
// never change, so that results of different versions can be compared:
//
//	go run ./cmd/bench perf                       # closed-100 and closed-1k
//	go run ./cmd/bench perf --count 5 closed-10k
//
// It prints the format of Go benchmarks, for benchstat.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/help"
)

func main() { os.Exit(run(os.Stdout, os.Stderr, os.Args[1:])) }

func run(stdout, stderr io.Writer, args []string) int {
	root := &cobra.Command{
		Use:           "bench",
		Short:         "Measure the simulator on standard workloads",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(flags.Error)
	help.PlainSwitches(root)
	root.AddCommand(perfCommand())
	if err := root.Execute(); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 2
	}
	return 0
}
