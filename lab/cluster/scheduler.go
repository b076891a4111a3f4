package cluster

import (
	"fmt"
	"strconv"
	"strings"
)

// variable is how a scheduler tells a task its number: by a variable of the environment.
type variable struct {
	name  string
	first int // the number of the first task
}

var variables = []variable{
	{"SLURM_ARRAY_TASK_ID", 1},
	{"JOB_COMPLETION_INDEX", 0}, // Kubernetes
	{"PARALLEL_SEQ", 1},         // GNU parallel
}

// ShardOfTask reads a shard as a flag has it: 3/40, auto/40 for the task that a scheduler has
// started, of a job of forty tasks, or auto for an array of Slurm, which says how many it has. get
// returns a variable of the environment, or "".
//
// The tasks of Slurm and of GNU parallel count from 1 and those of Kubernetes from 0. With auto an
// array of Slurm may count from any number.
func ShardOfTask(text string, get func(string) string) (Shard, error) {
	auto, of, hasCount := strings.Cut(strings.TrimSpace(text), "/")
	if auto != "auto" {
		return ParseShard(text)
	}
	if !hasCount {
		return wholeArray(get)
	}
	n, err := strconv.Atoi(of)
	if err != nil {
		return Shard{}, fmt.Errorf("%.100q is not a shard such as auto/40, this task's of forty", text)
	}
	v, err := oneVariable(get)
	if err != nil {
		return Shard{}, err
	}
	i, err := number(get, v.name)
	if err != nil {
		return Shard{}, err
	}
	if v.name == "SLURM_ARRAY_TASK_ID" && (i == 0 || get("SLURM_ARRAY_TASK_MIN") == "0") {
		return Shard{}, fmt.Errorf("the array counts from 0 and shards from 1: submit it with --array=1-%d, or write --shard auto "+
			"for the whole of an array, whatever it counts from", n)
	}
	s, err := ParseShard(fmt.Sprintf("%d/%d", i-v.first+1, n))
	if err != nil {
		return s, fmt.Errorf("%s is %d: %w", v.name, i, err)
	}
	return s, nil
}

// oneVariable returns the only variable that is set.
func oneVariable(get func(string) string) (variable, error) {
	var set []variable
	var names, all []string
	for _, v := range variables {
		all = append(all, v.name)
		if get(v.name) != "" {
			set, names = append(set, v), append(names, v.name)
		}
	}
	switch len(set) {
	case 1:
		return set[0], nil
	case 0:
		return variable{}, fmt.Errorf("no scheduler has started this task: none of %s is set; write a number, such as 3/40", strings.Join(all, ", "))
	}
	return variable{}, fmt.Errorf("%s are set, and their numbers may differ: write the one that is meant, such as \"$%s/40\"",
		strings.Join(names, " and "), names[0])
}

// wholeArray returns the shard of a task of a Slurm array, each task of which plays a shard.
func wholeArray(get func(string) string) (Shard, error) {
	var values [4]int
	for i, name := range []string{"ID", "MIN", "MAX", "COUNT"} {
		var err error
		if values[i], err = number(get, "SLURM_ARRAY_TASK_"+name); err != nil {
			return Shard{}, fmt.Errorf("%w; only an array of Slurm says how many tasks it has: write the number of shards, such as auto/40", err)
		}
	}
	id, first, last, count := values[0], values[1], values[2], values[3]
	if last-first+1 != count {
		return Shard{}, fmt.Errorf("the array has %d tasks from %d to %d, so it is a part of one, and does not say of how many; "+
			"write the number of shards, such as auto/%d", count, first, last, last)
	}
	return ParseShard(fmt.Sprintf("%d/%d", id-first+1, count))
}

// number reads a variable of the environment.
func number(get func(string) string, name string) (int, error) {
	text := get(name)
	if text == "" {
		return 0, fmt.Errorf("%s is not set", name)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is %.100q, not a whole number", name, text)
	}
	return n, nil
}
