package measure

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/engine"
)

// Participant is a peer as the bound sees it: when it arrived and the capacity of its links
// while it was present.
type Participant struct {
	Seed      bool // from the start
	Completed bool
	Arrived   time.Duration
	Uplink    []CapacityChange
	Downlink  int64 // bytes per second, the highest rate that it had
}

// CapacityChange is a change of uplink capacity, in bytes per second, at a time.
type CapacityChange struct {
	At    time.Duration
	Delta float64
}

// Bound returns a lower bound on the longest download of a run: Kumar and Ross's minimum
// distribution time, max(F/u_s, F/d_min, N*F/(u_s+sum u_i)), generalized to peers that arrive
// and depart. size is F in bytes. Each part holds for any protocol:
//
//   - no peer downloads faster than its own downlink;
//   - no peer completes before the initial seeds, while present, could have sent the content
//     once;
//   - the first k leechers to arrive among those that completed needed k times the content, and
//     the uplinks present must have had the time to send it.
//
// ok is false if no leecher completed.
func Bound(size float64, peers []Participant) (longest time.Duration, ok bool) {
	var all, seeds []CapacityChange
	var arrivals []time.Duration // of leechers that completed
	for i := range peers {
		p := &peers[i]
		all = append(all, p.Uplink...)
		if p.Seed {
			seeds = append(seeds, p.Uplink...)
		} else if p.Completed {
			arrivals = append(arrivals, p.Arrived)
			longest = max(longest, time.Duration(size/float64(p.Downlink)*1e9))
		}
	}
	if len(arrivals) == 0 {
		return 0, false
	}
	slices.Sort(arrivals)
	if once := timesReached(seeds, []float64{size}); len(once) == 1 {
		longest = max(longest, once[0]-arrivals[0])
	}
	needs := make([]float64, len(arrivals))
	for k := range needs {
		needs[k] = float64(k+1) * size
	}
	for k, at := range timesReached(all, needs) {
		longest = max(longest, at-arrivals[k])
	}
	return longest, true
}

// timesReached returns when the capacity, summed over time, reaches each of the amounts, which
// ascend. Amounts that are never reached are left out. It sorts changes.
func timesReached(changes []CapacityChange, amounts []float64) []time.Duration {
	slices.SortFunc(changes, func(a, b CapacityChange) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Delta, b.Delta))
	})
	var out []time.Duration
	sum, rate := 0.0, 0.0
	at := time.Duration(0)
	for _, c := range append(changes, CapacityChange{At: engine.Never}) {
		gain := float64(rate * (c.At - at).Seconds()) // rounded: some machines would fuse it with the sum
		for len(out) < len(amounts) && rate > 0 && sum+gain >= amounts[len(out)] {
			out = append(out, at+time.Duration((amounts[len(out)]-sum)/rate*1e9))
		}
		sum += gain
		rate += c.Delta
		at = c.At
		if at == engine.Never {
			break
		}
	}
	return out
}

// Capacity is how many bytes uplinks could have sent until a time.
func Capacity(uplink []CapacityChange, until time.Duration) float64 {
	sum := 0.0
	for _, c := range uplink {
		sum -= float64(c.Delta * min(c.At, until).Seconds())
	}
	return sum
}
