package play

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"time"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/cmd/usage"
	"swarmsim/hugepages"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Run is a run to play.
type Run struct {
	Scenario *scenario.Scenario
	Files    fs.FS  // holds the files that the scenario names
	Dir      string // the folder in Files that their paths are relative to
	Workers  int
	Plots    bool // draw the plots and the page

	Progress func(sim.Progress)      // called after each sample; may be nil
	Hashing  func(done, total int64) // called with bytes while the content is read; may be nil
	Played   func()                  // called when the simulation has ended, before plots are drawn; may be nil
}

// ErrNotBegun is returned if the context ends before the simulation begins: there is no record.
var ErrNotBegun = errors.New("interrupted before the simulation began; there are no results")

// Into plays the run and writes all files of its results folder.
func (r *Run) Into(ctx context.Context, folder *results.RunFolder) (*sim.Result, error) {
	start, cpu := time.Now(), usage.CPU()
	if err := ExpectHugePages(r.Scenario, r.Files, r.Dir); err != nil {
		return nil, err
	}
	outcome, err := sim.Run(ctx, r.Scenario, sim.Options{
		Workers:  r.Workers,
		Files:    r.Files,
		Dir:      r.Dir,
		Create:   folder.Create,
		Progress: r.Progress,
		Hashing:  r.Hashing,
	})
	if r.Played != nil {
		r.Played()
	}
	if errors.Is(err, context.Canceled) {
		return nil, ErrNotBegun
	}
	if err != nil {
		return nil, err
	}
	if err := record.WriteMeta(folder.Create, r.meta(outcome, time.Since(start), usage.CPU()-cpu)); err != nil {
		return nil, err
	}
	if !r.Plots {
		return outcome, nil
	}
	return outcome, Draw(folder.TemporaryPath(), folder.Create)
}

// meta describes what the run cost.
func (r *Run) meta(outcome *sim.Result, wall, cpu time.Duration) *record.Meta {
	m := &record.Meta{
		WallS:        wall.Seconds(),
		CPUS:         cpu.Seconds(),
		PeakRSSBytes: usage.PeakRSS(),
		Workers:      r.Workers,
		Version:      results.Version(),
		GoVersion:    runtime.Version(),
	}
	if blocks := outcome.Summary.Blocks.Delivered; blocks > 0 {
		m.BlocksPerCPUS = float64(blocks) / cpu.Seconds()
		m.EventsPerBlock = float64(outcome.Events) / float64(blocks)
	}
	return m
}

// ExpectHugePages asks the system for huge pages for a run of the scenario.
func ExpectHugePages(s *scenario.Scenario, files fs.FS, dir string) error {
	bytes, err := sim.Footprint(s, files, dir)
	if err == nil {
		hugepages.Expect(bytes)
	}
	return err
}
