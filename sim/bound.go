package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/engine"
)

// bound is a lower bound on the longest download of a run: Kumar and Ross's
// minimum distribution time, max(F/u_s, F/d_min, N*F/(u_s+sum u_i)), for a
// population that comes and goes as it did. Every part holds for any protocol:
//
//   - nobody downloads faster than its own downlink;
//   - nobody is done before the initial seeds, as far as they were there, could
//     have sent the content once;
//   - the first k leechers that came and completed needed k contents, and the
//     uplinks that were there must have had the time to send them.
//
// ok is false if nobody completed.
func bound(w *world, until time.Duration) (longest time.Duration, ok bool) {
	size := float64(w.content.Torrent.Length)
	var all, seeds []step
	var came []time.Duration // of leechers that completed
	for _, n := range w.nodes {
		seed := w.scenario.Groups[n.group].Seed
		if !n.came(until) {
			continue
		}
		up, down := n.capacity(until)
		all = append(all, up...)
		if seed {
			seeds = append(seeds, up...)
		} else if n.done > 0 {
			came = append(came, n.arrive)
			longest = max(longest, time.Duration(size/float64(down)*1e9))
		}
	}
	if len(came) == 0 {
		return 0, false
	}
	slices.Sort(came)
	if once := reach(seeds, []float64{size}); len(once) == 1 {
		longest = max(longest, once[0]-came[0])
	}
	needs := make([]float64, len(came))
	for k := range needs {
		needs[k] = float64(k+1) * size
	}
	for k, at := range reach(all, needs) {
		longest = max(longest, at-came[k])
	}
	return longest, true
}

// came reports whether the peer was ever there before a time.
func (n *node) came(before time.Duration) bool {
	return n.arrive < before && n.state != toCome && n.fate != neverCameFate
}

// step is a change of an uplink capacity, in bytes per second.
type step struct {
	at     time.Duration
	change float64
}

// capacity is a peer's uplink over the time it was there, and the fastest
// downlink it had.
func (n *node) capacity(until time.Duration) (up []step, down int64) {
	end := until
	if n.left > 0 {
		end = n.left
	}
	for i, l := range n.links {
		from, to := max(l.at, n.arrive), end
		if i+1 < len(n.links) {
			to = min(to, n.links[i+1].at)
		}
		if to <= from {
			continue
		}
		down = max(down, l.link.DownBytesPerSec)
		up = append(up, step{from, float64(l.link.UpBytesPerSec)}, step{to, -float64(l.link.UpBytesPerSec)})
	}
	return up, down
}

// reach tells when the capacity, summed over time, first comes to each of the
// needs, which ascend. Needs that are never met are left out.
func reach(steps []step, needs []float64) []time.Duration {
	slices.SortFunc(steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.change, b.change))
	})
	var out []time.Duration
	sum, rate := 0.0, 0.0
	at := time.Duration(0)
	for _, s := range append(steps, step{at: engine.Never}) {
		gain := float64(rate * (s.at - at).Seconds()) // rounded, lest some machines fuse it with the sum
		for len(out) < len(needs) && rate > 0 && sum+gain >= needs[len(out)] {
			out = append(out, at+time.Duration((needs[len(out)]-sum)/rate*1e9))
		}
		sum += gain
		rate += s.change
		at = s.at
		if at == engine.Never {
			break
		}
	}
	return out
}

// leecherCapacity is the content that the uplinks of peers that came as
// leechers could have carried until a time.
func leecherCapacity(w *world, until time.Duration) float64 {
	sum := 0.0
	for _, n := range w.nodes {
		if w.scenario.Groups[n.group].Seed || !n.came(until) {
			continue
		}
		steps, _ := n.capacity(until)
		for _, s := range steps {
			sum -= float64(s.change * min(s.at, until).Seconds())
		}
	}
	return sum
}
