package cli

import (
	"errors"
	"fmt"
	"io"

	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/cluster"
	"swarmsim/lab/trial"
)

// mergeFlags are the flags of swarmsim sweep merge.
type mergeFlags struct {
	sweepFlags
	from string // the folder that paths in the scenario start from; "" for the shards'
}

func mergeCommand() *cobra.Command {
	var f mergeFlags
	c := &cobra.Command{
		Use:   "merge FOLDER...",
		Short: "Join the shards of a sweep into its results",
		Long: `Joins the runs of folders that sweep --shard has written, and writes the same tables,
plots and page as one machine would. A folder stands for the shards in it.

All folders must have the same sweep, played by the same build of the program. A shard
that was played twice, killed or damaged does no harm: its finished runs are used.
If runs are missing, they are listed, with the shards to play again. The rows so far
are then in the folder of -o, where swarmsim sweep -o plays the rest.

Exit codes: 0 success, 1 failed or runs are missing, 2 bad usage or folders that do not
belong together, 99 an expectation of the sweep is not met.`,
		Example: `  swarmsim sweep merge results/slots-shards -o results/slots
  swarmsim sweep merge node1/shards node2/shards -o results/slots`,
		Args: someFolders("results/slots-shards"),
	}
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "folder", "results/slots", flags.Text), "out", "o",
		"results folder (default results/NAME); finished runs of this sweep in it are used too")
	fs.Var(flags.Parsed(&f.from, "folder", "scenarios", flags.Text), "files",
		"folder that the paths of files in the scenario start from (default: as on the machine that played the shards)")
	fs.BoolVar(&f.force, "force", false, "empty the results folder first")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print no table")
	fs.BoolVar(&f.asJSON, "json", false, "print the outcome as JSON instead of tables")
	fs.BoolVar(&f.noPlots, "no-plots", false, "write no plots and no page")
	addReplaysFlag(c, &f.replays)
	addWorkers(c, &f.workers, "cores to use for the runs that are played again for the page")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.merge(cmd, args) })
	return c
}

// someFolders requires at least one argument.
func someFolders(example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		path := cmd.CommandPath()
		return usageError{fmt.Errorf("%s needs folders of shards, such as %s %s; %s --help says more", path, path, example, path)}
	}
}

// merge joins the shards in some folders.
func (f *mergeFlags) merge(cmd *cobra.Command, args []string) error {
	parts, err := results.FindParts(args)
	if err != nil {
		return err
	}
	work, meta, err := f.workOf(parts)
	if err != nil {
		return err
	}
	notes := cmd.ErrOrStderr()
	if own, err := results.ProgramDigest(); err == nil && own != meta.Program {
		fmt.Fprintln(notes, "note: another build of this program played the runs; tables, plots and page are of this one")
	}
	dir := f.out
	if dir == "" {
		dir = filepath.Join("results", work.Plan().Sweep.Name)
	}
	folder, err := results.OpenSweep(dir, f.force)
	if err != nil {
		return err
	}
	defer folder.Close()
	if old, ok := folder.Meta(); ok {
		if d := old.Differences(meta); len(d) > 0 {
			return usageError{fmt.Errorf("%s has another sweep: %s; choose another folder with -o, or empty it with --force",
				dir, strings.Join(d, "; "))}
		}
	}
	parts = append(parts, results.Part{Path: dir, Rows: folder.Rows()})
	rows, err := join(notes, work, parts)
	if err != nil {
		return err
	}
	return f.write(cmd, work, parts, folder, *meta, rows)
}

// workOf returns the work of the sweep of all parts, which must be the same.
func (f *mergeFlags) workOf(parts []results.Part) (*cluster.Sweep, *results.Meta, error) {
	first := slices.IndexFunc(parts, func(p results.Part) bool { return p.HasMeta })
	if first < 0 {
		return nil, nil, usageError{fmt.Errorf("no folder has a meta.json that says what sweep it is of: play a shard of it again")}
	}
	var problems []string
	for _, p := range parts {
		if d := p.Meta.Differences(&parts[first].Meta); p.HasMeta && len(d) > 0 {
			problems = append(problems, fmt.Sprintf("%s differs from %s in %s", p.Path, parts[first].Path, strings.Join(d, "; ")))
		}
	}
	if problems != nil {
		return nil, nil, usageError{errors.New("these folders do not belong together:\n" + strings.Join(problems, "\n"))}
	}
	meta := parts[first].Meta
	meta.Shard, meta.Playing, meta.Files = nil, nil, nil
	if f.from != "" {
		abs, err := filepath.Abs(f.from)
		if err != nil {
			return nil, nil, usageError{err}
		}
		meta.Dir = filepath.ToSlash(abs)
	}
	plan, err := planOf(meta, parts[first].Path)
	if err != nil {
		return nil, nil, err
	}
	if plan.Compared() != meta.Compared {
		return nil, nil, usageError{fmt.Errorf("%s: its scenario is not what it was when the runs were played: the files that it "+
			"names have changed, are in another folder (see --files), or this is another version of the program", parts[first].Path)}
	}
	work, err := cluster.NewSweep(plan, meta.Program)
	return work, &meta, err
}

