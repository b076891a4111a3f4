package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
)

// suiteFlags are the flags of the commands that play a suite.
type suiteFlags struct {
	out      string
	cases    []string
	subjects []string
	seeds    sweep.Seeds // Count 0: the suite's
	workers  int
	force    bool
	quiet    bool
}

// maxWorkers bounds --workers.
const maxWorkers = 256

func (f *suiteFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "folder", "results/bench/mine", flags.Text), "out", "o",
		"results folder (default results/bench/NAME); finished runs of this program in it are reused")
	fs.Var(flags.List(&f.cases, "case", "flash-crowd", flags.Text), "case", "play only this case (repeatable)")
	fs.Var(flags.List(&f.subjects, "subject", "swarmsim", flags.Text), "subject", "play only this subject (repeatable)")
	fs.Var(flags.Quantity(&f.seeds, "seeds", "5"), "seeds",
		"number of seeds of every case, such as 5, or a range, such as 11..15 (default: the suite's)")
	f.workers = min(runtime.NumCPU(), maxWorkers)
	fs.Var(flags.Count(&f.workers, 1, maxWorkers, "4"), "workers", "number of concurrent runs; the results are the same for any number")
	fs.BoolVar(&f.force, "force", false, "repeat finished runs")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no table")
}

// suite loads a suite with the changes of the flags.
func (f *suiteFlags) suite(in *suiteInput) (*bench.Suite, error) {
	s, err := bench.LoadSuite(in.Source)
	if err != nil {
		return nil, err
	}
	if f.seeds.Count > 0 {
		for i := range s.Cases {
			s.Cases[i].Seeds = f.seeds
		}
	}
	if err := s.Select(f.cases, f.subjects); err != nil {
		return nil, usageError{err}
	}
	return s, nil
}

// plan resolves a suite.
func (f *suiteFlags) plan(ctx context.Context, in *suiteInput, s *bench.Suite) (*bench.Plan, error) {
	build, err := results.ProgramDigest()
	if err != nil {
		return nil, err
	}
	plan, err := bench.NewPlan(ctx, s, bench.Host{
		Suite:       in.arg,
		Version:     results.Version(),
		Build:       build,
		Find:        in.findScenario,
		Exec:        execute,
		CommandFile: commandDigest,
	})
	if err != nil {
		return nil, err
	}
	if err := plan.Keep(f.cases, f.subjects); err != nil {
		return nil, usageError{err}
	}
	if err := plan.CheckSize(); err != nil {
		return nil, usageError{err}
	}
	return plan, nil
}

// folder opens the results folder of a plan, by default results/bench/NAME and a suffix.
func (f *suiteFlags) folder(cmd *cobra.Command, plan *bench.Plan, suffix string) (*results.BenchFolder, error) {
	dir := f.out
	if dir == "" {
		dir = filepath.Join("results", "bench", plan.Suite.Name+suffix)
	}
	folder, err := results.OpenBench(dir, f.force)
	if err == nil && folder.DamagedLines() > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s has %d damaged lines; their runs are played again\n",
			filepath.Join(dir, results.BenchJournal), folder.DamagedLines())
	}
	return folder, err
}

// play plays what is missing and writes the results into the folder. It returns the rows too.
func (f *suiteFlags) play(cmd *cobra.Command, plan *bench.Plan, folder *results.BenchFolder) (*bench.Results, trial.Rows, error) {
	// A row without a record is that of another program, which may have changed since.
	if err := folder.Begin(func(r *trial.Row) bool { return r.Record == "" }); err != nil {
		return nil, nil, err
	}
	p := player{plan: plan, folder: folder, total: plan.RunCount()}
	if !f.quiet {
		p.progress = newProgress(cmd.ErrOrStderr())
	}
	if err := p.play(cmd.Context(), f.workers); err != nil {
		return nil, nil, err
	}
	files, err := plan.ScenarioFiles()
	if err != nil {
		return nil, nil, err
	}
	for _, s := range files {
		if err := writeFile(folder.Create, filepath.Join(bench.ScenarioFolder, s.Name), s.Text); err != nil {
			return nil, nil, err
		}
	}
	r := plan.Results(folder.Rows())
	return r, folder.Rows(), writeWith(folder.Create, results.BenchResults, r.Write)
}

// playSuite finds and plays a suite.
func (f *suiteFlags) playSuite(cmd *cobra.Command, arg string) (in *suiteInput, r *bench.Results, dir string, err error) {
	if in, err = findSuite(arg); err != nil {
		return nil, nil, "", err
	}
	s, err := f.suite(in)
	if err != nil {
		return nil, nil, "", err
	}
	plan, err := f.plan(cmd.Context(), in, s)
	if err != nil {
		return nil, nil, "", err
	}
	folder, err := f.folder(cmd, plan, "")
	if err != nil {
		return nil, nil, "", err
	}
	defer folder.Close()
	r, _, err = f.play(cmd, plan, folder)
	return in, r, folder.Path(), err
}
