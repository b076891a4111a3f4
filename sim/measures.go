package sim

import (
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"swarmsim/client/choke"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// addMeasures adds what the lab compares strategies by, beside times and totals.
func (v *watcher) addMeasures(sum *record.Summary, now time.Duration) {
	size := float64(v.world.content.Torrent.Length)
	if v.doneSent >= 0 {
		r := record.Ratio(float64(v.doneSent) / size)
		sum.SeedCopiesAtDone = &r
	}
	if len(v.entropies) > 0 {
		sum.PieceEntropy = &record.Entropies{Mean: record.Ratio(stat.Mean(v.entropies, nil)), Min: record.Ratio(slices.Min(v.entropies))}
	}
	v.addMilestones(sum)
	v.addFairness(sum, size)
	v.addRedundancy(sum)
	v.addCarried(sum)
	sum.Graph = v.half
	if v.interest != nil {
		v.interest.AddTo(sum, now)
	}
	v.unchoking.Close(now)
	v.unchoking.AddTo(sum)
	v.addSlotsCounted(sum)
}

// leechers lists those that came as such.
func (v *watcher) leechers() []*node {
	var out []*node
	for _, n := range v.world.nodes {
		if !v.world.scenario.Groups[n.group].Seed && n.state != toCome && n.fate != neverCameFate {
			out = append(out, n)
		}
	}
	return out
}

// addMilestones adds how long leechers waited for their first pieces and for
// their last.
func (v *watcher) addMilestones(sum *record.Summary) {
	var first, ten, near, rest []time.Duration
	for _, n := range v.leechers() {
		if at := n.counters().FirstPiece; at > 0 {
			first = append(first, at-n.arrive)
		}
		if n.ten > 0 {
			ten = append(ten, n.ten-n.arrive)
		}
		if n.near > 0 {
			near = append(near, n.near-n.arrive)
			if n.done > 0 {
				rest = append(rest, n.done-n.near)
			}
		}
	}
	sum.FirstPieceS, sum.FirstTenS = record.NewCompletion(first), record.NewCompletion(ten)
	sum.UntilLastTenS, sum.LastTenS = record.NewCompletion(near), record.NewCompletion(rest)
}

func (v *watcher) addFairness(sum *record.Summary, size float64) {
	f := &sum.Fairness
	var ratios, rates []float64
	for _, n := range v.leechers() {
		c := n.counters()
		f.MostCopies = max(f.MostCopies, record.Ratio(float64(c.BytesSent)/size))
		if n.done > 0 {
			ratios = append(ratios, float64(c.BytesSent)/float64(c.Bytes))
			rates = append(rates, size/(n.done-n.arrive).Seconds())
		}
	}
	f.ShareRatio = record.NewSpread(ratios)
	f.JainShareRatio, f.JainDownloadRate = record.Ratio(record.Jain(ratios)), record.Ratio(record.Jain(rates))
	for i := range sum.Groups {
		if g := &sum.Groups[i]; g.DownloadedBytes > 0 {
			r := record.Ratio(float64(g.UploadedBytes) / float64(g.DownloadedBytes))
			g.ShareRatio = &r
		}
	}
}

// addRedundancy compares what was for nothing with what was of use.
func (v *watcher) addRedundancy(sum *record.Summary) {
	var kept, discarded, bytes, sent int64
	for _, n := range v.world.nodes {
		c := n.counters()
		kept += c.Blocks - c.FailedBlocks
		discarded += c.FailedBlocks
		bytes += c.Bytes
		sent += c.BytesSent
	}
	if kept <= 0 {
		return
	}
	useful := float64(bytes) * float64(kept) / float64(kept+discarded)
	wire := v.world.tracker.host.Traffic.WireSent
	for _, n := range v.world.nodes {
		wire += n.host.Traffic.WireSent
	}
	r := &record.Redundancy{
		Duplicate: record.Ratio(float64(sum.Blocks.Duplicate) / float64(kept)),
		Discarded: record.Ratio(float64(discarded) / float64(kept)),
		Control:   record.Ratio(float64(wire-sent) / useful),
	}
	r.Total = r.Duplicate + r.Discarded + r.Control
	sum.Redundancy = r
}

// addSlotsCounted says for each group of leechers which unchokes are counted as slots.
func (v *watcher) addSlotsCounted(sum *record.Summary) {
	s := v.world.scenario
	for g := range sum.Groups {
		if group := &sum.Groups[g]; !group.Seed {
			group.SlotsCounted = slotsCounted(clientOf(s, &s.Groups[g]))
		}
	}
}

// slotsCounted is "regular" where the choker marks its optimistic unchokes, which are then not
// counted, and "all" otherwise.
func slotsCounted(c *scenario.Client) string {
	if _, marks := newChoker(c.Choker).(choke.OptimisticUnchoker); marks {
		return "regular"
	}
	return "all"
}
