package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/lab/cluster"
	"swarmsim/sim/scenario"
)

// shardFlags are the flags of swarmsim sweep that play a part of the runs.
type shardFlags struct {
	shard cluster.Shard // Of 0: the whole sweep
	after string        // a merged folder
}

func (f *shardFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.Var(flags.Parsed(&f.shard, "shard", "3/40", func(text string) (cluster.Shard, error) {
		return cluster.ShardOfTask(text, os.Getenv)
	}), "shard",
		"play a part of the runs into a folder of its own: 3/40 is the third of forty, which count from 1; auto/40 is that of "+
			"the task that a scheduler has started, by SLURM_ARRAY_TASK_ID or PARALLEL_SEQ, from 1, or JOB_COMPLETION_INDEX, "+
			"from 0; auto is that of a whole array of Slurm. -o is then the folder of the shards' folders (default results/NAME-shards)")
	fs.Var(flags.Parsed(&f.after, "folder", "results/slots", flags.Text), "after",
		"with --shard and --target-ci: divide the runs that the merged results in this folder need further")
}

// check refuses flags that a shard cannot have.
func (f *shardFlags) check(sweep *sweepFlags) error {
	switch {
	case f.shard.Of == 0 && f.after != "":
		return usageError{errors.New("--after is for a shard; give --shard too")}
	case f.shard.Of > 0 && sweep.asJSON:
		return usageError{errors.New("--json prints the outcome, which a shard does not have; swarmsim sweep merge --json prints it")}
	}
	return nil
}

// runs returns the runs of the shard.
func (f *shardFlags) runs(work *cluster.Sweep) ([]cluster.Run, error) {
	plan := work.Plan()
	seeds := plan.Sweep.Seeds.Count
	if f.after != "" {
		rows, err := results.JournalRows(f.after)
		if err != nil {
			return nil, err
		}
		missing, n := plan.Next(rows)
		if n > seeds && len(missing) > 0 {
			seeds = n
		}
	}
	return cluster.Partition(work.Runs(seeds), f.shard.Of)[f.shard.Index-1], nil
}

// playShard plays the runs of a shard that are not finished.
func (f *sweepFlags) playShard(cmd *cobra.Command, plan *lab.Plan, s *shardFlags) error {
	program, err := results.ProgramDigest()
	if err != nil {
		return err
	}
	work, err := cluster.NewSweep(plan, program)
	if err != nil {
		return err
	}
	runs, err := s.runs(work)
	if err != nil {
		return err
	}
	parent := f.out
	if parent == "" {
		parent = filepath.Join("results", plan.Sweep.Name+"-shards")
	}
	dir := filepath.Join(parent, s.shard.Folder())
	if f.dryRun {
		return f.listRuns(cmd.OutOrStdout(), plan, labRuns(plan, runs), dir, fmt.Sprintf("shard %v: %s", s.shard, plural(len(runs), "run")))
	}
	folder, err := f.openShard(cmd, plan, dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := f.playRuns(cmd, plan, folder, labRuns(plan, runs), s.shard); err != nil {
		return err
	}
	if f.quiet {
		return nil
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "shard %v: its %s finished, in %s\nwhen all shards are: swarmsim sweep merge %s -o %s\n",
		s.shard, are(len(runs), "run"), dir, parent, filepath.Join("results", plan.Sweep.Name))
	return err
}

// openShard opens the folder of a shard.
func (f *sweepFlags) openShard(cmd *cobra.Command, plan *lab.Plan, dir string) (*results.SweepFolder, error) {
	folder, err := results.OpenSweep(dir, f.force)
	if err != nil {
		return nil, err
	}
	noteDamage(cmd, folder, dir)
	expect := func(s *scenario.Scenario) error {
		return play.ExpectHugePages(s, plan.Source().Files, plan.Source().Dir)
	}
	if err := plan.CheckScenarios(expect); err != nil {
		folder.Close()
		return nil, err
	}
	return folder, nil
}

// playRuns plays those of the runs that the folder lacks.
func (f *sweepFlags) playRuns(cmd *cobra.Command, plan *lab.Plan, folder *results.SweepFolder, runs []lab.Run, shard cluster.Shard) error {
	meta, err := sweepMeta(plan)
	if err != nil {
		return err
	}
	var missing []lab.Run
	for _, r := range runs {
		if folder.Rows()[r.Key] == nil {
			missing = append(missing, r)
		}
	}
	meta.Shard = &shard
	if len(missing) == 0 && folder.Holds(meta) {
		return nil
	}
	meta.Playing = f.playing(len(runs) - len(missing))
	if err := folder.Begin(meta); err != nil {
		return err
	}
	show := f.progress(cmd, plan)
	defer show.end()
	show.update(len(runs)-len(missing), len(runs))
	p := player{plan: plan, folder: folder, left: len(missing), onRun: func(left int) { show.update(len(runs)-left, len(runs)) }}
	return p.play(cmd.Context(), missing, f.workers)
}

// playing describes this process for those who look at the folder while it plays.
func (f *sweepFlags) playing(finished int) *results.Playing {
	host, _ := os.Hostname() // empty if the system does not say
	return &results.Playing{Host: host, Workers: f.workers, Began: time.Now().UTC().Truncate(time.Second), Finished: finished}
}

// labRuns returns the plan's runs.
func labRuns(plan *lab.Plan, runs []cluster.Run) []lab.Run {
	var out []lab.Run
	for _, r := range runs {
		own, _ := plan.RunAt(r.Cell, r.Nth)
		out = append(out, own)
	}
	return out
}
