package reports

import (
	"fmt"
	"slices"

	"swarmsim/sim/record"
)

// playback is how long leechers waited for the playback to begin, and how long it
// then stood still.
func playback(r *Record) (Plot, error) {
	if r.Summary.Playback == nil || r.Summary.Playback.Began == 0 {
		return Plot{}, nil
	}
	waits, longest := map[string][]float64{}, 0.0
	group := r.Peers.Words("group")
	columns := []struct{ column, name string }{{"startup_s", "until it begins"}, {"stalled_s", "stalled in all"}}
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
	f := newFigure("Waiting of those who watch", "time ("+ts.unit+")", "share of those who began to watch (%)")
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
		Caption: "How long leechers waited until the playback began, and how long it stood still after that. The further to the left, the better it was to watch."}, nil
}

// playbackFact says how leechers watched.
func playbackFact(p *record.Playback) fact {
	if p.Began == 0 {
		return fact{"playback", "nobody began to watch"}
	}
	text := fmt.Sprintf("begins after %s on average (95 %%: %s), stalls %.1f times for %s in all; continuity %.1f %%, %.0f %% never stalled",
		times(p.StartupS, p.StartupS.Mean), times(p.StartupS, p.StartupS.P95), float64(*p.Stalls), times(p.StalledS, p.StalledS.Mean),
		100*float64(*p.Continuity), 100*float64(*p.Smooth))
	if p.NeverBegan > 0 {
		text += fmt.Sprintf("; %d never began", p.NeverBegan)
	}
	return fact{"playback", text}
}
