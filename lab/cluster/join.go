package cluster

import (
	"fmt"

	"swarmsim/lab/trial"
)

// Part is the rows of one machine or folder.
type Part struct {
	Name string
	Rows trial.Rows
}

// Join joins the rows of parts by key. foreign counts, for each part, the rows that belong to no run
// of the sweep; they are left out. Two different rows of one run are an error.
func Join(work *Sweep, parts []Part) (rows trial.Rows, foreign []int, err error) {
	rows, foreign = trial.Rows{}, make([]int, len(parts))
	from := map[string]string{}
	runs := map[string]Run{}
	for _, r := range work.Runs(work.plan.Sweep.MaxSeedCount()) {
		runs[r.Key] = r
	}
	for i, p := range parts {
		for key, row := range p.Rows {
			r, known := runs[key]
			if !known {
				foreign[i]++
				continue
			}
			if first := rows[key]; first != nil && !SameRow(first, row) {
				return nil, nil, fmt.Errorf("%s and %s have different results of one run: %s. A machine, or one of two builds of the "+
					"program, is at fault: play the run on a third machine, and remove the folder that is wrong",
					from[key], p.Name, work.Name(r))
			}
			rows[key], from[key] = row, p.Name
		}
	}
	return rows, foreign, nil
}

// Gap is what a shard has left out.
type Gap struct {
	Shard   Shard
	Runs    int // of the shard
	Missing []Run
}

// Gaps returns the shards that have missing runs, of a sweep that was divided among n shards with a
// number of seeds.
func Gaps(work *Sweep, missing []Run, seeds, n int) []Gap {
	lacks := map[string]bool{}
	for _, r := range missing {
		lacks[r.Key] = true
	}
	var out []Gap
	for i, runs := range Partition(work.Runs(seeds), n) {
		g := Gap{Shard: Shard{i + 1, n}, Runs: len(runs)}
		for _, r := range runs {
			if lacks[r.Key] {
				g.Missing = append(g.Missing, r)
			}
		}
		if len(g.Missing) > 0 {
			out = append(out, g)
		}
	}
	return out
}
