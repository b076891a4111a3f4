// Command sidebyside plays one swarm twice, in one run: with the full client of
// github.com/anacrolix/torrent, unmodified, in virtual time, and with swarmsim.
// Peers, content and links are the same. It prints what each cost and what came
// out:
//
//	CGO_ENABLED=0 go run . --peers 50
//
// It is a module of its own, for the full client needs much that nothing else
// here does, and a version of its own.
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
		Short:         "Play one swarm with the full anacrolix/torrent client and with swarmsim",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return compare(cmd.OutOrStdout(), cmd.ErrOrStderr(), f)
		},
	}
	c.Flags().IntVar(&f.peers, "peers", 50, "leechers; one seed is there besides")
	c.Flags().StringVar(&f.size, "size", "16 MiB", "of the content")
	c.Flags().StringVar(&f.piece, "piece", "256 KiB", "piece length")
	c.Flags().StringVar(&f.up, "up", "1 MB/s", "uplink of every peer")
	c.Flags().StringVar(&f.seedUp, "seed-up", "", "uplink of the seed, if it is another")
	c.Flags().StringVar(&f.down, "down", "4 MB/s", "downlink of every peer")
	c.Flags().StringVar(&f.latency, "latency", "25 ms", "one way, between any two peers")
	c.Flags().IntVar(&f.seeds, "seeds", 5, "seeds of randomness that swarmsim plays; its figures are their means")
	c.Flags().BoolVar(&f.real, "real", false, "have swarmsim play once more with real bytes, encoded and hashed as the full client does")
	return c
}

// compare plays the swarm with every subject and prints what came out. All play
// on one core: on more, the bubble's clock, which at every step waits for all
// goroutines to stop, spends CPU time on looking for work.
func compare(stdout, stderr io.Writer, f flags) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	s, err := f.swarm("")
	if err != nil {
		return err
	}
	var results []result
	// The full client leaves much memory behind, whose return to the system would
	// count as CPU time of whoever comes next.
	for _, p := range append(f.simulated(), s.full()) {
		fmt.Fprintln(stderr, "playing:", p.name)
		r, err := p.play()
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		r.name = p.name
		results = append(results, r)
	}
	return report(stdout, s, results)
}

// player is a subject that plays the swarm.
type player struct {
	name string
	play func() (result, error)
}
