package cluster

import (
	"cmp"
	"container/heap"
	"slices"
)

// Partition divides runs among n shards so that each costs about the same: the dearest run goes
// first, each to the shard that has least (Graham 1969, longest processing time first). Within a
// shard runs keep their order. The result depends on the arguments alone.
func Partition(runs []Run, n int) [][]Run {
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(runs[b].Cost, runs[a].Cost) })
	shards := make(loads, n)
	for i := range shards {
		shards[i].index = i
	}
	chosen := make([]int, len(runs))
	for _, i := range order {
		chosen[i] = shards[0].index
		shards[0].cost += max(0, runs[i].Cost)
		shards[0].runs++
		heap.Fix(&shards, 0)
	}
	out := make([][]Run, n)
	for i, r := range runs {
		out[chosen[i]] = append(out[chosen[i]], r)
	}
	return out
}

// load is what a shard has been given.
type load struct {
	index int
	cost  int64
	runs  int
}

// loads are shards in a heap, the least loaded first.
type loads []load

func (l loads) Len() int { return len(l) }
func (l loads) Less(i, k int) bool {
	a, b := l[i], l[k]
	return cmp.Or(cmp.Compare(a.cost, b.cost), a.runs-b.runs, a.index-b.index) < 0
}
func (l loads) Swap(i, k int) { l[i], l[k] = l[k], l[i] }
func (l *loads) Push(any)     {}
func (l *loads) Pop() any     { return nil }
