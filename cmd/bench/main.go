// Command bench is the regression harness: it plays a suite of swarms, keeps the results in a small
// file, and compares them with those of another version. It also measures the simulator's own speed
// and memory. Package cli has its subcommands; bench help lists them.
//
//	go run ./cmd/bench run                          # the standard suite
//	go run ./cmd/bench save bench/standard.baseline.yaml
//	go run ./cmd/bench compare bench/standard.baseline.yaml
//	go run ./cmd/bench perf --count 5 closed-10k
//
// This package has no tests of its own: go test would build them and all that they
// import with default.pgo, which go test -cover cannot link (https://go.dev/issue/80891).
package main

import (
	"context"
	"os"
	"os/signal"

	"swarmsim/cmd/bench/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), terminationSignals...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(cli.Run(ctx, os.Stdout, os.Stderr, os.Args[1:]))
}
