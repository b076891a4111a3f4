package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/cmd/usage"
	"swarmsim/lab"
	"swarmsim/lab/cluster"
	"swarmsim/lab/cluster/emit"
	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// emitFlags are the flags of swarmsim sweep that write a job for a scheduler.
type emitFlags struct {
	scheduler emit.Scheduler // without a name: none
	tasks     int            // 0: as taskTime says
	taskTime  scenario.Duration
	image     string
	claim     string
}

func (f *emitFlags) add(c *cobra.Command) {
	f.taskTime = scenario.Duration(10 * time.Minute)
	f.image, f.claim = "swarmsim:latest", "sweep"
	fs := c.Flags()
	fs.Var(flags.Parsed(&f.scheduler, "scheduler", "slurm", emit.Find), "emit",
		"play nothing, but write the sweep as a job for a scheduler: "+strings.Join(emit.Names(), ", ")+
			". It goes to -o, a file or a folder (default: standard output, or NAME-condor)")
	fs.Var(flags.Quantity(&f.taskTime, "duration", "10min"), "task-time",
		"with --emit: time that a task should last; runs are packed into tasks as three that are played for timing suggest (default 10min)")
	fs.Var(flags.Count(&f.tasks, 1, cluster.MaxShards, "40"), "tasks",
		"with --emit: number of tasks, instead of --task-time; no run is timed")
	fs.Var(flags.Parsed(&f.image, "image", "registry.example/swarmsim:1", flags.Text), "image",
		"with --emit kubernetes: container image that has the program (default swarmsim:latest)")
	fs.Var(flags.Parsed(&f.claim, "name", "sweep", flags.Text), "claim",
		"with --emit kubernetes: volume claim for the sweep's files and the results (default sweep)")
}

// check refuses flags that do not go together.
func (f *emitFlags) check(cmd *cobra.Command, arg string, sweep *sweepFlags, part *shardFlags) error {
	if f.scheduler.Name == "" {
		if given := flags.Given(cmd, "task-time", "tasks", "image", "claim"); len(given) > 0 {
			name, _, _ := strings.Cut(given[0], "=")
			return usageError{fmt.Errorf("%s is for a job; give --emit too, such as --emit slurm", name)}
		}
		return nil
	}
	given := strings.Join(flags.Given(cmd, "task-time", "tasks", "image", "claim"), " ")
	switch {
	case part.shard.Of > 0 || part.after != "":
		return usageError{errors.New("--emit writes a job whose tasks have a shard each; leave --shard and --after out")}
	case cmd.Flags().Changed("serve") || cmd.Flags().Changed("nats"):
		return usageError{errors.New("--emit writes a job for a scheduler, and --serve and --nats hand runs to workers without one; give one of them")}
	case sweep.asJSON || sweep.dryRun:
		return usageError{errors.New("--emit writes a job, and plays no sweep; leave --json and --dry-run out")}
	case arg == stdinName:
		return usageError{errors.New("--emit: the tasks of a job cannot read this standard input; write the sweep into a file")}
	case strings.Contains(given, "--tasks=") && strings.Contains(given, "--task-time="):
		return usageError{errors.New("--tasks sets the number of tasks, and --task-time lets it follow from their time; give one of them")}
	case f.tasks > f.scheduler.MaxTasks:
		return usageError{fmt.Errorf("--tasks: %d are too many for --emit %s: at most %d", f.tasks, f.scheduler.Name, f.scheduler.MaxTasks)}
	case f.taskTime <= 0:
		return usageError{errors.New("--task-time: a task has to last longer than 0; write --task-time 10min")}
	case f.scheduler.Name != "kubernetes" && (strings.Contains(given, "--image=") || strings.Contains(given, "--claim=")):
		return usageError{fmt.Errorf("--image and --claim are for --emit kubernetes, not for %s", f.scheduler.Name)}
	}
	return nil
}

// emit writes a sweep as a job.
func (f *emitFlags) emit(cmd *cobra.Command, arg string, sweep *sweepFlags) error {
	if !cmd.Flags().Changed("workers") {
		sweep.workers = 1 // a task of one core finds a place soonest
	}
	_, plan, err := sweep.planOfArgument(cmd, arg, nil)
	if err != nil {
		return err
	}
	program, err := results.ProgramDigest()
	if err != nil {
		return err
	}
	work, err := cluster.NewSweep(plan, program)
	if err != nil {
		return err
	}
	job, err := f.job(cmd, arg, sweep, work)
	if err != nil {
		return err
	}
	files, err := f.scheduler.Files(job)
	if err != nil {
		return usageError{err}
	}
	path, err := f.write(cmd.OutOrStdout(), files, job, sweep)
	if err != nil || sweep.quiet {
		return err
	}
	return f.describe(cmd.ErrOrStderr(), job, plan, path)
}

