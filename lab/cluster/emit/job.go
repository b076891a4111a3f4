package emit

import (
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"swarmsim/lab/cluster"
)

// Job is a sweep as a job.
type Job struct {
	Name    string   // of the sweep
	Sweep   []string // arguments of swarmsim sweep: flags and the name of the sweep
	Merge   []string // flags of swarmsim sweep merge
	Dir     string   // the folder where the sweep was named, for a scheduler that starts tasks elsewhere
	Shards  string   // folder of the shards' folders
	Results string   // folder of the results

	Runs        int
	Tasks       int
	Cores       int           // of a task
	Memory      int64         // of a task, in bytes
	MergeMemory int64         // of the last step, in bytes
	TaskTime    time.Duration // of the longest task; 0 if no run was timed
	MergeTime   time.Duration // of the last step, at most; 0 if no run was timed

	Image string // of the container, for Kubernetes
	Claim string // name of the volume claim, for Kubernetes
}

// Fit is what decides how runs are packed into tasks.
type Fit struct {
	Timing   cluster.Timing
	TaskTime time.Duration // that a task should last
	Tasks    int           // if above 0: the number of tasks, whatever TaskTime is
	MaxTasks int           // of the scheduler
}

// Pack sets the number of tasks and what they take.
func (j *Job) Pack(runs []cluster.Run, fit Fit) {
	j.Runs, j.Tasks = len(runs), fit.Tasks
	if j.Tasks == 0 {
		wall := fit.Timing.Total(runs) / time.Duration(j.Cores)
		j.Tasks = int(math.Ceil(float64(wall) / float64(fit.TaskTime)))
	}
	j.Tasks = max(1, min(j.Tasks, len(runs), fit.MaxTasks))
	for _, shard := range cluster.Partition(runs, j.Tasks) {
		j.TaskTime = max(j.TaskTime, fit.Timing.Total(shard)/time.Duration(j.Cores))
	}
}

// Limit is a time limit for a task, in minutes: a slow or busy node may need several times what was
// measured. A task that meets its limit loses no finished run.
func (j *Job) Limit() int { return minutes(10*time.Minute + 4*j.TaskTime) }

// MergeLimit is a time limit for the last step, in minutes.
func (j *Job) MergeLimit() int { return minutes(30*time.Minute + 4*j.MergeTime) }

func minutes(d time.Duration) int { return int(math.Ceil(d.Minutes())) }

// MB is a number of bytes in units of 2^20, which schedulers call M, MB or Mi.
func MB(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }

// check refuses text that the files of some schedulers cannot hold.
func (j *Job) check() error {
	texts := append(append([]string{j.Name, j.Dir, j.Shards, j.Results, j.Image, j.Claim}, j.Sweep...), j.Merge...)
	for _, s := range texts {
		if !utf8.ValidString(s) {
			return fmt.Errorf("%.200q is not valid UTF-8, which a job's file must be: rename the file or folder", s)
		}
	}
	return nil
}
