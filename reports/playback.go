package reports

import (
	"fmt"
	"slices"

	"swarmsim/sim/record"
)

// playback plots the distributions of start-up delays and of stall times.
func playback(r *Record) (Plot, error) {
	if r.Summary.Playback == nil || r.Summary.Playback.Began == 0 {
		return Plot{}, nil
	}
	waits, longest := map[string][]float64{}, 0.0
	group := r.Peers.Words("group")
	columns := []struct{ column, name string }{{"startup_s", "start-up delay"}, {"stalled_s", "total stall time"}}
	for _, c := range columns {
		numbers := r.Peers.Numbers(c.column)
		for i, cell := range r.Peers.Words(c.column) {
			if cell != "" {
				waits[group[i]+" "+c.column] = append(waits[group[i]+" "+c.column], numbers[i])
				longest = max(longest, numbers[i])
			}
		}
	}
	ts := timeScale(longest)
	f := newFigure("Start-up delay and stalls", "time ("+ts.unit+")", "share of viewers whose playback began (%)")
	f.Y.Max = 100
	for _, g := range r.groups() {
		for _, c := range columns {
			times := waits[g+" "+c.column]
			if len(times) == 0 {
				continue
			}
			slices.Sort(times)
			xs, ys := []float64{0}, []float64{0}
			for i, t := range times {
				xs, ys = append(xs, t/ts.by), append(ys, 100*float64(i+1)/float64(len(times)))
			}
			if err := f.line(shorten(g, 24)+", "+c.name, append(xs, longest/ts.by), append(ys, 100), true); err != nil {
				return Plot{}, err
			}
		}
	}
	return Plot{figure: f,
		Caption: "How long leechers waited until playback began, and how long it stalled afterwards. Lines further to " +
			"the left are better."}, nil
}

// playbackFact describes the playback.
func playbackFact(p *record.Playback) fact {
	if p.Began == 0 {
		return fact{"playback", "did not begin for any leecher"}
	}
	text := fmt.Sprintf("begins after %s on average (95th percentile %s), stalls %.1f times for %s in total; "+
		"continuity %.1f %%, %.0f %% never stalled",
		times(p.StartupS, p.StartupS.Mean), times(p.StartupS, p.StartupS.P95),
		float64(*p.Stalls), times(p.StalledS, p.StalledS.Mean),
		100*float64(*p.Continuity), 100*float64(*p.Smooth))
	if p.NeverBegan > 0 {
		text += fmt.Sprintf("; it never began for %d leechers", p.NeverBegan)
	}
	return fact{"playback", text}
}
