// Package emit writes a sweep as a job for a scheduler: Slurm, Kubernetes, GNU parallel, HTCondor or
// Snakemake. Each task of the job plays a shard (package cluster), and the last step merges them.
//
//	scheduler, err := emit.Find("slurm")
//	job.Pack(runs, emit.Fit{Timing: timing, TaskTime: 10 * time.Minute, MaxTasks: scheduler.MaxTasks})
//	files, err := scheduler.Files(&job)
//
// There is a template for each file of a scheduler in the folder templates; quote.go has what makes
// any name of a file safe in them. In every job exit code 1 is tried again and 2, a sweep that is
// wrong, is not. Job.Pack packs runs into tasks
// that last for minutes.
//
// cmd/swarmsim/cli has the command, swarmsim sweep --emit.
package emit
