package sim

import "swarmsim/sim/record"

// addFairness compares what leechers have sent with what they have received.
func (c *collector) addFairness(sum *record.Summary) {
	size := float64(c.world.content.Torrent.Length)
	f := &sum.Fairness
	var ratios, rates []float64
	for _, n := range c.world.leechers() {
		counters := n.counters()
		f.MostCopies = max(f.MostCopies, record.Ratio(float64(counters.BytesSent)/size))
		if done := n.history.completed; done > 0 {
			ratios = append(ratios, float64(counters.BytesSent)/float64(counters.Bytes))
			rates = append(rates, size/(done-n.lifetime.arriveAt).Seconds())
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
