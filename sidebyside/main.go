// Command sidebyside runs one swarm twice: with the full client of github.com/anacrolix/torrent,
// unmodified, in virtual time, and with swarmsim. Peers, content and links are the same. It prints the
// CPU time and the completion times of both:
//
//	CGO_ENABLED=0 go run . --peers 50
//
// It is a module of its own, because the full client has many dependencies that swarmsim has not, and
// needs another version of the library.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Stdout, os.Stderr, os.Args[1:])) }

func run(stdout, stderr io.Writer, args []string) int {
	c := command()
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(stderr)
	if err := c.Execute(); err != nil {
		fmt.Fprintln(stderr, "sidebyside:", err)
		return 2
	}
	return 0
}

func command() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:           "sidebyside",
		Short:         "Run one swarm with the full anacrolix/torrent client and with swarmsim",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return compare(cmd.OutOrStdout(), cmd.ErrOrStderr(), f)
		},
	}
	c.Flags().IntVar(&f.peers, "peers", 50, "number of leechers, beside one seed")
	c.Flags().StringVar(&f.size, "size", "16 MiB", "length of the content")
	c.Flags().StringVar(&f.piece, "piece", "256 KiB", "piece length")
	c.Flags().StringVar(&f.up, "up", "1 MB/s", "uplink rate of every peer")
	c.Flags().StringVar(&f.seedUp, "seed-up", "", "uplink rate of the seed, if it differs")
	c.Flags().StringVar(&f.down, "down", "4 MB/s", "downlink rate of every peer")
	c.Flags().StringVar(&f.latency, "latency", "25 ms", "one-way latency between any two peers")
	c.Flags().IntVar(&f.seeds, "seeds", 5, "number of random seeds that swarmsim runs; its results are their means")
	c.Flags().BoolVar(&f.real, "real", false,
		"run swarmsim once more with real bytes, encoded and hashed as in the full client")
	return c
}

// compare runs the swarm with every subject and prints the results. All run on one core: with more,
// Go's scheduler would spend CPU time on looking for work at every step of the bubble's clock, which
// waits for all goroutines to block.
func compare(stdout, stderr io.Writer, f flags) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	s, err := f.swarm("")
	if err != nil {
		return err
	}
	var results []result
	// The full client runs last, because it leaves much memory behind, whose return to the system
	// would count as CPU time of the next subject.
	for _, p := range append(f.simulated(), s.full()) {
		fmt.Fprintln(stderr, "running:", p.name)
		r, err := p.play()
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		r.name = p.name
		results = append(results, r)
	}
	return report(stdout, s, results)
}

// subject is a client that can run the swarm.
type subject struct {
	name string
	play func() (result, error)
}
