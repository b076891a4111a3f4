package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/scenario"
)

// bisectFlags are the flags of bench bisect.
type bisectFlags struct {
	metric, cas, subject string
	suite, build         string
	good, bad            string
}

func bisectCommand() *cobra.Command {
	f := bisectFlags{bad: "HEAD"}
	c := &cobra.Command{
		Use:   "bisect BASE --metric METRIC --case CASE --good REVISION",
		Short: "Find the commit that moved a metric",
		Long: `Finds the first commit at which a metric differs from a baseline, with git bisect.
Commits are built and played in a temporary worktree; the checkout stays as it is,
with its uncommitted changes.

In a repository with cmd/bench, each commit plays with its own client. If the subject is
another program of the repository, --build gives the shell command that builds it
("true" if there is nothing to build), and this program plays the suite with it. The
suite is played as it is in the checkout. A commit that cannot be built, or cannot play
the case, is skipped.

Exit codes: 0 found, 1 failed or not found, 2 bad usage, baseline or revision.`,
		Example: `  bench bisect bench/baseline.yaml --metric completion_p50 --case churn --good v1.2.0
  bench bisect bench/baseline.yaml --metric overhead --case churn --good HEAD~20 --build "make simulator"`,
		Args: arguments(1, 1, "a baseline"),
	}
	text := func(p *string, name, typeName, example, about string) {
		c.Flags().Var(flags.Parsed(p, typeName, example, flags.Text), name, about)
	}
	text(&f.metric, "metric", "metric", "completion_p50", "the metric that moved")
	text(&f.cas, "case", "case", "churn", "the case to play")
	text(&f.subject, "subject", "subject", "swarmsim", "the subject to play (default: all of the suite)")
	text(&f.suite, "suite", "suite", "bench/suite.yaml", "the suite to play (default: that of the baseline)")
	text(&f.good, "good", "revision", "v1.2.0", "a revision where the metric is that of the baseline")
	text(&f.bad, "bad", "revision", "HEAD", "a revision where it is another (default HEAD)")
	text(&f.build, "build", "command", "make simulator", "shell command that builds the subject in the worktree")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) })
	return c
}

func (f *bisectFlags) run(cmd *cobra.Command, path string) (failed error) {
	if f.metric == "" || f.cas == "" || f.good == "" {
		return usageError{errors.New("give --metric, --case and --good")}
	}
	base, err := f.readBase(path)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	tree, err := newWorktree(ctx, ".", f.bad)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, tree.remove()) }()
	b := &bisection{bisectFlags: f, cmd: cmd, base: base, tree: tree, moves: map[string]*bench.MetricComparison{}}
	if b.folder, err = os.MkdirTemp("", "bench-bisect-*"); err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, os.RemoveAll(b.folder)) }()
	if err := b.placeSuite(path); err != nil {
		return err
	}
	first, err := b.search(ctx)
	if err != nil {
		return err
	}
	return b.report(ctx, first)
}

// readBase reads the part of the baseline that is played.
func (f *bisectFlags) readBase(path string) (*bench.Results, error) {
	base, err := readResults(path)
	if err != nil {
		return nil, err
	}
	base.Keep([]string{f.cas}, f.subjects())
	has := func(c bench.Cell) bool {
		return slices.ContainsFunc(c.Metrics, func(m bench.Series) bool { return m.Metric == f.metric })
	}
	if !slices.ContainsFunc(base.Cells, has) {
		of := fmt.Sprintf("the case %q", f.cas)
		if f.subject != "" {
			of += fmt.Sprintf(" with the subject %q", f.subject)
		}
		return nil, usageError{fmt.Errorf("%s has no metric %q of %s", path, f.metric, of)}
	}
	return base, nil
}

// subjects returns the subjects to play; none means all.
func (f *bisectFlags) subjects() []string {
	if f.subject == "" {
		return nil
	}
	return []string{f.subject}
}

// bisection plays the commits of a worktree.
type bisection struct {
	*bisectFlags
	cmd    *cobra.Command
	base   *bench.Results
	tree   *worktree
	folder string // for what is built and played
	played int    // commits
	moves  map[string]*bench.MetricComparison

	suiteFile   string // what is played
	suiteText   []byte
	suiteInside string // where the worktree has the suite; "" for a suite of the library
}

// placeSuite reads the suite and finds its place in the worktree: the commands of its subjects are
// started in its folder. A suite of the library becomes a file, because an old commit may have
// another.
func (b *bisection) placeSuite(basePath string) (err error) {
	if b.build == "" && !results.Exists(filepath.Join(b.tree.dir, "cmd", "bench")) {
		return usageError{errors.New(`the repository has no folder cmd/bench; give the command that builds the subject with ` +
			`--build ("true" if there is nothing to build)`)}
	}
	suite := b.suite
	if suite == "" {
		if suite, err = suiteOf(b.base, basePath); err != nil {
			return err
		}
	}
	in, err := findSuite(suite)
	if err != nil {
		return err
	}
	b.suiteText = in.Text
	if in.path == "" {
		b.suiteFile = filepath.Join(b.folder, "suite.yaml")
		return os.WriteFile(b.suiteFile, in.Text, 0o600)
	}
	if b.suiteInside, err = b.tree.place(in.path); err != nil {
		return usageError{fmt.Errorf("%s is no file of the repository, so no commit has the subjects beside it: %w", in.path, err)}
	}
	b.suiteFile = filepath.Join(b.tree.dir, b.suiteInside)
	return nil
}

