// Package lab compares strategies: it crosses variants of a scenario with values of its
// fields, plays every combination with several seeds, and reports which differences are
// significant, and how large they are. cmd/swarmsim/cli reads the files, plays the runs
// concurrently and prints the result.
//
// Terms: a point is a combination of values of the varied fields (the axes), a cell is a variant at
// a point, and a run is a cell with a seed. A measure is a number of a run's summary; a metric is a
// measure that the sweep compares.
//
// Usage:
//
//	s, err := sweep.Load(source, nil)                 // package lab/sweep
//	plan, err := lab.NewPlan(s, find, programDigest)  // everything resolved and checked
//	for {
//		missing, seeds = plan.Next(rows) // the runs that rows lack
//		if len(missing) == 0 {
//			break
//		}
//		row, err := plan.Play(ctx, missing[0]) // append it to the journal and to rows
//	}
//	result := plan.Result(rows, seeds)
//	err = plan.Write(rows, result, true, create) // tables, plots and the page
//
// A Plan is safe for concurrent calls of Play. Rows are kept in a journal, from which an
// interrupted sweep resumes; a row is found by a key that covers the resolved scenario,
// the content, the seed and the build of the program.
//
// Variants with the same seed have the same arrivals, links and latencies (common random
// numbers; see sim/draw), so their differences are due to the variants alone, and
// tests are paired. The statistics are in lab/stats; runs, rows and the journal in lab/trial.
//
// A tournament (sweep.KindTournament) is a sweep with other cells: games of two variants in one swarm.
// Its measures are computed from the rows of many games; the rest knows them as metrics of variants.
//
// Limits: all rows are held in memory; a sweep has at most a million runs; intervals and
// tests treat seeds as independent samples of the scenario's randomness.
package lab
