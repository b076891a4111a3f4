package cli

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

	"swarmsim/cmd/flags"
	"swarmsim/cmd/usage"
	"swarmsim/hugepages"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// perfFlags are the flags of bench perf.
type perfFlags struct {
	workers, count int
	cpuProfile     string
}

func perfCommand() *cobra.Command {
	f := perfFlags{workers: 1, count: 1}
	var list strings.Builder
	for _, w := range workloads {
		fmt.Fprintf(&list, "  %-14s %s\n", w.name, w.about)
	}
	c := &cobra.Command{
		Use:   "perf [WORKLOAD...]",
		Short: "Measure speed and memory",
		Long: "Runs workloads and prints what they cost, in the format of Go benchmarks:\n\n" + list.String() + `
All have one seed with ten times the leechers' uplink, pieces of 256 KiB, links of
1 MB/s up and 4 MB/s down, one-way latencies of 25 to 50 ms, and about 40 connections
a peer.

blocks/cpu-s is useful 16 KiB blocks per second of CPU time; B/peer is the peak of
the memory that the Go runtime held, divided by the number of peers; allocs/block
counts all allocations of the run, those of setting it up included.`,
	}
	fs := c.Flags()
	fs.Var(flags.Count(&f.workers, 1, 0, "4"), "workers", "cores to run on")
	fs.Var(flags.Count(&f.count, 1, 0, "5"), "count", "how many times to run each workload")
	fs.Var(flags.Parsed(&f.cpuProfile, "file", "cpu.pprof", flags.Text), "cpuprofile", "write a CPU profile to this file")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd.OutOrStdout(), args) })
	return c
}

// run measures the workloads of the given names.
func (f *perfFlags) run(out io.Writer, names []string) (failed error) {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	if f.cpuProfile != "" {
		stop, err := startProfile(f.cpuProfile)
		if err != nil {
			return err
		}
		defer func() { failed = errors.Join(failed, stop()) }()
	}
	fmt.Fprintf(out, "goos: %s\ngoarch: %s\npkg: swarmsim/cmd/bench\n", runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(out, "Unit blocks/cpu-s better=higher")
	fmt.Fprintln(out, "Unit virtual-s/wall-s better=higher")
	fmt.Fprintln(out, "Unit B/peer better=lower")
	fmt.Fprintln(out, "Unit events/block better=lower assume=exact")
	for _, w := range chosen {
		for range f.count {
			if err := measure(out, w, f.workers); err != nil {
				return err
			}
		}
	}
	return nil
}

// startProfile writes a CPU profile to a file until stop is called.
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

// measure runs a workload once and prints its result.
func measure(out io.Writer, w workload, workers int) error {
	s, err := scenario.Load(scenario.Source{Text: []byte(w.text), Shown: w.name, Files: fstest.MapFS{}, Dir: ".", Catalogue: sim.Catalogue()})
	if err != nil {
		return err
	}
	s.Record = s.Record.WithoutEventLog()
	bytes, err := sim.Footprint(s, fstest.MapFS{}, ".")
	if err != nil {
		return err
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak peakMemory
	start, cpu := time.Now(), usage.CPU()
	hugepages.Expect(bytes)
	outcome, err := sim.Run(context.Background(), s, sim.Options{
		Workers:  workers,
		Create:   discard,
		Progress: func(sim.Progress) { peak.sample() },
	})
	if err != nil {
		return err
	}
	wall, cpu := time.Since(start), usage.CPU()-cpu
	runtime.ReadMemStats(&after)
	sum := &outcome.Summary
	blocks := float64(sum.Blocks.Delivered)
	_, err = fmt.Fprintf(out, "BenchmarkPerf/workload=%s/workers=%d 1 %d ns/op %.0f blocks/cpu-s %.3f events/block "+
		"%.2f virtual-s/wall-s %.0f B/peer %.3f allocs/block\n",
		w.name, workers, wall.Nanoseconds(), blocks/cpu.Seconds(), float64(outcome.Events)/blocks,
		float64(sum.VirtualS)/wall.Seconds(), float64(peak.bytes)/float64(sum.Peers),
		float64(after.Mallocs-before.Mallocs)/blocks)
	return err
}

// peakMemory is the most memory that the Go runtime has held, read at most once a second.
type peakMemory struct {
	bytes uint64
	read  time.Time
}

func (p *peakMemory) sample() {
	if time.Since(p.read) < time.Second {
		return
	}
	p.read = time.Now()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.bytes = max(p.bytes, m.Sys-m.HeapReleased)
}

// discard creates the files of a record that is not kept.
func discard(string) (io.WriteCloser, error) { return nowhere{}, nil }

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }
