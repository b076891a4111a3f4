package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/cmd/usage"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// runFlags are the flags of swarmsim run.
type runFlags struct {
	out     string
	seed    uint64
	workers int
	sets    []string
	force   bool
	quiet   bool
	events  bool
	noPlots bool
	asJSON  bool
	memory  memoryFlag
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Play a scenario and write its results folder",
		Long: `Plays a scenario and writes a results folder: summary.json, peers.csv,
timeseries.csv, availability.csv, plots as SVG and PNG, and report.html, one page
that holds them all. A scenario is a name from the library, a file, - for standard
input, or a torrent file, which is played in the library's flash-crowd.

Exit codes: 0 fine, 1 failed or interrupted, 2 bad usage or scenario,
99 an expectation of the scenario is not met.`,
		Example: `  swarmsim run flash-crowd
  swarmsim run churn --seed 7 -o results/churn-7
  swarmsim run flash-crowd --set groups.leechers.count=500 --set client.choker=random
  swarmsim run ./some.torrent
  swarmsim check churn | swarmsim run - --json`,
		Args:              oneArgument("a scenario", "flash-crowd"),
		ValidArgsFunction: completeNames(true, false),
	}
	c.Flags().StringVarP(&f.out, "out", "o", "", "results folder (default results/NAME, or the next free NAME-2, NAME-3)")
	c.Flags().Uint64Var(&f.seed, "seed", 0, "seed of all randomness (default: the scenario's)")
	c.Flags().IntVar(&f.workers, "workers", runtime.NumCPU(), "cores to play on; the results are the same for any number")
	setFlag(c, &f.sets)
	c.Flags().BoolVar(&f.force, "force", false, "replace an existing results folder")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no table")
	c.Flags().BoolVar(&f.events, "events", false, "write the event log, events.parquet, too")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print summary.json instead of the table")
	f.memory.add(c)
	c.Flags().BoolVar(&f.noPlots, "no-plots", false, "write no plots and no page; swarmsim report can do it later")
	c.RunE = does(func(cmd *cobra.Command, args []string) error {
		if f.workers < 1 || f.workers > 256 {
			return usageError{fmt.Errorf("--workers %d makes no sense; 1 to 256 does", f.workers)}
		}
		var seed *uint64
		if cmd.Flags().Changed("seed") {
			seed = &f.seed
		}
		src, err := find(args[0], input(cmd))
		if err != nil {
			return err
		}
		src.Sets = f.sets
		s, err := src.load(seed, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		s.Record.Events = s.Record.Events || f.events
		if err := f.memory.fits(s, src.Source, 1); err != nil {
			return err
		}
		return f.play(cmd, s, src)
	})
	return c
}

// play runs the scenario and leaves a results folder.
func (f *runFlags) play(cmd *cobra.Command, s *scenario.Scenario, src *found) error {
	dir, err := newFolder(f.out, s.Name, f.force)
	if err != nil {
		return err
	}
	outcome, err := f.fill(cmd, s, src, dir)
	if err != nil {
		dir.drop()
		return err
	}
	if err := dir.keep(); err != nil {
		return err
	}
	sum := &outcome.Summary
	if f.out != "" && dir.path != filepath.Clean(f.out) {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s was taken while the run went on; its results are in %s\n", f.out, dir.path)
	}
	if f.asJSON {
		text, err := bounded.ReadFile(disk{}, filepath.Join(dir.path, record.SummaryFile), reports.MaxFile)
		if err != nil {
			return err
		}
		if _, err := cmd.OutOrStdout().Write(text); err != nil {
			return err
		}
	} else if !f.quiet {
		out := cmd.OutOrStdout()
		if err := reports.Print(out, sum, colours(out)); err != nil {
			return err
		}
		if outcome.Verified > 0 {
			fmt.Fprintf(out, "\n%d finished peers hold the source's content, byte for byte\n", outcome.Verified)
		}
		f.sayWhere(out, dir.path)
	}
	if sum.Incomplete {
		return fmt.Errorf("interrupted; what was recorded until then is in %s, marked incomplete", dir.path)
	}
	for _, e := range sum.Expectations {
		if !e.Met {
			return errUnmet
		}
	}
	return nil
}

func (f *runFlags) sayWhere(out io.Writer, path string) {
	fmt.Fprintln(out)
	if f.noPlots {
		fmt.Fprintf(out, "results   %s\n", path)
		return
	}
	fmt.Fprintf(out, "pictures  %s\n", filepath.Join(path, reports.PageFile))
	fmt.Fprintf(out, "files     %s\n", path)
}

// fill plays the scenario into a folder in the making.
func (f *runFlags) fill(cmd *cobra.Command, s *scenario.Scenario, src *found, dir *folder) (*sim.Result, error) {
	var show progress = silent{}
	if !f.quiet && !f.asJSON {
		show = newProgress(cmd.ErrOrStderr(), s.Name)
	}
	start, cpu := time.Now(), usage.CPU()
	if err := expectRun(s, src.Source); err != nil {
		return nil, err
	}
	outcome, err := sim.Run(cmd.Context(), s, sim.Options{Workers: f.workers, Files: src.Files, Dir: src.Dir,
		Create: dir.create, Progress: show.update, Hashing: show.hashing})
	show.end()
	if errors.Is(err, context.Canceled) {
		return nil, errors.New("interrupted before anything was played; nothing is kept")
	}
	if err != nil {
		return nil, err
	}
	wall, cpu := time.Since(start), usage.CPU()-cpu
	meta := &record.Meta{
		WallS: wall.Seconds(), CPUS: cpu.Seconds(), PeakRSSBytes: usage.PeakRSS(),
		Workers: f.workers, Version: version(), GoVersion: runtime.Version(),
	}
	if blocks := outcome.Summary.Blocks.Delivered; blocks > 0 {
		meta.BlocksPerCPUS = float64(blocks) / cpu.Seconds()
		meta.EventsPerBlock = float64(outcome.Events) / float64(blocks)
	}
	if err := record.WriteMeta(dir.create, meta); err != nil {
		return nil, err
	}
	if f.noPlots {
		return outcome, nil
	}
	return outcome, render(dir.making, dir.create)
}

// render draws a results folder's plots and page.
func render(path string, create record.Create) error {
	files := resultsFolder(path)
	r, err := reports.Load(files)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	text, err := bounded.ReadFile(files, record.ScenarioFile, scenario.MaxFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("%s: %s: %w", path, record.ScenarioFile, err)}
	}
	return reports.Write(r, string(text), create)
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
}