// search plays both ends, and then bisects.
func (b *bisection) search(ctx context.Context) (first string, err error) {
	for _, end := range []struct {
		revision string
		want     verdict
		wrong    string
	}{
		{b.good, isGood, "already differs from the baseline there; give an earlier --good, or the baseline of that revision"},
		{b.bad, isBad, "is that of the baseline there; give another --bad"},
	} {
		commit, err := b.tree.resolve(ctx, end.revision)
		if err != nil {
			return "", err
		}
		if err := b.tree.checkout(ctx, commit); err != nil {
			return "", err
		}
		switch v, err := b.judge(ctx, commit); {
		case err != nil:
			return "", err
		case v == cannotTell:
			return "", fmt.Errorf("%s cannot be played", end.revision)
		case v != end.want:
			return "", usageError{fmt.Errorf("%s: %s %s", end.revision, b.metric, end.wrong)}
		}
	}
	return b.tree.bisect(ctx, b.good, b.bad, b.judge)
}

// judge builds and plays the commit that is checked out, and prints what it finds.
func (b *bisection) judge(ctx context.Context, commit string) (verdict, error) {
	said := b.cmd.ErrOrStderr()
	fmt.Fprintf(said, "%s  %s\n", shortHash(commit), b.tree.subject(ctx, commit))
	r, err := b.play(ctx)
	if ctx.Err() != nil {
		return cannotTell, ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(said, "    skipped: %s\n", printable(err))
		return cannotTell, nil
	}
	v, m, why := b.compare(r)
	switch v {
	case cannotTell:
		fmt.Fprintf(said, "    skipped: %s\n", scenario.Printable(why))
	case isBad:
		b.moves[commit] = m
		fmt.Fprintf(said, "    %s\n", movedText(m))
	default:
		fmt.Fprintf(said, "    %s is that of the baseline\n", b.metric)
	}
	return v, nil
}

// compare finds the metric in the comparison with the baseline. If it cannot tell, it says why.
func (b *bisection) compare(r *bench.Results) (v verdict, moved *bench.MetricComparison, why string) {
	v, why = cannotTell, "the results have no metric "+b.metric
	for _, c := range bench.Compare(b.base, r, "").Cells {
		for i := range c.Metrics {
			switch m := &c.Metrics[i]; {
			case m.Metric != b.metric:
			case m.Outcome == bench.Worse || m.Outcome == bench.Better || m.Outcome == bench.Changed:
				return isBad, m, ""
			case m.Outcome == bench.Same:
				v = isGood
			}
		}
		if len(c.Metrics) == 0 {
			return cannotTell, nil, c.Name() + ": " + c.Outcome.String() + ": " + c.Note
		}
	}
	return v, nil, why
}

// play builds and plays the commit that is checked out.
func (b *bisection) play(ctx context.Context) (*bench.Results, error) {
	b.played++
	out := filepath.Join(b.folder, fmt.Sprint(b.played))
	if b.suiteInside != "" {
		if err := b.tree.write(b.suiteInside, b.suiteText); err != nil {
			return nil, err
		}
	}
	if b.build != "" {
		if err := shell(ctx, b.tree.dir, b.build); err != nil {
			return nil, fmt.Errorf("cannot be built: %w", err)
		}
		f := suiteFlags{out: out, cases: []string{b.cas}, subjects: b.subjects(), workers: min(runtime.NumCPU(), maxWorkers), quiet: true}
		_, r, _, err := f.playSuite(b.cmd, b.suiteFile)
		return r, err
	}
	program := filepath.Join(b.folder, "bench")
	if err := start(ctx, b.tree.dir, "go", "build", "-o", program, "./cmd/bench"); err != nil {
		return nil, fmt.Errorf("cannot be built: %w", err)
	}
	args := []string{"run", b.suiteFile, "--case", b.cas, "--out", out, "--quiet"}
	for _, s := range b.subjects() {
		args = append(args, "--subject", s)
	}
	if err := start(ctx, b.tree.dir, program, args...); err != nil {
		return nil, fmt.Errorf("cannot play the suite: %w", err)
	}
	return readResults(out)
}

// report prints the commit that was found.
func (b *bisection) report(ctx context.Context, first string) error {
	text := fmt.Sprintf("%s is the first commit that moves %s\n  %s\n", shortHash(first), b.metric, b.tree.subject(ctx, first))
	if m := b.moves[first]; m != nil {
		text += fmt.Sprintf("  %s\n", movedText(m))
	}
	_, err := fmt.Fprintf(b.cmd.OutOrStdout(), "%s  git show %s\n", text, shortHash(first))
	return err
}

// movedText says how a metric moved.
func movedText(m *bench.MetricComparison) string {
	value := func(x float64) string { return strings.TrimSpace(fmt.Sprintf("%g %s", x, m.Unit)) }
	return scenario.Printable(fmt.Sprintf("%s %s: %s before, %s now, most at seed %d",
		m.Metric, m.Outcome, value(m.Before), value(m.After), m.WorstSeed))
}
