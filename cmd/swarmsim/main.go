// Command swarmsim simulates BitTorrent swarms in virtual time. Package cli has its
// subcommands; swarmsim help lists them.
//
// This package has no tests of its own: go test would build them and all that they
// import with default.pgo, which go test -cover cannot link (https://go.dev/issue/80891).
package main

import (
	"context"
	"os"
	"os/signal"

	"swarmsim/cmd/swarmsim/cli"
	"swarmsim/testbed/emulator"
)

func main() {
	emulator.RunChild() // swarmsim lab starts this program again as the emulator
	ctx, stop := signal.NotifyContext(context.Background(), terminationSignals...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(cli.Run(ctx, os.Stdout, os.Stderr, os.Args[1:]))
}
