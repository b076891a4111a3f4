package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"
)

// result is the cost and the outcome of a subject's runs.
type result struct {
	name       string
	runs       int
	blocks     int64 // useful blocks received, in all runs
	cpu, wall  time.Duration
	mean, last time.Duration // completion times, in virtual time
}

func (r *result) blocksPerCPU() float64 { return float64(r.blocks) / r.cpu.Seconds() }

// report prints the results as a table and in the format of Go benchmarks. The last result is the one
// that the others are compared with.
func report(out io.Writer, s *swarm, results []result) error {
	full := results[len(results)-1].blocksPerCPU()
	g := s.scenario.Groups
	fmt.Fprintf(out, "%d leechers and one seed, %s in pieces of %s; uplinks %s (the seed's %s), "+
		"downlinks %s, latency %v\n\n",
		s.leechers, s.scenario.Content.Size, s.scenario.Content.Piece,
		g[1].Link.Up, g[0].Link.Up, g[1].Link.Down, s.net.Latency)
	fmt.Fprintf(out, "%-40s %4s %9s %8s %13s %7s %7s %7s\n",
		"", "runs", "blocks", "CPU s", "blocks/CPU-s", "ratio", "mean s", "last s")
	for _, r := range results {
		fmt.Fprintf(out, "%-40s %4d %9d %8.2f %13.0f %7.1f %7.1f %7.1f\n", r.name, r.runs, r.blocks, r.cpu.Seconds(),
			r.blocksPerCPU(), r.blocksPerCPU()/full, r.mean.Seconds(), r.last.Seconds())
	}
	fmt.Fprintf(out, "\ngoos: %s\ngoarch: %s\npkg: swarmsim/sidebyside\n", runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(out, "Unit blocks/cpu-s better=higher\nUnit times-full-client better=higher")
	words := strings.NewReplacer(", ", "-", " ", "-", "/", "-")
	for _, r := range results {
		_, err := fmt.Fprintf(out, "BenchmarkSideBySide/subject=%s/peers=%d %d %d ns/op %.0f blocks/cpu-s "+
			"%.1f times-full-client %.2f completion-mean-s %.2f completion-last-s\n",
			words.Replace(r.name), s.leechers, r.runs, r.wall.Nanoseconds()/int64(r.runs),
			r.blocksPerCPU(), r.blocksPerCPU()/full, r.mean.Seconds(), r.last.Seconds())
		if err != nil {
			return err
		}
	}
	return nil
}