// job returns the job of a sweep.
func (f *emitFlags) job(cmd *cobra.Command, arg string, sweep *sweepFlags, work *cluster.Sweep) (*emit.Job, error) {
	plan := work.Plan()
	runs := work.Runs(plan.Sweep.Seeds.Count)
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	name := plan.Sweep.Name
	job := &emit.Job{
		Name: name, Dir: here, Shards: "results/" + name + "-shards", Results: "results/" + name,
		Cores: sweep.workers, Image: f.image, Claim: f.claim,
		Sweep: flags.Given(cmd, "seeds", "target-ci", "max-seeds", "set", "vary", "variant", "baseline", "metric", "expect", "own-seeds", "memory"),
		Merge: flags.Given(cmd, "no-plots", "replays"),
	}
	if strings.HasPrefix(arg, "-") {
		job.Sweep = append(job.Sweep, "--")
	}
	job.Sweep = append(job.Sweep, arg)
	if err := f.setMemory(job, plan); err != nil {
		return nil, err
	}
	fit := emit.Fit{TaskTime: f.taskTime.Std(), Tasks: f.tasks, MaxTasks: f.scheduler.MaxTasks}
	if f.tasks == 0 {
		if fit.Timing, err = cluster.Sample(cmd.Context(), work, runs, usage.CPU, nil); err != nil {
			return nil, err
		}
		again := fit.Timing.Runs[len(fit.Timing.Runs)-1].CPU * time.Duration(2*len(plan.Cells)) // for the page, if at all
		job.MergeTime = again / time.Duration(job.Cores)
	}
	job.Pack(runs, fit)
	return job, nil
}

// Memory that a task and a merge need beside that of runs.
const (
	taskReserve  = 128 << 20
	mergeReserve = 512 << 20
)

// setMemory sets the memory of a task and of the merge, from the measured bytes of a peer.
func (f *emitFlags) setMemory(job *emit.Job, plan *lab.Plan) error {
	src := plan.Source()
	largest := int64(0)
	err := plan.CheckScenarios(func(s *scenario.Scenario) error {
		perRun, err := sim.Footprint(s, src.Files, src.Dir)
		largest = max(largest, perRun)
		return err
	})
	concurrent := largest * int64(job.Cores)
	concurrent += concurrent / 4
	job.Memory, job.MergeMemory = taskReserve+concurrent, mergeReserve+concurrent
	return err
}

// write writes the files of a job, and returns the path of the file or folder; "" is standard output.
func (f *emitFlags) write(stdout io.Writer, files []emit.File, job *emit.Job, sweep *sweepFlags) (string, error) {
	path := sweep.out
	switch {
	case path == "" && f.scheduler.OneFile():
		_, err := stdout.Write(files[0].Text)
		return "", err
	case path == "":
		path = job.Name + "-condor"
	}
	isFolder := !f.scheduler.OneFile()
	if info, err := os.Stat(path); err == nil && info.IsDir() && !isFolder {
		path = filepath.Join(path, files[0].Name)
	}
	for _, file := range files {
		name := path
		if isFolder {
			name = filepath.Join(path, file.Name)
		}
		if old, err := os.ReadFile(name); err == nil && !sweep.force && !bytes.Equal(old, file.Text) {
			return "", usageError{fmt.Errorf("%s exists, and is not this job; choose another name with -o, or replace it with --force", name)}
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, file.Text, 0o644); err != nil {
			return "", err
		}
	}
	return path, nil
}

// describe says what the job is.
func (f *emitFlags) describe(to io.Writer, job *emit.Job, plan *lab.Plan, path string) error {
	each := ""
	if job.TaskTime > 0 {
		each = fmt.Sprintf(" of about %s", emit.About(job.TaskTime))
	}
	fmt.Fprintf(to, "%s in %s%s, with %s of memory for a task\n", plural(job.Runs, "run"), plural(job.Tasks, "task"), each, reports.Size(job.Memory))
	if job.Tasks == f.scheduler.MaxTasks {
		fmt.Fprintf(to, "note: %s takes no more than %s of a job\n", f.scheduler.Name, plural(job.Tasks, "task"))
	}
	if plan.Sweep.TargetCI > 0 {
		fmt.Fprintf(to, "note: the job plays the first %s of each combination; if the merge says that more are needed, "+
			"play them in its folder: the command of the sweep with -o %s\n", plural(plan.Sweep.Seeds.Count, "seed"), job.Results)
	}
	if path == "" {
		return nil
	}
	if !filepath.IsAbs(path) && strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	_, err := fmt.Fprintf(to, "start it from here: %s\n", f.scheduler.Command(path))
	return err
}