// join joins the rows of parts, and notes what of them is not used.
func join(notes io.Writer, work *cluster.Sweep, parts []results.Part) (trial.Rows, error) {
	var list []cluster.Part
	for _, p := range parts {
		list = append(list, cluster.Part{Name: p.Path, Rows: p.Rows})
		if p.Damaged > 0 {
			fmt.Fprintf(notes, "note: %s has %s in its journal, which %s not used\n", p.Path, plural(p.Damaged, "damaged line"), verbOf(p.Damaged))
		}
	}
	rows, foreign, err := cluster.Join(work, list)
	if err != nil {
		return nil, err
	}
	for i, n := range foreign {
		if n > 0 {
			fmt.Fprintf(notes, "note: %s has %s of other sweeps or scenarios, which %s not used\n", parts[i].Path, plural(n, "run"), verbOf(n))
		}
	}
	return rows, nil
}

// write writes the results or, if runs are missing, the rows so far.
func (f *mergeFlags) write(
	cmd *cobra.Command, work *cluster.Sweep, parts []results.Part, folder *results.SweepFolder, meta results.Meta, rows trial.Rows,
) error {
	plan := work.Plan()
	missing, seeds := plan.Next(rows)
	if err := folder.Begin(meta); err != nil {
		return err
	}
	for _, key := range plan.Keys(seeds) {
		if rows[key] != nil && folder.Rows()[key] == nil {
			if err := folder.Append(rows[key]); err != nil {
				return err
			}
		}
	}
	if len(missing) > 0 {
		return f.reportMissing(cmd.ErrOrStderr(), work, parts, folder.Path(), rows, seeds)
	}
	result := plan.Result(folder.Rows(), seeds)
	if err := f.addReplays(cmd, plan, folder, result); err != nil {
		return err
	}
	if err := folder.Write(plan, result, meta, !f.noPlots); err != nil {
		return err
	}
	return f.print(cmd.OutOrStdout(), result, folder.Path())
}

// maxGaps bounds how many shards, and runs of shards, a list of missing runs has.
const maxGaps = 20

// reportMissing lists the runs that no folder has, and says how to get them.
func (f *mergeFlags) reportMissing(
	to io.Writer, work *cluster.Sweep, parts []results.Part, dir string, rows trial.Rows, seeds int,
) error {
	var missing []cluster.Run
	all := work.Runs(seeds)
	for _, r := range all {
		if rows[r.Key] == nil {
			missing = append(missing, r)
		}
	}
	hint := fmt.Sprintf("the others are in %s: the command of the sweep with -o %s plays the rest there", dir, dir)
	of := shardsOf(parts)
	first := work.Plan().Sweep.Seeds.Count
	switch {
	case seeds > first:
		fmt.Fprintf(to, "the intervals are too wide with %d seeds: %d are needed next\n", first, seeds)
		hint = fmt.Sprintf("play shards with --after %s and merge them too, or play the rest there: the command of the sweep with -o %s", dir, dir)
	case of > 0:
		gaps := cluster.Gaps(work, missing, seeds, of)
		for _, g := range gaps[:min(len(gaps), maxGaps)] {
			fmt.Fprintf(to, "--shard %v lacks %d of %s, such as %s\n", g.Shard, len(g.Missing), plural(g.Runs, "run"), work.Describe(g.Missing[0]))
		}
		if n := len(gaps) - maxGaps; n > 0 {
			fmt.Fprintf(to, "... and %s\n", plural(n, "more shard"))
		}
		hint = "play these shards again, and merge again; " + hint
	default:
		for _, r := range missing[:min(len(missing), maxGaps)] {
			fmt.Fprintf(to, "missing: %s\n", work.Describe(r))
		}
		if n := len(missing) - maxGaps; n > 0 {
			fmt.Fprintf(to, "... and %d more\n", n)
		}
	}
	return fmt.Errorf("%d of %s missing; %s", len(missing), are(len(all), "run"), hint)
}

// shardsOf returns the number of shards that the folders agree on, or 0.
func shardsOf(parts []results.Part) int {
	of := 0
	for _, p := range parts {
		if p.Meta.Shard == nil {
			continue
		}
		if of != 0 && p.Meta.Shard.Of != of {
			return 0
		}
		of = p.Meta.Shard.Of
	}
	if of > cluster.MaxShards {
		return 0
	}
	return max(0, of)
}

// verbOf returns the verb for a number of things.
func verbOf(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
