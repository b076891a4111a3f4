package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bench/format"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/reports"
)

// runName names a run of a cell.
type runName struct {
	cas, subject, composition string
	seed                      uint64
}

// reportPaths are the paths of the reports of runs.
type reportPaths map[runName]string

// page returns a writer of the page, for a file in a folder, that links the reports.
func (p reportPaths) page(folder string) *format.Page {
	return &format.Page{Report: func(c *bench.Cell, seed uint64) string {
		path, ok := p[runName{c.Case, c.Subject, c.Composition, seed}]
		if !ok {
			return ""
		}
		link, err := relative(folder, path)
		if err != nil { // on another disk
			return ""
		}
		return filepath.ToSlash(link)
	}}
}

// maxReports bounds how many runs are played for their reports. Those of what is worse come first.
const maxReports = 50

// playReports plays the worst seed of each metric that moved into the folder of --reports.
func (f *compareFlags) playReports(cmd *cobra.Command, c *bench.Comparison) (reportPaths, error) {
	runs := worstRuns(c)
	if len(runs) == 0 {
		return nil, nil
	}
	in, err := findSuite(f.suite)
	if err != nil {
		return nil, err
	}
	s, err := f.suiteFlags.suite(in)
	if err != nil {
		return nil, err
	}
	plan, err := f.plan(cmd.Context(), in, s)
	if err != nil {
		return nil, err
	}
	paths := reportPaths{}
	for i, name := range runs {
		if i == maxReports {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: %d runs that moved have no report; %d have one\n", len(runs)-i, i)
			break
		}
		path, err := f.playReport(cmd, plan, name)
		if err != nil {
			return nil, err
		}
		if path != "" {
			paths[name] = path
		}
	}
	return paths, nil
}

// worstRuns returns the worst seeds of the metrics that moved.
func worstRuns(c *bench.Comparison) []runName {
	var out []runName
	seen := map[runName]bool{}
	for _, o := range []bench.Outcome{bench.Worse, bench.Changed, bench.Better} {
		for i := range c.Cells {
			x := &c.Cells[i]
			for k := range x.Metrics {
				m := &x.Metrics[k]
				name := runName{x.Case, x.Subject, x.Composition, m.WorstSeed}
				if m.Outcome == o && !seen[name] {
					seen[name] = true
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// playReport plays a run, and returns the path of its report. Another program may leave none.
func (f *compareFlags) playReport(cmd *cobra.Command, plan *bench.Plan, name runName) (string, error) {
	run, err := plan.Find(name.cas, name.subject, name.composition)
	if err != nil {
		return "", err
	}
	run.Seed = name.seed
	parts := []string{name.cas, name.subject}
	if name.composition != "" {
		parts = append(parts, name.composition)
	}
	folder := filepath.Join(f.reports, fmt.Sprintf("%s-%d", strings.Join(parts, "-"), name.seed))
	if plan.IsProgram(run) {
		return f.playProgramReport(cmd, plan, run, folder)
	}
	out, err := results.NewRun(folder, name.cas, true)
	if err != nil {
		return "", err
	}
	_, err = playInto(cmd.Context(), plan, run, out)
	return filepath.Join(folder, reports.PageFile), err
}

// playProgramReport has another program play a run into a folder.
func (f *compareFlags) playProgramReport(cmd *cobra.Command, plan *bench.Plan, run bench.Run, folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", usageError{err}
	}
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if _, err := plan.Play(cmd.Context(), run, abs); err != nil {
		return "", err
	}
	path := filepath.Join(folder, reports.PageFile)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return path, nil
}
