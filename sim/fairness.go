package sim

import (
	"time"

	"swarmsim/client/choke"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// leechers lists the leechers that have arrived.
func (w *world) leechers() []*node {
	var out []*node
	for _, n := range w.nodes {
		if !n.isSeed() && n.hasArrived() {
			out = append(out, n)
		}
	}
	return out
}

// addMilestones adds how long leechers waited for their first and for their last pieces.
func (c *collector) addMilestones(sum *record.Summary) {
	var first, tenth, lastTen, rest []time.Duration
	for _, n := range c.world.leechers() {
		h, arrive := &n.history, n.lifetime.arrive
		if at := n.counters().FirstPiece; at > 0 {
			first = append(first, at-arrive)
		}
		if h.tenthPiece > 0 {
			tenth = append(tenth, h.tenthPiece-arrive)
		}
		if h.lastTen > 0 {
			lastTen = append(lastTen, h.lastTen-arrive)
			if h.completed > 0 {
				rest = append(rest, h.completed-h.lastTen)
			}
		}
	}
	sum.FirstPieceS, sum.FirstTenS = record.NewCompletion(first), record.NewCompletion(tenth)
	sum.UntilLastTenS, sum.LastTenS = record.NewCompletion(lastTen), record.NewCompletion(rest)
}

// addFairness compares what leechers gave with what they got.
func (c *collector) addFairness(sum *record.Summary) {
	size := float64(c.world.content.Torrent.Length)
	f := &sum.Fairness
	var ratios, rates []float64
	for _, n := range c.world.leechers() {
		counters := n.counters()
		f.MostCopies = max(f.MostCopies, record.Ratio(float64(counters.BytesSent)/size))
		if done := n.history.completed; done > 0 {
			ratios = append(ratios, float64(counters.BytesSent)/float64(counters.Bytes))
			rates = append(rates, size/(done-n.lifetime.arrive).Seconds())
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

// addSlotsCounted says for each group of leechers which unchokes are counted as slots.
func (c *collector) addSlotsCounted(sum *record.Summary) {
	s := c.world.scenario
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

// addRedundancy compares the bytes that were of no use with those that were.
func (c *collector) addRedundancy(sum *record.Summary) {
	var kept, discarded, bytes, sent int64
	wire := c.world.tracker.host.Traffic().WireSent
	for _, n := range c.world.nodes {
		counters := n.counters()
		kept += counters.Blocks - counters.FailedBlocks
		discarded += counters.FailedBlocks
		bytes += counters.Bytes
		sent += counters.BytesSent
		wire += n.host.Traffic().WireSent
	}
	if kept <= 0 {
		return
	}
	useful := float64(bytes) * float64(kept) / float64(kept+discarded)
	r := &record.Redundancy{
		Duplicate: record.Ratio(float64(sum.Blocks.Duplicate) / float64(kept)),
		Discarded: record.Ratio(float64(discarded) / float64(kept)),
		Control:   record.Ratio(float64(wire-sent) / useful),
	}
	r.Total = r.Duplicate + r.Discarded + r.Control
	sum.Redundancy = r
}
