// Package cluster plays the runs of a sweep on several machines. It knows no scheduler: it divides
// runs among shards, checks and joins the rows that come back, and says which are missing.
//
// Work plays a run and returns its row; a Store takes rows, in any order and any number of times,
// and lists the runs that it lacks. Sweep is the Work of a sweep, and SweepStore its Store; a test
// of a queue may have others, whose runs take no time. A row is found by its key, which covers the
// resolved scenario, the seed and the build of the program, so it makes no difference which machine
// plays a run, how often, and in which order.
//
//	work, err := cluster.NewSweep(plan, programDigest)
//	store := cluster.NewStore(work, rows, appendRow)
//	for runs := store.Missing(); len(runs) > 0; runs = store.Missing() {
//		row, err := work.Play(ctx, runs[0]) // on any machine
//		err = store.Put(runs[0], row)
//	}
//
// Without a queue the runs are divided beforehand: Partition gives the same shards on every machine,
// because it depends on the plan alone, and Shard names one of them.
//
// cmd/swarmsim/cli has the commands, and cmd/swarmsim/results the folders.
package cluster
