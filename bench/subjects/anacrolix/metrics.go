package main

import (
	"time"

	"swarmsim/sim/record"
)

// metricsOf returns the metrics of a run by the names that they have for all subjects. One that the
// run does not have is left out. last is the last completion since the start.
func metricsOf(sum *record.Summary, last time.Duration) map[string]float64 {
	m := map[string]float64{}
	leechers := 0
	for i := range sum.Groups {
		if g := &sum.Groups[i]; !g.Seed {
			leechers += g.Peers
		}
	}
	if leechers > 0 {
		m["completed"] = float64(sum.CompletionS.Count) / float64(leechers)
	}
	if c := sum.CompletionS; c.Count > 0 {
		m["completion_p50"], m["completion_p95"], m["completion_last"] = float64(c.P50), float64(c.P95), last.Seconds()
		m["uplink_utilization"], m["fairness"] = float64(sum.UplinkUtilization), float64(sum.Fairness.JainShareRatio)
		if b := sum.BoundS; b != nil && *b > 0 {
			m["ratio_to_bound"] = float64(c.Last) / float64(*b)
		}
	}
	if c := sum.FirstPieceS; c.Count > 0 {
		m["first_piece_p50"] = float64(c.P50)
	}
	if c := sum.LastTenS; c.Count > 0 {
		m["last_ten_p50"] = float64(c.P50)
	}
	if r := sum.SeedCopiesAtUnion; r != nil {
		m["seed_copies_at_union"] = float64(*r)
	}
	if received := sum.Blocks.Delivered + sum.Blocks.Duplicate; received > 0 {
		m["duplicates"] = float64(sum.Blocks.Duplicate) / float64(received)
		m["overhead"] = float64(sum.ControlOverhead)
	}
	return m
}
