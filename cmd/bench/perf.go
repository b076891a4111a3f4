package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing/fstest"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/usage"
	"swarmsim/hugepages"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

func perfCommand() *cobra.Command {
	var workers, count int
	var profile string
	var list strings.Builder
	for _, w := range workloads {
		fmt.Fprintf(&list, "  %-12s %s\n", w.name, w.about)
	}
	c := &cobra.Command{
		Use:   "perf [WORKLOAD...]",
		Short: "Measure speed and memory",
		Long: "Plays workloads and prints what they cost, in the format of Go benchmarks:\n\n" + list.String() + `
All have one seed with ten times the leechers' uplink, 256 KiB pieces, links of
1 MB/s up and 4 MB/s down, 25 to 50 ms one way, and about 40 neighbours.

blocks/cpu-s is useful 16 KiB blocks per second of processor time, B/peer the
most memory the Go runtime held during the run, and allocs/block what is
allocated in the whole run, connections and all.`,
	}
	c.Flags().IntVar(&workers, "workers", 1, "cores to play on")
	c.Flags().IntVar(&count, "count", 1, "how many times to play each workload")
	c.Flags().StringVar(&profile, "cpuprofile", "", "write a profile of the processor's time to this `file`")
	c.RunE = func(cmd *cobra.Command, args []string) (failed error) {
		chosen, err := choose(args)
		if err != nil {
			return err
		}
		if profile != "" {
			stop, err := startProfile(profile)
			if err != nil {
				return err
			}
			defer func() { failed = errors.Join(failed, stop()) }()
		}
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "goos: %s\ngoarch: %s\npkg: swarmsim/cmd/bench\n", runtime.GOOS, runtime.GOARCH)
		fmt.Fprintln(out, "Unit blocks/cpu-s better=higher\nUnit virtual-s/wall-s better=higher\nUnit B/peer better=lower\nUnit events/block better=lower assume=exact")
		for _, w := range chosen {
			for range count {
				if err := measure(out, w, workers); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return c
}

// startProfile writes where the processor's time goes to a file until it is
// stopped.
func startProfile(path string) (stop func() error, err error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// measure plays a workload once and prints its line.
func measure(out io.Writer, w workload, workers int) error {
	s, err := scenario.Load(scenario.Source{Text: []byte(w.text), Shown: w.name, Files: fstest.MapFS{}, Dir: ".", Catalogue: sim.Catalogue()})
	if err != nil {
		return err
	}
	runtime.GC()
	var before, after, now runtime.MemStats
	runtime.ReadMemStats(&before)
	peak, looked := uint64(0), time.Time{}
	start, cpu := time.Now(), usage.CPU()
	bytes, err := sim.Footprint(s, fstest.MapFS{}, ".")
	if err != nil {
		return err
	}
	hugepages.Expect(bytes)
	outcome, err := sim.Run(context.Background(), s, sim.Options{Workers: workers, Create: discard, Progress: func(sim.Progress) {
		if time.Since(looked) < time.Second {
			return
		}
		looked = time.Now()
		runtime.ReadMemStats(&now)
		peak = max(peak, now.Sys-now.HeapReleased)
	}})
	if err != nil {
		return err
	}
	wall, cpu := time.Since(start), usage.CPU()-cpu
	runtime.ReadMemStats(&after)
	sum := &outcome.Summary
	blocks := float64(sum.Blocks.Delivered)
	_, err = fmt.Fprintf(out, "BenchmarkPerf/workload=%s/workers=%d 1 %d ns/op %.0f blocks/cpu-s %.3f events/block %.2f virtual-s/wall-s %.0f B/peer %.3f allocs/block\n",
		w.name, workers, wall.Nanoseconds(), blocks/cpu.Seconds(), float64(outcome.Events)/blocks,
		float64(sum.VirtualS)/wall.Seconds(), float64(peak)/float64(sum.Peers), float64(after.Mallocs-before.Mallocs)/blocks)
	return err
}

// discard is a results folder that keeps nothing.
func discard(string) (io.WriteCloser, error) { return nowhere{}, nil }

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }
